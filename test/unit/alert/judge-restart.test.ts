import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rule, Values } from "../../../devices/kit/kind.ts";
import { openBook } from "../../../gateway/alert/book.ts";
import type { Book } from "../../../gateway/alert/contract.ts";
import { foldChange } from "../../../gateway/alert/fold.ts";
import { bookSettings } from "../../../gateway/alert/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change } from "../../../gateway/types.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { aBench, above, aDatabase, aReading, aRule, onEvent } from "./makers.ts";

const minute = 60_000;

const rules: readonly Rule[] = [
  aRule({ id: "plain" }),
  aRule({ id: "held", severity: "major", holdForMs: () => minute }),
  aRule({ id: "deadline", holdForMs: ({ values }) => Number(values.left) * minute }),
  aRule({ id: "event", check: onEvent("smash"), clearAfterMs: 2 * minute }),
  aRule({ id: "heldEvent", check: onEvent("smash"), holdForMs: () => minute, clearAfterMs: minute }),
  aRule({ id: "latched", check: above("u"), latched: true }),
  aRule({ id: "call", check: onEvent("smash"), severity: "critical", latched: true }),
  aRule({ id: "critical", check: above("u"), severity: "critical", fire: true }),
  aRule({
    id: "count",
    check: ({ event, memory, ts }) => {
      if (event !== "smash") return "keep";
      memory.push(ts);
      while (ts - memory[0]! > minute) memory.shift();
      return memory.length >= 3 ? "raise" : "keep";
    },
    clearAfterMs: minute,
  }),
];

type Step =
  | {
      readonly does: "send";
      readonly values: Values;
      readonly event?: string;
      readonly lane: "real" | "drill" | "late";
    }
  | { readonly does: "wait"; readonly ms: number; readonly look: boolean }
  | { readonly does: "resolve" | "acknowledge"; readonly which: number };

/** Journals as the gateway does: changes go to the book, readings are there to be remembered. */
function aRun(book: Book, clock: FakeClock) {
  const bench = aBench(rules, { clock });
  const seen: Change[] = [];
  let sequence = 0;
  // Readings since the last checkpoint, and the memory as it was saved then.
  let since: (() => void)[] = [];
  let saved = "{}";

  function take(changes: readonly Change[]): void {
    for (const change of changes) {
      seen.push(change);
      book.apply(change, ++sequence);
    }
  }

  return {
    seen,
    do(step: Step): void {
      if (step.does === "wait") {
        clock.advance(step.ms);
        if (step.look) take(bench.judge.due(clock.now()));
      } else if (step.does === "send") {
        const late = step.lane === "late";
        const quality = step.lane === "drill" ? "simulated" : "good";
        const more = { quality, late, ...(step.event && { event: step.event }) } as const;
        const reading = aReading(bench.device, clock, { values: step.values, ...more });
        take(bench.send(step.values, more));
        const values = { ...(step.lane === "drill" ? bench.simulated : bench.values) };
        since.push(() => bench.judge.remember(bench.device, reading, values, bench.memory, late));
      } else {
        const { items } = book.list({ state: "raised", limit: 100 });
        const alert = items[step.which % items.length];
        if (alert === undefined) return;
        const { id, device, rule, severity, simulated } = alert;
        const facts = { alert: id, device, rule, severity, at: clock.now(), by: "li" };
        if (step.does === "acknowledge" && alert.acknowledgedAt !== undefined) return;
        const what = step.does === "resolve" ? ("resolved" as const) : ("acknowledged" as const);
        const change = { id: `r${sequence}`, step: what, ...facts };
        const own: Change = simulated ? { ...change, simulated: true } : change;
        bench.judge.follow(own);
        take([own]);
      }
    },
    checkpoint(): void {
      saved = JSON.stringify(bench.memory);
      since = [];
    },
    restart(): void {
      for (const key of Object.keys(bench.memory)) delete bench.memory[key];
      Object.assign(bench.memory, JSON.parse(saved));
      bench.restart();
      bench.judge.restore(book.standing(), () => bench.memory);
      for (const remember of since) remember();
      take(bench.judge.clearOrphans());
    },
  };
}

/** What happened, with alerts named in the order of their appearance and changes of one moment sorted. */
function storyOf(changes: readonly Change[]): string[] {
  const names = new Map<string, string>();
  const told = changes.map(({ alert, rule, step, at, due, values, simulated }) => {
    if (!names.has(alert)) {
      const own = [...names.values()].filter((name) => name.startsWith(`${rule}${simulated ?? ""}-`));
      names.set(alert, `${rule}${simulated ?? ""}-${own.length}`);
    }
    return `${String(at).padStart(15)} ${names.get(alert)} ${step} ${due ?? ""} ${JSON.stringify(values)}`;
  });
  return told.sort();
}

const values = fc.record(
  { t: fc.constantFrom(20, 48, 60), u: fc.constantFrom(20, 60), left: fc.constantFrom(0, 1, 3) },
  { requiredKeys: ["left"] },
);
const send = fc
  .record({
    values,
    event: fc.constantFrom(undefined, "smash"),
    lane: fc.constantFrom("real", "real", "real", "drill", "late"),
  })
  .map(({ event, ...more }) => ({ does: "send", ...more, ...(event && { event }) }) as Step);
const wait = fc
  .record({ ms: fc.constantFrom(1, 20_000, 30_000, 59_999, minute, 61 * minute), look: fc.boolean() })
  .map((more) => ({ does: "wait", ...more }) as Step);
const answer = fc
  .record({ does: fc.constantFrom("resolve", "acknowledge"), which: fc.nat(5) })
  .map((more) => more as Step);
const steps = fc.array(fc.oneof({ arbitrary: send, weight: 5 }, { arbitrary: wait, weight: 4 }, answer), {
  minLength: 1,
  maxLength: 30,
});

test("a restart at any moment changes nothing of what happens", () => {
  const { database } = aDatabase();
  const { db } = database;
  const open = (clock: FakeClock) => {
    const log = { error() {}, info() {} };
    return openBook({ database, clock, log, metrics: createMetrics(), settings: bookSettings.parse({}) });
  };
  // The proof is about rules; the disk would only make it slow.
  db.exec("PRAGMA synchronous = OFF");
  const play = (all: readonly Step[], stops: { save: number; restart: number } | undefined): string[] => {
    db.exec(
      "DELETE FROM alerts; DELETE FROM alert_changes; DELETE FROM alert_pendings; DELETE FROM view_cursors",
    );
    const clock = createFakeClock();
    const book = open(clock);
    const run = aRun(book, clock);
    for (const [index, step] of all.entries()) {
      if (stops?.save === index) run.checkpoint();
      if (stops?.restart === index) run.restart();
      run.do(step);
    }
    run.do({ does: "wait", ms: 100 * minute, look: true });
    book.close();
    return storyOf(run.seen);
  };
  fc.assert(
    fc.property(steps, fc.nat(29), fc.nat(29), (all, a, b) => {
      const stops = { save: Math.min(a, b), restart: Math.max(a, b) % all.length };
      expect(play(all, stops)).toEqual(play(all, undefined));
    }),
    { numRuns: 200 },
  );
});

test("what belonged to a device or rule that is gone is cleared after a start", () => {
  const bench = aBench([aRule({ id: "kept" }), aRule({ id: "lost" })]);
  const changes = bench.send({ t: 60 });
  bench.device = {
    ...bench.device,
    definition: { ...bench.device.definition, rules: [aRule({ id: "kept" })] },
  };
  bench.restart();
  for (const change of changes) bench.judge.follow(change);
  expect(bench.judge.clearOrphans()).toMatchObject([
    { rule: "lost", step: "cleared", reason: "rule removed" },
  ]);
  bench.isKnown = false;
  expect(bench.judge.clearOrphans()).toMatchObject([
    { rule: "kept", step: "cleared", reason: "device removed" },
  ]);
});

const nothing = { raised: [], resolved: [], pending: [] };

test("an alert seen again after the last checkpoint stays as long as without a restart", () => {
  const bench = aBench([aRule({ severity: "critical", check: onEvent("smash"), clearAfterMs: minute })]);
  const changes = bench.send({}, { event: "smash" });
  bench.clock.advance(30_000);
  const again = aReading(bench.device, bench.clock, { event: "smash" });
  for (const late of [false, true]) {
    bench.restart();
    bench.judge.restore(nothing, () => undefined);
    for (const change of changes) bench.judge.follow(change);
    const memory = {};
    bench.judge.remember(bench.device, again, {}, memory, late);
    expect(bench.judge.due(bench.clock.now() + 59_999)).toEqual([]);
    // The next checkpoint carries it on to the restart after this one.
    bench.restart();
    bench.judge.restore(nothing, () => memory);
    for (const change of changes) bench.judge.follow(change);
    expect(bench.judge.due(bench.clock.now() + 59_999)).toEqual([]);
    expect(bench.judge.due(bench.clock.now() + minute)).toMatchObject([{ step: "cleared" }]);
  }
});

test("what was timed by a clock that ran ahead waits no longer than it should", () => {
  const bench = aBench([aRule({ holdForMs: () => minute })]);
  const ahead = bench.clock.now() + 1_000_000;
  const pending = bench.send({ t: 60 }, { at: ahead });
  bench.restart();
  bench.judge.restore({ ...nothing, pending }, () => undefined);
  expect(bench.judge.due(bench.clock.now() + minute - 1)).toEqual([]);
  expect(bench.judge.due(bench.clock.now() + minute)).toMatchObject([{ step: "raised" }]);
});

test("alerts of the gateway about itself are none of the judge's business", () => {
  const bench = aBench([]);
  const [change] = aBench([aRule()]).send({ t: 60 });
  const own = { ...change!, device: "gateway/gateway/self", rule: "disk-full" };
  const alert = foldChange(undefined, own)!;
  bench.judge.restore({ ...nothing, raised: [alert] }, () => undefined);
  bench.judge.follow(own);
  expect(bench.judge.clearOrphans()).toEqual([]);
});

test("a pending alert whose moment was moved waits once", () => {
  const bench = aBench([aRule({ holdForMs: () => minute })]);
  const [pending] = bench.send({ t: 60 });
  bench.restart();
  bench.judge.follow(pending!);
  bench.judge.follow({ ...pending!, due: pending!.due! - 10_000 });
  expect(bench.judge.due(pending!.due!)).toMatchObject([{ step: "raised", at: pending!.due! - 10_000 }]);
  expect(bench.send({ t: 20 })).toMatchObject([{ step: "cleared" }]);
});

test("what falls due in one moment comes in one order, whatever was first", () => {
  const named = ["b", "a", "c"].map((id) => aRule({ id, holdForMs: () => minute }));
  const bench = aBench(named);
  bench.send({ t: 60 });
  const changes = bench.judge.due(bench.clock.now() + minute);
  expect(changes.map(({ rule }) => rule)).toEqual(["a", "b", "c"]);
});
