import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import type { Facts, Kind, Rule, RuleInput, Values, Verdict } from "../../../devices/kit/kind.ts";
import type { RuleMemory } from "../../../gateway/alert/contract.ts";
import { createJudge } from "../../../gateway/alert/judge.ts";
import { createPhases } from "../../../gateway/alert/phases.ts";
import { type JudgeSettings, judgeSettings } from "../../../gateway/alert/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Database } from "../../../gateway/state/contract.ts";
import { openDatabase } from "../../../gateway/state/database.ts";
import { stateSettings } from "../../../gateway/state/settings.ts";
import type { Change, KnownDevice, Reading } from "../../../gateway/types.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";

const text = { zh: "测试", en: "test" };

/** A rule that raises above its limit `above` (50) and clears at or below `clear` (45). */
export function aRule(rule: Partial<Rule> = {}): Rule {
  return {
    id: "hot",
    severity: "minor",
    title: text,
    limits: {
      above: { value: 50, unit: "°C", title: text },
      clear: { value: 45, unit: "°C", title: text },
    },
    check: above("t"),
    example: { raise: [], clear: [] },
    ...rule,
  };
}

/** Compares a field with the limits `above` and `clear`. */
export function above(field: string): Rule["check"] {
  return ({ values, limits }: RuleInput): Verdict => {
    const value = values[field];
    if (typeof value !== "number") return "keep";
    if (value > limits.above!) return "raise";
    return value <= limits.clear! ? "clear" : "keep";
  };
}

/** Raises at an event of this name. */
export function onEvent(name: string): Rule["check"] {
  return ({ event }) => (event === name ? "raise" : "keep");
}

/** The rule of a device that stopped talking. */
export const offlineRule: Rule = aRule({ id: "offline", severity: "minor", limits: {}, quiet: true });

/** A device of a kind that has these rules and sends every 30 s. */
export function aDevice(
  rules: readonly Rule[],
  { id = "d1", facts = {}, ...more }: Partial<KnownDevice> & { facts?: Facts } = {},
): KnownDevice {
  const definition = {
    ...{ name: "oven", title: text, intervalMs: 30_000, quietAfterMs: 66_000 },
    ...{ fields: {}, facts: {}, events: {}, commands: {}, rules, summary: [], examples: [] },
    simulate: () => ({ step: () => [], command: () => ({ ok: true }), provoke: () => [] }),
  } satisfies Kind;
  const limits = Object.fromEntries(
    rules.map((rule) => [
      rule.id,
      Object.fromEntries(Object.entries(rule.limits).map(([name, { value }]) => [name, value])),
    ]),
  );
  return {
    ...{ device: `site/oven/${id}`, site: "site", kind: "oven", id, name: id, facts, limits, definition },
    ...{ building: undefined, floor: undefined, parent: undefined, intervalMs: undefined, createdAt: 0 },
    ...more,
  };
}

function withFields(device: KnownDevice, fields: Kind["fields"]): KnownDevice {
  return { ...device, definition: { ...device.definition, fields } };
}

/** One device with its judge: merges values and keeps memory as the path does. */
export function aBench(
  rules: readonly Rule[],
  options: {
    clock?: FakeClock;
    facts?: Facts;
    fields?: Kind["fields"];
    settings?: Partial<JudgeSettings>;
  } = {},
) {
  const { clock = createFakeClock(), facts = {}, fields = {}, settings = {} } = options;
  const logged: unknown[] = [];
  const newId = countingIds();
  const metrics = createMetrics();
  const log = { error: (facts: unknown) => void logged.push(facts) };
  const parts = { clock, newId, metrics, log, settings: judgeSettings.parse(settings) };
  const memory: RuleMemory = {};
  const bench = {
    clock,
    device: withFields(aDevice(rules, { facts }), fields),
    phases: createPhases(),
    isKnown: true,
    values: {} as Values,
    simulated: {} as Values,
    memory,
    metrics,
    logged,
    newId,
    judge: undefined as unknown as ReturnType<typeof createJudge>,
    /** A new judge that knows nothing yet, as after a start. */
    restart() {
      bench.phases = createPhases();
      bench.judge = createJudge({
        ...parts,
        metrics: createMetrics(),
        phases: bench.phases,
        find: () => (bench.isKnown ? bench.device : undefined),
      });
    },
    /** The device sends; the changes that follow. */
    send(values: Values, more: Partial<Reading> & { late?: boolean } = {}): readonly Change[] {
      const { late = false, ...facts } = more;
      const reading = aReading(bench.device, clock, { values, ...facts });
      const state = reading.quality === "simulated" ? bench.simulated : bench.values;
      if (!late) Object.assign(state, values);
      return bench.judge.judge(bench.device, reading, state, memory, late);
    },
  };
  bench.judge = createJudge({
    ...parts,
    phases: bench.phases,
    find: () => (bench.isKnown ? bench.device : undefined),
  });
  return bench;
}

/** A reading of now. */
export function aReading(device: KnownDevice, clock: FakeClock, more: Partial<Reading> = {}): Reading {
  const at = more.at ?? clock.now();
  const base = { device: device.device, stream: "telemetry", event: undefined, quality: "good" } as const;
  return { ...base, at, ts: at, values: {}, ...(more.event && { stream: "event" as const }), ...more };
}

/** `raised critical`, `cleared minor` …: what a list of changes says. */
export function stepsOf(changes: readonly Change[]): string[] {
  return changes.map(({ rule, step }) => `${rule} ${step}`);
}

/** Ids that tell their order. */
export function countingIds(): () => string {
  let count = 0;
  return () => `id${String(++count).padStart(6, "0")}`;
}

/** The real database in a folder of its own; `reopen` closes it and opens it again. */
export function aDatabase(): { database: Database; reopen: () => Database } {
  const directory = mkdtempSync(join(tmpdir(), "linli-alert-"));
  const log = pino({ level: "silent" });
  const open = () => openDatabase({ directory, log, settings: stateSettings.parse({}) });
  let database = open();
  onTestFinished(() => {
    database.close();
    rmSync(directory, { recursive: true });
  });
  return {
    database,
    reopen() {
      database.close();
      database = open();
      return database;
    },
  };
}

/** A change of an alert `a1` at `site/oven/d1`. */
export function aChange(change: Partial<Change> & Pick<Change, "step">): Change {
  return {
    ...{ id: `c-${change.alert ?? "a1"}-${change.step}-${change.at ?? 0}`, alert: "a1" },
    ...{ device: "site/oven/d1", rule: "hot", severity: "minor", at: 1_000 },
    ...change,
  };
}
