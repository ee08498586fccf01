import { describe, expect, test } from "vitest";
import { openDutyBook } from "../../../gateway/duty/check-book.ts";
import { createDutyDesk } from "../../../gateway/duty/check-desk.ts";
import { createCheckPlan } from "../../../gateway/duty/check-plan.ts";
import { createCheckWatch } from "../../../gateway/duty/check-watch.ts";
import type { CheckTimes } from "../../../gateway/duty/contract.ts";
import { dutySettings } from "../../../gateway/duty/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { DutyCheckStep } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { at, someDuty, zone } from "./support.ts";

const settings = dutySettings.parse({});
const minute = 60_000;

type Start = { people?: ReturnType<typeof someDuty>; sequence?: number; random?: () => number };

/** Duty checks of a crew with abe and the leader ann on a clock that only the test moves; `restart` is a crash and a new start. */
function someChecks(checks: Omit<CheckTimes, "since">, start: Start = {}) {
  const { random = () => 0.5 } = start;
  const people = start.people ?? someDuty({ clock: createFakeClock(at(15, "07:00")) });
  const { duty, database, clock, log } = people;
  if (start.people === undefined) {
    people.crew("a", ["*ann", "abe"]);
    people.crew("b", ["bob"]);
    duty.contacts.change("xinfa", "abe", { person: "person-1" });
    people.shift("abe", "a", at(15, "06:00"), at(15, "20:00"));
    duty.crews.change("xinfa", "a", { checks });
  }
  const book = openDutyBook({ database, settings, clock });
  let sequence = start.sequence ?? 0;
  let ids = 0;
  const watch = createCheckWatch({
    ...{ open: book.open(), lastSlots: book.lastSlots(), crews: duty.crews.all, settings, clock, log },
    plan: createCheckPlan({ database, zone, random, log }),
    onDuty: (crew, now) => duty.onDuty(crew, now).map(({ contact }) => contact.id),
    newId: () => `c${sequence}-${++ids}`,
    metrics: createMetrics(),
  });
  const commit = (step: DutyCheckStep) => book.apply(step, ++sequence);
  const desk = createDutyDesk({
    ...{ watch, book, crews: duty.crews, contacts: duty.contacts },
    report: async (step) => commit(step),
  });
  function tick(): string[] {
    const steps = watch.due(clock.now());
    for (const step of steps) commit(step);
    return steps.map(({ crew, step }) => `${crew} ${step}`);
  }
  return {
    ...{ people, duty, clock, book, watch, desk, tick, log },
    /** Ticks each minute until a local time; what happened, with its time. */
    until(time: number): string[] {
      const seen: string[] = [];
      while (clock.now() < time) {
        clock.advance(Math.min(minute, time - clock.now()));
        seen.push(
          ...tick().map(
            (what) => `${new Date(clock.now() + 8 * 3_600_000).toISOString().slice(5, 16)} ${what}`,
          ),
        );
      }
      return seen;
    },
    restart: (more: Start = {}) =>
      someChecks(checks, { people: people.restart(), sequence, random, ...more }),
  };
}

const morning = { planned: ["08:00"], random: undefined };

describe("a planned duty check", () => {
  test("is asked at its time and is missed after ten minutes, not a millisecond earlier", () => {
    const { clock, tick, watch, book, until } = someChecks(morning);
    expect(until(at(15, "07:59"))).toEqual([]);
    clock.advance(minute - 1);
    expect(tick()).toEqual([]);
    clock.advance(1);
    expect(tick()).toEqual(["a asked"]);
    expect(watch.ofCrew("a")).toMatchObject({ crewName: "crew a", due: at(15, "08:10"), onDuty: ["abe"] });
    clock.advance(10 * minute - 1);
    expect(tick()).toEqual([]);
    clock.advance(1);
    expect(tick()).toEqual(["a missed"]);
    expect(watch.open()).toEqual([]);
    expect(book.list({ site: "xinfa", from: 0, to: at(16), limit: 9 })).toMatchObject([
      { state: "missed", askedAt: at(15, "08:00"), endedAt: at(15, "08:10") },
    ]);
    expect(until(at(16, "08:00"))).toEqual(["01-16T08:00 a asked"]);
  });

  test("keeps its deadline over a crash, and is asked once", () => {
    const before = someChecks(morning);
    before.until(at(15, "08:04"));
    const after = before.restart();
    expect(after.watch.ofCrew("a")?.due).toBe(at(15, "08:10"));
    expect(after.until(at(15, "08:20"))).toEqual(["01-15T08:10 a missed"]);
    expect(after.restart().until(at(15, "12:00"))).toEqual([]);
  });

  test("that passed while the gateway was away is asked within ten minutes, and later not at all", () => {
    const soon = someChecks(morning);
    soon.clock.advance(70 * minute);
    expect(soon.restart().tick()).toEqual(["a asked"]);
    const late = someChecks(morning);
    late.clock.advance(70 * minute + 1);
    const back = late.restart();
    expect(back.tick()).toEqual([]);
    expect(back.log.lines).toContainEqual(expect.objectContaining({ facts: { crew: "a", checks: 1 } }));
    expect(back.until(at(16, "08:00"))).toEqual(["01-16T08:00 a asked"]);
  });

  test("of the past is not asked when the times are changed", () => {
    const { duty, until } = someChecks(morning);
    until(at(15, "07:30"));
    duty.crews.change("xinfa", "a", { checks: { planned: ["07:25", "08:30"], random: undefined } });
    expect(until(at(15, "08:40"))).toEqual(["01-15T08:30 a asked", "01-15T08:40 a missed"]);
    duty.crews.change("xinfa", "a", { name: "another name" });
    expect(until(at(15, "09:00"))).toEqual([]);
  });
});

describe("random duty checks", () => {
  const often = { planned: ["10:00"], random: { times: 7, from: "08:00", to: "16:00" } };

  test("are as many as wished, in their hours, half an hour apart, the same after a restart and other ones the next day", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const { people, duty, restart } = someChecks(often, { random });
    const crew = duty.crews.anywhere("a")!;
    const planOf = (database: typeof people.database, log = people.log) =>
      createCheckPlan({ database, zone, random, log });
    const plan = planOf(people.database);
    const today = plan.slots(crew, at(15, "07:00"));
    expect(today).toHaveLength(8);
    expect(today).toContain(at(15, "10:00"));
    for (const [i, slot] of today.entries()) {
      expect(slot).toBeGreaterThanOrEqual(at(15, "08:00"));
      expect(slot).toBeLessThan(at(15, "16:00"));
      if (i > 0) expect(slot - today[i - 1]!).toBeGreaterThanOrEqual(30 * minute);
    }
    const tomorrow = plan.slots(crew, at(16, "07:00")).filter((slot) => slot >= at(16));
    expect(tomorrow.map((slot) => slot - 86_400_000)).not.toEqual(today);
    const { people: again } = restart();
    expect(planOf(again.database).slots(crew, at(15, "07:00"))).toEqual(today);
  });

  test("whose hours lie behind midnight belong to the evening on which they begin", () => {
    const night = { planned: [], random: { times: 1, from: "22:00", to: "06:00" } };
    const { until } = someChecks(night, { random: () => 0.75 });
    expect(until(at(16, "12:00"))).toEqual(["01-16T04:00 a asked", "01-16T04:10 a missed"]);
  });
});

describe("a person", () => {
  test("asks now, once, and one of the crew answers", async () => {
    const { desk, book, clock, watch } = someChecks(morning);
    const { id } = await desk.ask("a", "office");
    await expect(desk.ask("a", "office")).rejects.toMatchObject({ code: "conflict" });
    await expect(desk.ask("z", "office")).rejects.toMatchObject({ code: "not-found" });
    clock.advance(30_000);
    const answered = await desk.answer(id, { by: "Abe", person: "person-1" });
    expect(answered).toMatchObject({
      state: "answered",
      answeredBy: "Abe",
      contact: "abe",
      askedBy: "office",
    });
    expect(book.find(id)).toEqual(answered);
    expect(watch.open()).toEqual([]);
    expect(await desk.answer(id, { by: "Abe", person: "person-1" })).toEqual(answered);
    await expect(desk.answer(id, { by: "Bob", person: undefined })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(desk.answer("none", { by: "Bob", person: undefined })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("of another crew cannot answer, and nobody after it was missed", async () => {
    const { desk, duty, clock, tick } = someChecks(morning);
    duty.contacts.change("xinfa", "abe", { person: undefined });
    duty.contacts.change("xinfa", "bob", { person: "person-1" });
    const { id } = await desk.ask("a", "office");
    await expect(desk.answer(id, { by: "Bob", person: "person-1" })).rejects.toMatchObject({
      code: "forbidden",
    });
    clock.advance(10 * minute);
    expect(tick()).toEqual(["a missed"]);
    await expect(desk.answer(id, { by: "Ann", person: undefined })).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringContaining("missed") },
    });
  });

  test("who asks while the plan's time comes is not doubled by it", async () => {
    const { desk, until } = someChecks(morning);
    until(at(15, "07:55"));
    await desk.ask("a", "office");
    expect(until(at(15, "08:30"))).toEqual(["01-15T08:05 a missed"]);
  });
});

test("duty checks are kept for their time and no longer", async () => {
  const { desk, book, clock } = someChecks({ planned: [], random: undefined });
  const { id } = await desk.ask("a", "office");
  await desk.answer(id, { by: "Abe", person: undefined });
  clock.advance(settings.keepChecksMs);
  const { id: next } = await desk.ask("a", "office");
  expect(book.find(id)).toBeDefined();
  clock.advance(1);
  await desk.answer(next, { by: "Abe", person: undefined });
  expect(book.find(id)).toBeUndefined();
});
