import assert from "node:assert";
import { createRequire } from "node:module";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { createMeters } from "../../../gateway/broker/meters.ts";
import { openStore } from "../../../gateway/broker/sessions/open.ts";
import { sessionSettings } from "../../../gateway/broker/settings.ts";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { aFolder, cleanUp } from "./support.ts";

const abstractSuite: (options: object) => void = createRequire(import.meta.url)(
  "aedes-persistence/abstract.js",
);

afterEach(cleanUp);

function aStore(directory = aFolder()) {
  return openStore({
    directory,
    settings: sessionSettings.parse({}),
    clock: createSystemClock(),
    log: pino({ level: "silent" }),
    meters: createMeters(createMetrics()),
    mayKeep: () => true,
  });
}

/** The context that node:test gives and the suite uses: a plan of assertions and node:assert. */
function context() {
  let planned: number | undefined;
  let made = 0;
  const counted = new Proxy(assert, {
    get(target, name) {
      const check = Reflect.get(target, name) as (...values: unknown[]) => unknown;
      return (...values: unknown[]) => {
        made++;
        return check(...values);
      };
    },
  });
  return {
    plan: (count: number) => {
      planned = count;
    },
    diagnostic: () => {},
    assert: counted,
    check: () => expect(planned === undefined || planned === made, `${made} of ${planned} checks`).toBe(true),
  };
}

describe("the abstract suite of aedes-persistence", () => {
  abstractSuite({
    test: (name: string, run: (t: object) => Promise<void>) =>
      it(name, async () => {
        const t = context();
        await run(t);
        t.check();
      }),
    persistence: () => aStore().persistence,
    testAsync: true,
  });
});
