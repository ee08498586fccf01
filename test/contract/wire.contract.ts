import { expect, test } from "vitest";
import type { Wire, WireState } from "../../devices/kit/gb26875.ts";
import type { Kind } from "../../devices/kit/kind.ts";
import { createKindJudge } from "./kind-judge.ts";

/** What a kind must keep that is reported over GB/T 26875.3. */
export function wireContract(kind: Kind, { state, transmitter }: Wire): void {
  const of = transmitter === undefined ? (["component", "system"] as const) : (["transmitter"] as const);
  const senses = ["smoke", "heat", "flame", "gas", "manual", undefined] as const;
  const cases = of.flatMap((from) => senses.map((sense) => ({ from, sense })));

  test.each(cases)(
    "a fire that a $from reports ($sense) raises a fire, or is left alone",
    ({ from, sense }) => {
      const flags = new Proxy({}, { get: (_, name) => name === "fire" }) as WireState["flags"];
      const values = state({ of: from, flags, senses: sense, componentType: undefined, text: "" });
      if (Object.keys(values).length === 0) return;
      const judge = createKindJudge({ kind, facts: {}, start: 0 });
      judge.feed({ stream: "telemetry", payload: values }, 1000);
      const fires = kind.rules.filter(({ fire }) => fire).map(({ id }) => id);
      expect(judge.raised().filter((rule) => fires.includes(rule))).not.toEqual([]);
    },
  );

  if (transmitter === undefined) return;
  test("a fire at a component that nobody registered raises a fire", () => {
    const { event, field } = transmitter.unplacedFire;
    const judge = createKindJudge({ kind, facts: {}, start: 0 });
    judge.feed({ stream: "event", payload: { event, [field]: "x".repeat(160) } }, 1000);
    const fires = kind.rules.filter(({ fire }) => fire).map(({ id }) => id);
    expect(judge.raised().filter((rule) => fires.includes(rule))).not.toEqual([]);
  });
}
