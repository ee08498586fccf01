import { describe, expect, test } from "vitest";
import { checkChain } from "../../../gateway/duty/chain-check.ts";
import type { Chain, ChainClass, ChainStage } from "../../../gateway/duty/contract.ts";
import { defaultChains } from "../../../gateway/duty/default-chains.ts";
import { someDuty } from "./support.ts";

const limits = { maxStages: 20, marks: { acknowledge: 60_000, arrive: 180_000, control: 300_000 } };
const call = (who: ChainStage["call"][number]["who"]) => [{ who, way: "all" }] as const;
const stage = (after: ChainStage["after"], who: ChainStage["call"][number]["who"]): ChainStage => ({
  ...{ after, call: call(who), until: "acknowledged" },
});
const fire = (more: Partial<Chain> = {}): Chain => ({
  ...{ stages: [stage(0, "duty"), stage(90_000, "supervisor")], repeatMs: 300_000 },
  ...more,
});

describe("the built-in chains", () => {
  test.each(Object.entries(defaultChains))("of %s is one that a site could set", (of, chain) => {
    expect(() => checkChain(of as ChainClass, chain, limits)).not.toThrow();
  });

  test("of a fire calls stage by stage", () => {
    const { stages, repeatMs } = defaultChains.fire;
    expect(repeatMs).toBe(60_000);
    expect(
      stages.map(({ after, call, until }) => [after, call.map(({ who }) => who).join("+"), until]),
    ).toEqual([
      [0, "duty+targets", "acknowledged"],
      [25_000, "duty", "acknowledged"],
      ["acknowledge", "leader+neighbours", "acknowledged"],
      [85_000, "supervisor", "acknowledged"],
      ["arrive", "station", "arrived"],
      ["control", "district", "controlled"],
    ]);
  });
});

describe("a chain of a site", () => {
  test("that calls at once, above the crew within 90 s, and again within 5 min, is taken", () => {
    expect(() => checkChain("fire", fire(), limits)).not.toThrow();
    const targets = [stage(0, "targets"), stage("acknowledge", "leader"), stage(60_000, "neighbours")];
    expect(() => checkChain("fire", fire({ stages: targets }), limits)).not.toThrow();
  });

  const refused: [string, ChainClass, Chain, string, RegExp][] = [
    ["a fire without a stage", "fire", fire({ stages: [] }), "repeatMs", /repeats nothing/],
    ["a fire that waits", "fire", fire({ stages: [stage(1, "targets")] }), "stages", /at once/],
    [
      "a fire of which nobody above hears in time",
      "fire",
      fire({ stages: [stage(0, "duty"), stage(90_001, "supervisor")] }),
      "stages",
      /by 90 s: when the crew does not answer/,
    ],
    ["a fire that is called once", "fire", fire({ repeatMs: undefined }), "repeatMs", /until a person acts/],
    ["a fire that is called too seldom", "fire", fire({ repeatMs: 300_001 }), "repeatMs", /at most 300 s/],
    ["what rings all the time", "fire", fire({ repeatMs: 9_999 }), "repeatMs", /at least 10 s/],
    [
      "stages out of order",
      "fire",
      fire({ stages: [stage(0, "targets"), stage("arrive", "station"), stage(179_999, "duty")] }),
      "stages[2].after",
      /180 s/,
    ],
    [
      "marks of an alert",
      "critical",
      { stages: [stage("arrive", "duty")], repeatMs: undefined },
      "stages[0].after",
      /mark/,
    ],
    [
      "an alert that waits for an arrival",
      "major",
      { stages: [{ ...stage(0, "duty"), until: "arrived" }], repeatMs: undefined },
      "stages[0].until",
      /arrived/,
    ],
    [
      "a stage for nobody",
      "minor",
      { stages: [{ ...stage(0, "duty"), call: [] }], repeatMs: undefined },
      "stages[0].call",
      /nobody/,
    ],
    [
      "too many stages",
      "minor",
      { stages: Array.from({ length: 21 }, (_, i) => stage(i, "duty")), repeatMs: undefined },
      "stages",
      /21 stages/,
    ],
    [
      "a stage of tomorrow",
      "minor",
      { stages: [stage(86_400_001, "duty")], repeatMs: undefined },
      "stages[0].after",
      /day/,
    ],
  ];
  test.each(refused)("is refused: %s", (_, of, chain, path, reason) => {
    expect(() => checkChain(of, chain, limits)).toThrow(
      expect.objectContaining({ code: "invalid-request", path, message: expect.stringMatching(reason) }),
    );
  });

  test("holds after a restart, until the built-in one is taken back", () => {
    const before = someDuty();
    const own: Chain = fire({ repeatMs: 120_000 });
    before.duty.chains.set("xinfa", "fire", own);
    expect(() => before.duty.chains.set("xinfa", "fire", fire({ stages: [] }))).toThrow();
    const { duty } = before.restart();
    expect(duty.calling.chain("xinfa", "fire")).toEqual(own);
    expect(duty.calling.chain("yida", "fire")).toBe(defaultChains.fire);
    duty.chains.reset("xinfa", "fire");
    expect(duty.calling.chain("xinfa", "fire")).toBe(defaultChains.fire);
  });
});
