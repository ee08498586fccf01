import { expect, test } from "vitest";
import { openBook } from "../../../gateway/alert/book.ts";
import { createDesk } from "../../../gateway/alert/desk.ts";
import { bookSettings } from "../../../gateway/alert/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aChange, aDatabase, countingIds } from "./makers.ts";

function aDesk({ book: when = "before", maxComments = 3 } = {}) {
  const clock = createFakeClock();
  const { database } = aDatabase();
  const log = { error() {}, info() {} };
  const settings = bookSettings.parse({});
  const book = openBook({ database, clock, log, metrics: createMetrics(), settings });
  const reported: Change[] = [];
  let sequence = 0;
  const apply = (changes: readonly Change[]) => {
    for (const change of changes) book.apply(change, ++sequence);
  };
  const report = async (changes: readonly Change[]) => {
    reported.push(...changes);
    await Promise.resolve();
    if (when === "before") apply(changes);
    else setImmediate(() => apply(changes));
  };
  apply([aChange({ step: "raised", at: clock.now() })]);
  return {
    clock,
    book,
    apply,
    reported,
    desk: createDesk({ book, report, clock, newId: countingIds(), maxComments }),
  };
}

const byLi = { alert: "a1", by: "li" };
const byWang = { alert: "a1", by: "wang" };

test("an acknowledgement is reported with who, when and what they said, and answers with the alert", async () => {
  const { desk, clock, reported } = aDesk();
  const alert = await desk.acknowledge({ ...byLi, comment: "on my way" });
  expect(alert).toMatchObject({ state: "raised", acknowledgedBy: "li", acknowledgedAt: clock.now() });
  expect(alert.comments).toMatchObject([{ by: "li", text: "on my way" }]);
  expect(reported).toEqual([
    {
      ...{ id: "id000001", alert: "a1", step: "acknowledged", device: "site/oven/d1", rule: "hot" },
      ...{ severity: "minor", at: clock.now(), by: "li", comment: "on my way" },
    },
  ]);
});

test("the second person is told who was first and when; the first one may say it twice", async () => {
  const { desk, clock, reported } = aDesk();
  await desk.acknowledge(byLi);
  const first = new Date(clock.now()).toISOString();
  clock.advance(5_000);
  await expect(desk.acknowledge(byWang)).rejects.toMatchObject({
    code: "conflict",
    message: `alert "a1" was acknowledged by li at ${first}`,
  });
  expect(await desk.acknowledge(byLi)).toMatchObject({ acknowledgedBy: "li", comments: [] });
  expect(reported).toHaveLength(1);
});

test.each(["acknowledge", "resolve"] as const)(
  "what a person says with their second %s is kept, once",
  async (step) => {
    const { desk, clock, reported } = aDesk();
    const first = clock.now();
    await desk[step](byLi);
    clock.advance(5_000);
    for (const comment of ["valve is shut", "valve is shut"]) {
      expect(await desk[step]({ ...byLi, comment })).toMatchObject({
        acknowledgedAt: first,
        comments: [{ by: "li", text: "valve is shut", at: first + 5_000 }],
      });
    }
    expect(reported).toHaveLength(2);
    expect(reported[1]).toMatchObject({ step: "commented", by: "li" });
  },
);

test("of two people at the same moment one is first", async () => {
  const { desk, reported } = aDesk();
  const answers = await Promise.allSettled([desk.acknowledge(byLi), desk.acknowledge(byWang)]);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(reported).toHaveLength(1);
});

test("a refused step keeps nobody else from theirs", async () => {
  const { desk } = aDesk();
  const answers = await Promise.allSettled([
    desk.acknowledge(byLi),
    desk.acknowledge(byWang),
    desk.comment({ ...byWang, comment: "I help" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("the answer shows the step even when the book cannot take it yet", async () => {
  const { desk } = aDesk({ book: "after" });
  expect(await desk.comment({ ...byLi, comment: "seen" })).toMatchObject({ comments: [{ text: "seen" }] });
});

test("an alert that cleared before anybody answered can still be acknowledged", async () => {
  const { desk, apply } = aDesk();
  apply([aChange({ step: "cleared" })]);
  expect(await desk.acknowledge(byLi)).toMatchObject({ state: "cleared", acknowledgedBy: "li" });
});

test("resolving clears; a second one is told what happened, the same person may say it twice", async () => {
  const { desk, reported } = aDesk();
  expect(await desk.resolve({ ...byLi, comment: "done" })).toMatchObject({
    state: "cleared",
    resolvedBy: "li",
  });
  expect(await desk.resolve(byLi)).toMatchObject({ state: "cleared" });
  await expect(desk.resolve(byWang)).rejects.toMatchObject({
    code: "conflict",
    message: /resolved by li at/,
  });
  expect(reported).toHaveLength(1);
});

test("an alert that cleared by itself cannot be resolved", async () => {
  const { desk, apply } = aDesk();
  apply([aChange({ step: "cleared" })]);
  await expect(desk.resolve(byLi)).rejects.toMatchObject({
    code: "conflict",
    message: /cleared by itself at/,
  });
});

test("an alert is given to somebody, to another and to nobody; who has it already is not given it again", async () => {
  const { desk, reported, apply } = aDesk();
  const comment = "battery, please";
  expect(await desk.assign({ ...byLi, assignee: "wang", comment })).toMatchObject({
    assignee: "wang",
    comments: [{ by: "li", text: comment }],
  });
  await desk.assign({ ...byLi, assignee: "wang" });
  apply([aChange({ step: "cleared" })]);
  expect(await desk.assign({ ...byWang, assignee: "zhao" })).toMatchObject({ assignee: "zhao" });
  const free = await desk.assign({ ...byWang, assignee: null });
  expect([free.assignee, free.acknowledgedAt]).toEqual([undefined, undefined]);
  expect(reported.map(({ step, by, assignee }) => [step, by, assignee])).toEqual([
    ["assigned", "li", "wang"],
    ["assigned", "wang", "zhao"],
    ["assigned", "wang", null],
  ]);
  await expect(desk.assign({ ...byLi, assignee: "li" })).rejects.toMatchObject({
    code: "limit-reached",
    message: /changed hands 3 times/,
  });
});

test("an alert that is not there is not found", async () => {
  const { desk } = aDesk();
  const action = { alert: "nope", by: "li", comment: "hm" };
  for (const act of [desk.acknowledge, desk.comment, desk.resolve]) {
    await expect(act(action)).rejects.toMatchObject({ code: "not-found" });
  }
});

test("comments are bounded", async () => {
  const { desk } = aDesk({ maxComments: 2 });
  await desk.comment({ ...byLi, comment: "1" });
  await desk.comment({ ...byLi, comment: "2" });
  await expect(desk.comment({ ...byLi, comment: "3" })).rejects.toMatchObject({ code: "limit-reached" });
  expect(await desk.acknowledge(byLi)).toMatchObject({ acknowledgedBy: "li" });
});

test("what people do to a drill stays a drill", async () => {
  const { desk, apply, reported } = aDesk();
  apply([aChange({ step: "raised", alert: "a2", simulated: true })]);
  await desk.acknowledge({ alert: "a2", by: "li" });
  expect(reported).toMatchObject([{ simulated: true }]);
});
