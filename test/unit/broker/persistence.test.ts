import assert from "node:assert";
import { createRequire } from "node:module";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import type { Packet, Peer } from "../../../gateway/broker/aedes.ts";
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

describe("the queue of a client that comes back", () => {
  const packet = {
    topic: "a/b",
    payload: Buffer.from("x"),
    qos: 1,
    brokerId: "b",
    brokerCounter: 7,
  } as Packet;
  const aPeer = () => ({ id: "keeper", connection: {}, _nextId: 1 }) as unknown as Peer;

  it("knows what was written to this connection, so that it is not written twice", async () => {
    const { persistence, wasSent } = aStore();
    const [before, now] = [aPeer(), aPeer()];
    await persistence.outgoingEnqueue({ clientId: "keeper" }, packet);
    expect(wasSent(now, packet)).toBe(false);
    await persistence.outgoingUpdate(now, { ...packet, messageId: 5 });
    expect(wasSent(now, packet)).toBe(true);
    expect(wasSent(before, packet)).toBe(false);
    expect(await persistence.outgoingStream(now).toArray()).toEqual([]);
    expect(await persistence.outgoingStream(before).toArray()).toHaveLength(1);
  });

  it("gives no packet id that is still in use", async () => {
    const { persistence } = aStore();
    await persistence.outgoingEnqueue({ clientId: "keeper" }, packet);
    await persistence.outgoingUpdate(aPeer(), { ...packet, messageId: 500 });
    const back = aPeer();
    persistence.outgoingStream(back);
    expect(back._nextId).toBe(501);
  });
});
