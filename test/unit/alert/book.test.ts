import fc from "fast-check";
import { expect, test } from "vitest";
import { openBook } from "../../../gateway/alert/book.ts";
import type { AlertQuery, Book } from "../../../gateway/alert/contract.ts";
import { type BookSettings, bookSettings } from "../../../gateway/alert/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Database } from "../../../gateway/state/contract.ts";
import type { Change } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aChange, aDatabase } from "./makers.ts";

const day = 24 * 3_600_000;

function aBook(settings: Partial<BookSettings> = {}, files = aDatabase()) {
  const clock = createFakeClock();
  const metrics = createMetrics();
  const log = { error() {}, info() {} };
  const open = (database: Database) =>
    openBook({ database, clock, log, metrics, settings: bookSettings.parse(settings) });
  let sequence = 0;
  const bench = {
    ...{ clock, metrics, files },
    database: files.database as Database,
    book: open(files.database) as Book,
    /** Journals changes one after the other. */
    take(...changes: (Partial<Change> & Pick<Change, "step">)[]): void {
      for (const change of changes) bench.book.apply(aChange(change), ++sequence);
    },
    /** As after kill -9: what was not written is gone. */
    crash(): void {
      bench.database = files.reopen();
      bench.book = openBook({
        ...{ database: bench.database, clock, log, metrics: createMetrics() },
        settings: bookSettings.parse(settings),
      });
    },
    ids: (query: Partial<AlertQuery> = {}) =>
      bench.book.list({ limit: 100, ...query }).items.map(({ id }) => id),
  };
  return bench;
}

test("an alert goes its way from raised to cleared, with everything that people did", () => {
  const { book, take } = aBook();
  take(
    { step: "raised", at: 1_000, values: { t: 60 }, reason: "why" },
    { step: "acknowledged", at: 2_000, by: "li", comment: "on my way" },
    { step: "commented", at: 3_000, by: "wang", comment: "me too" },
    { step: "cleared", at: 4_000, values: { t: 20 } },
  );
  expect(book.find("a1")).toEqual({
    ...{ id: "a1", device: "site/oven/d1", site: "site", kind: "oven", rule: "hot", severity: "minor" },
    ...{ state: "cleared", raisedAt: 1_000, clearedAt: 4_000, resolvedBy: undefined },
    ...{ acknowledgedAt: 2_000, acknowledgedBy: "li", values: { t: 60 }, reason: "why", simulated: false },
    ...{ assignee: undefined, during: undefined, muted: false, under: undefined, affects: undefined },
    comments: [
      { at: 2_000, by: "li", text: "on my way" },
      { at: 3_000, by: "wang", text: "me too" },
    ],
  });
  expect(book.timeline("a1").map(({ step }) => step)).toEqual([
    "raised",
    "acknowledged",
    "commented",
    "cleared",
  ]);
  expect(book.find("a2")).toBeUndefined();
});

test("who resolves an alert has seen it, but the one who acknowledged it first stays", () => {
  const { book, take } = aBook();
  take({ step: "raised" }, { step: "resolved", at: 5_000, by: "li" });
  take({ step: "raised", alert: "a2" }, { step: "acknowledged", alert: "a2", at: 2_000, by: "wang" });
  take({ step: "resolved", alert: "a2", at: 5_000, by: "li" });
  const cleared = { state: "cleared", clearedAt: 5_000, resolvedBy: "li" };
  expect(book.find("a1")).toMatchObject({ ...cleared, acknowledgedAt: 5_000, acknowledgedBy: "li" });
  expect(book.find("a2")).toMatchObject({ ...cleared, acknowledgedAt: 2_000, acknowledgedBy: "wang" });
});

test("steps that crossed each other change nothing that was said first", () => {
  const { book, take } = aBook();
  take({ step: "raised" }, { step: "resolved", at: 5_000, by: "li" });
  take({ step: "cleared", at: 6_000 }, { step: "resolved", at: 7_000, by: "wang" });
  expect(book.find("a1")).toMatchObject({ clearedAt: 5_000, resolvedBy: "li", acknowledgedBy: "li" });
});

test("all of it is there after a restart, and what was not written is asked for again", () => {
  const bench = aBook();
  bench.take({ step: "raised", at: 1_000 }, { step: "acknowledged", at: 2_000, by: "li" });
  bench.clock.advance(200);
  expect(bench.book.position()).toBe(2);
  bench.take({ step: "commented", at: 3_000, by: "li", comment: "lost" });
  expect(bench.book.position()).toBe(2);
  const before = bench.book.find("a1")!;
  bench.crash();
  expect(bench.book.find("a1")).toEqual({ ...before, comments: [] });
  expect(bench.book.position()).toBe(2);
  bench.book.apply(aChange({ step: "commented", at: 3_000, by: "li", comment: "lost" }), 3);
  expect(bench.book.find("a1")).toEqual(before);
});

test("a change that comes twice counts once, before and after it was written", () => {
  const { book } = aBook();
  const comment = aChange({ step: "commented", by: "li", comment: "once" });
  book.apply(aChange({ step: "raised" }), 1);
  book.apply(comment, 2);
  book.apply(comment, 2);
  book.flush();
  book.apply(comment, 2);
  book.apply(aChange({ step: "raised" }), 1);
  expect(book.find("a1")?.comments).toHaveLength(1);
  expect(book.timeline("a1")).toHaveLength(2);
});

test("a debounce that came to nothing leaves no trace; one that was raised is in the timeline", () => {
  const { book, take, ids } = aBook();
  take({ step: "pending", due: 9_000 }, { step: "dropped" });
  take({ step: "pending", alert: "a2", due: 9_000 });
  book.flush();
  take({ step: "pending", alert: "a2", due: 8_000 }, { step: "raised", alert: "a2" });
  expect(ids()).toEqual(["a2"]);
  expect(book.timeline("a1")).toEqual([]);
  expect(book.timeline("a2")).toMatchObject([{ step: "pending", due: 8_000 }, { step: "raised" }]);
  book.flush();
  expect(book.timeline("a2")).toMatchObject([{ step: "pending", due: 8_000 }, { step: "raised" }]);
});

test("what is standing is told for the judge, whether written or not", () => {
  for (const crash of [false, true]) {
    const bench = aBook();
    const { take, clock } = bench;
    const at = clock.now();
    take({ step: "raised", alert: "open", at });
    take(
      { step: "pending", alert: "waits", at, due: at + 1 },
      { step: "pending", alert: "gone", at, due: at + 1 },
    );
    bench.book.flush();
    take({ step: "dropped", alert: "gone", at });
    for (const alert of ["held", "over", "old"]) take({ step: "raised", alert, at: at - 2 * day });
    take(
      { step: "resolved", alert: "held", at, by: "li" },
      { step: "resolved", alert: "over", at, by: "li" },
    );
    take({ step: "resolved", alert: "old", at: at - day, by: "li" });
    bench.book.flush();
    take({ step: "commented", alert: "held", at, by: "li", comment: "still" });
    take({ step: "dropped", alert: "over", at });
    if (crash) {
      bench.book.flush();
      bench.crash();
    }
    const { raised, resolved, pending } = bench.book.standing();
    expect(raised.map(({ id }) => id)).toEqual(["open"]);
    expect(resolved.map(({ id }) => id)).toEqual(["held"]);
    expect(pending.map(({ alert }) => alert)).toEqual(["waits"]);
  }
});

test("counts are those of raised alerts by severity and site, drills left out", async () => {
  const bench = aBook();
  bench.take(
    { step: "raised", alert: "a", severity: "critical" },
    { step: "raised", alert: "b", severity: "minor", device: "other/oven/d1" },
    { step: "raised", alert: "c", severity: "critical", simulated: true },
    { step: "raised", alert: "d", severity: "major" },
    { step: "cleared", alert: "d", severity: "major" },
    { step: "acknowledged", alert: "a", severity: "critical", by: "li" },
  );
  const check = () => {
    expect(bench.book.counts()).toEqual({ critical: 1, major: 0, minor: 1, info: 0 });
    expect(bench.book.counts("other")).toEqual({ critical: 0, major: 0, minor: 1, info: 0 });
    expect(bench.book.counts("nowhere")).toEqual({ critical: 0, major: 0, minor: 0, info: 0 });
  };
  check();
  const text = await bench.metrics.text();
  expect(text).toContain("linli_alerts_open_critical 1");
  expect(text).toContain('linli_alerts_raised_total{severity="major"} 1');
  expect(text).toContain('linli_alerts_raised_total{severity="critical"} 1');
  bench.book.flush();
  bench.crash();
  check();
});

test("a list takes all conditions together", () => {
  const { book, take, ids } = aBook();
  take({ step: "raised", alert: "a", at: 1, severity: "critical" });
  take({ step: "raised", alert: "b", at: 2, device: "site/oven/d2" });
  take({ step: "raised", alert: "c", at: 3, device: "site/stove/d3", severity: "major" });
  take({ step: "raised", alert: "d", at: 4, device: "other/oven/d4", severity: "major" });
  take({ step: "raised", alert: "e", at: 5, device: "other/oven/d4" });
  take({ step: "cleared", alert: "d" }, { step: "acknowledged", alert: "b", by: "li" });
  expect(ids({ device: "other/oven/d4", state: "raised" })).toEqual(["e"]);
  take({ step: "resolved", alert: "e", by: "li" });
  expect(ids()).toEqual(["e", "d", "c", "b", "a"]);
  expect(ids({ state: "raised" })).toEqual(["c", "b", "a"]);
  expect(ids({ state: "cleared" })).toEqual(["e", "d"]);
  expect(ids({ acknowledged: true })).toEqual(["e", "b"]);
  expect(ids({ acknowledged: false, state: "raised" })).toEqual(["c", "a"]);
  expect(ids({ severity: ["critical", "major"] })).toEqual(["d", "c", "a"]);
  expect(ids({ severity: ["major", "major"] })).toEqual(["d", "c"]);
  expect(ids({ severity: [] })).toEqual([]);
  expect(ids({ sites: ["other"], acknowledged: false, kind: "oven" })).toEqual(["d"]);
  expect(ids({ sites: ["site"], kind: "oven" })).toEqual(["b", "a"]);
  expect(ids({ sites: ["site", "other", "site"], kind: "oven", state: "raised" })).toEqual(["b", "a"]);
  expect(ids({ sites: [] })).toEqual([]);
  expect(ids({ device: "site/oven/d2", state: "raised" })).toEqual(["b"]);
  expect(ids({ device: "site/oven/d9" })).toEqual([]);
  expect(ids({ device: "other/oven/d4", state: "raised" })).toEqual([]);
  take({ step: "assigned", alert: "a", by: "li", assignee: "wang" });
  take({ step: "assigned", alert: "d", by: "li", assignee: "wang" });
  take({ step: "assigned", alert: "c", by: "li", assignee: "zhao" });
  take({ step: "assigned", alert: "c", by: "zhao", assignee: null });
  take({ step: "raised", alert: "f", at: 6, rule: "cold" });
  for (const isWritten of [false, true]) {
    if (isWritten) book.flush();
    expect(ids({ assignee: "wang" })).toEqual(["d", "a"]);
    expect(ids({ assignee: "wang", state: "raised" })).toEqual(["a"]);
    expect(ids({ assignee: "zhao" })).toEqual([]);
    expect(ids({ assigned: true })).toEqual(["d", "a"]);
    expect(ids({ assigned: false })).toEqual(["f", "e", "c", "b"]);
    expect(ids({ rule: "cold" })).toEqual(["f"]);
    expect(ids({ rule: "hot", kind: "oven", sites: ["site"] })).toEqual(["b", "a"]);
  }
});

test("pages follow each other without a gap or a double, also when new alerts come in between", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(5), { maxLength: 25 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      (times, limit, late) => {
        const bench = aBook({}, pagesDatabase);
        pagesDatabase.database.db.exec(
          "DELETE FROM alerts; DELETE FROM alert_changes; DELETE FROM view_cursors",
        );
        const { take } = bench;
        bench.crash();
        for (const [index, at] of times.entries()) take({ step: "raised", alert: `a${index}`, at });
        for (const query of [{}, { state: "raised" as const }]) {
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = bench.book.list({ ...query, limit, cursor });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            seen.push(...page.items.map(({ id }) => id));
            cursor = page.next;
            if (late) take({ step: "raised", alert: `late${seen.length}${query.state}`, at: 100 });
          } while (cursor !== undefined);
          const known = seen.filter((id) => !id.startsWith("late"));
          expect(known.toSorted()).toEqual(times.map((_, index) => `a${index}`).toSorted());
          const order = known.map((id) => times[Number(id.slice(1))]!);
          expect(order).toEqual(order.toSorted((a, b) => b - a));
        }
        bench.book.close();
      },
    ),
    { numRuns: 25 },
  );
});

test("a cursor that is none of ours is refused with its place", () => {
  const { book } = aBook();
  for (const cursor of ["", "x", "1~", "1~a'--", "-1~a"]) {
    expect(() => book.list({ limit: 1, cursor })).toThrow(
      expect.objectContaining({ code: "invalid-request", path: "cursor" }),
    );
  }
});

test("while the database refuses, what is open is still shown and answered, and written once it works", () => {
  const bench = aBook();
  const { book, take, clock, database, ids } = bench;
  take({ step: "raised", alert: "old", at: 1 }, { step: "raised", alert: "shut", at: 2 });
  book.flush();
  database.db.exec("PRAGMA query_only = ON");
  take({ step: "raised", alert: "new", at: 3 }, { step: "acknowledged", alert: "old", at: 4, by: "li" });
  take({ step: "cleared", alert: "shut", at: 5 });
  expect(() => book.flush()).toThrow();
  clock.advance(1_000);
  expect(book.position()).toBe(2);
  expect(ids({ state: "raised" })).toEqual(["new", "old"]);
  expect(ids({ state: "cleared" })).toEqual(["shut"]);
  expect(ids({ acknowledged: true })).toEqual(["old"]);
  expect(ids()).toEqual(["new", "shut", "old"]);
  expect(book.timeline("old").map(({ step }) => step)).toEqual(["raised", "acknowledged"]);
  database.db.exec("PRAGMA query_only = OFF");
  clock.advance(200);
  expect(book.position()).toBe(5);
  bench.crash();
  expect(bench.ids({ state: "raised" })).toEqual(["new", "old"]);
});

test("a page is full although alerts on it changed and could not be written", () => {
  const { book, take, database, ids } = aBook();
  for (let at = 1; at <= 5; at++) take({ step: "raised", alert: `a${at}`, at });
  book.flush();
  database.db.exec("PRAGMA query_only = ON");
  for (const alert of ["a5", "a4"]) take({ step: "acknowledged", alert, by: "li" });
  expect(ids({ acknowledged: false, limit: 2 })).toEqual(["a3", "a2"]);
  expect(book.list({ acknowledged: false, limit: 2 }).next).toBeDefined();
  database.db.exec("PRAGMA query_only = OFF");
});

test("when it cannot hold more it stops, and never takes a later change before an earlier one", () => {
  const { book, take, database } = aBook({ maxBuffered: 100 });
  database.db.exec("PRAGMA query_only = ON");
  for (let i = 0; i < 100; i++) take({ step: "raised", alert: `a${i}` });
  expect(() => take({ step: "raised", alert: "one more" })).toThrow(
    expect.objectContaining({ code: "busy" }),
  );
  database.db.exec("PRAGMA query_only = OFF");
  book.flush();
  expect(() => take({ step: "raised", alert: "and one" })).toThrow(expect.objectContaining({ code: "busy" }));
  expect(book.position()).toBe(100);
});

test("nothing is written into somebody else's transaction", () => {
  const { book, take, database } = aBook();
  take({ step: "raised" });
  expect(() =>
    database.transaction(() => {
      book.flush();
      throw new Error("rolled back");
    }),
  ).toThrow("rolled back");
  expect(book.position()).toBe(0);
  book.flush();
  expect(book.position()).toBe(1);
});

test("the place in the journal moves without changes, but is not written every moment", () => {
  const { book, clock } = aBook();
  book.advance(500);
  clock.advance(59_000);
  expect(book.position()).toBe(0);
  clock.advance(1_000);
  expect(book.position()).toBe(500);
});

test("old cleared alerts are removed by age and by number, with their steps; raised ones never", () => {
  const bench = aBook({ keepMs: 2 * day, keepAlerts: 100, sweepEveryMs: 1_000 });
  const now = bench.clock.now();
  bench.take({ step: "raised", alert: "open", at: now - 9 * day });
  bench.take(
    { step: "raised", alert: "aged", at: now - 4 * day },
    { step: "cleared", alert: "aged", at: now - 3 * day },
  );
  bench.clock.advance(1_000);
  expect(bench.ids()).toEqual(["open"]);
  expect(bench.book.timeline("aged")).toEqual([]);
  for (let i = 0; i < 103; i++) {
    bench.take(
      { step: "raised", alert: `n${i}`, at: now + i },
      { step: "cleared", alert: `n${i}`, at: now + i },
    );
  }
  bench.clock.advance(1_000);
  const ids = bench.ids({ limit: 500 });
  expect(ids).toHaveLength(100);
  expect(ids).toContain("open");
  expect(ids.slice(-2)).toEqual(["n4", "open"]);
});

const pagesDatabase = (() => {
  let made: ReturnType<typeof aDatabase> | undefined;
  return {
    get database() {
      made ??= aDatabase();
      return made.database;
    },
    reopen: () => made!.database,
  };
})();
