import { expect, test } from "vitest";
import type { Chain } from "../../../gateway/duty/contract.ts";
import { createEscalation, type Subject } from "../../../gateway/notify/escalation.ts";
import { aFire } from "./dispatch-support.ts";

const second = 1_000;
const duty = { who: "duty", way: "first" } as const;
const chain: Chain = {
  stages: [
    { after: 0, call: [duty], until: "acknowledged" },
    { after: 25 * second, call: [{ who: "duty", way: "second" }], until: "acknowledged" },
    { after: "acknowledge", call: [{ who: "leader", way: "all" }], until: "acknowledged" },
    { after: 85 * second, call: [{ who: "supervisor", way: "all" }], until: "acknowledged" },
    { after: "arrive", call: [{ who: "station", way: "all" }], until: "arrived" },
    { after: "control", call: [{ who: "district", way: "all" }], until: "controlled" },
  ],
  repeatMs: 60 * second,
};
const start = 1_000_000;
const at = (seconds: number) => start + seconds * second;

function aSubject(more: Partial<Subject> = {}): Subject {
  return {
    ...{ id: "inc", class: "fire", site: "xinfa", building: "7", since: start, progress: 0 },
    marks: { acknowledge: at(60), arrive: at(180), control: at(300) },
    isPaused: () => false,
    about: aFire("first"),
    ...more,
  };
}

function aWatch() {
  const escalation = createEscalation({ chainOf: () => chain, most: 10 });
  escalation.follow(aSubject());
  const ids = (seconds: number) => escalation.due(at(seconds)).map(({ id }) => id.slice(4));
  return { escalation, ids };
}

test.each([
  [0, ["c0-0"]],
  [24.999, ["c0-0"]],
  [25, ["c0-0", "c1-0"]],
  [59.999, ["c0-0", "c1-0"]],
  [60, ["c0-1", "c1-0", "c2-0"]],
  [84.999, ["c0-1", "c1-0", "c2-0"]],
  [85, ["c0-1", "c1-1", "c2-0", "c3-0"]],
  [179.999, ["c0-2", "c1-2", "c2-1", "c3-1"]],
  [180, ["c0-3", "c1-2", "c2-2", "c3-1", "c4-0"]],
  [300, ["c0-5", "c1-4", "c2-4", "c3-3", "c4-2", "c5-0"]],
])("after %d s with nobody there, a run that was just started calls %j", (seconds, calls) => {
  expect(aWatch().ids(seconds)).toEqual(calls);
});

test("each call is made once, and again every minute until a person acts", () => {
  const { escalation, ids } = aWatch();
  const made: string[] = [];
  for (let seconds = 0; seconds <= 600; seconds += 0.25) {
    if (seconds === 200) escalation.progress("inc", 1);
    made.push(...ids(seconds).map((id) => `${id}@${seconds}`));
  }
  expect(made.filter((call) => call.startsWith("c0"))).toEqual(["c0-0@0", "c0-1@60", "c0-2@120", "c0-3@180"]);
  expect(made.filter((call) => call.startsWith("c1"))).toEqual(["c1-0@25", "c1-1@85", "c1-2@145"]);
  expect(made.filter((call) => call.startsWith("c3"))).toEqual(["c3-0@85", "c3-1@145"]);
  // Somebody is on the way, and not there yet: those are told once.
  expect(made.filter((call) => call.startsWith("c4"))).toEqual(["c4-0@180"]);
  expect(made.filter((call) => call.startsWith("c5"))).toEqual(["c5-0@300"]);
});

test("a call is current until it is answered or a later round has begun", () => {
  const { escalation, ids } = aWatch();
  ids(0);
  expect(escalation.isCurrent("inc-c0-0")).toBe(true);
  ids(60);
  expect([escalation.isCurrent("inc-c0-0"), escalation.isCurrent("inc-c0-1")]).toEqual([false, true]);
  escalation.progress("inc", 1);
  expect(escalation.isCurrent("inc-c0-1")).toBe(false);
  expect(escalation.isCurrent("inc-c4-0")).toBe(true);
  escalation.progress("inc", 2);
  expect(escalation.isCurrent("inc-c4-0")).toBe(false);
  escalation.end("inc");
  expect(escalation.isCurrent("inc-c5-0")).toBe(false);
});

test("an answer is never taken back, and a late word of its beginning changes nothing", () => {
  const { escalation, ids } = aWatch();
  escalation.progress("inc", 2);
  escalation.progress("inc", 1);
  expect(ids(300)).toEqual(["c5-0"]);
});

test("beyond the bound alerts are not followed, a fire always is", () => {
  const escalation = createEscalation({ chainOf: () => chain, most: 1 });
  expect(escalation.follow(aSubject({ id: "a", class: "major" }))).toBe(true);
  expect(escalation.follow(aSubject({ id: "b", class: "critical" }))).toBe(false);
  expect(escalation.follow(aSubject({ id: "c" }))).toBe(true);
  expect(escalation.due(at(0)).map(({ id }) => id)).toEqual(["a-c0-0", "c-c0-0"]);
});
