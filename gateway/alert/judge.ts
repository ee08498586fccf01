import type { Rule } from "../../devices/kit/kind.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { DeviceName, KnownDevice, Reading } from "../types.ts";
import { createChecker } from "./checker.ts";
import type { Judge, RuleMemory } from "./contract.ts";
import { memoryKey, seenKey } from "./memory-keys.ts";
import type { Phase, Phases } from "./phases.ts";
import { createRebuild } from "./rebuild.ts";
import type { JudgeSettings } from "./settings.ts";
import { type Case, createTransitions, nothing } from "./transitions.ts";

/** What the judge needs. */
export interface JudgeParts {
  /** Shared with the watch for quiet devices. */
  readonly phases: Phases;
  /** The registered device of a name. */
  readonly find: (device: DeviceName) => KnownDevice | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  readonly metrics: Metrics;
  readonly log: Pick<Log, "error">;
  readonly settings: JudgeSettings;
}

/**
 * Makes the judge. What it decides depends on readings, changes and time alone, never on when it was asked: what fell due
 * before a reading happens before that reading's verdicts, at its own moment.
 */
export function createJudge({ phases, find, clock, newId, metrics, log, settings }: JudgeParts): Judge {
  const checker = createChecker({ clock, log, metrics, settings });
  const steps = createTransitions({ phases, find, checker, newId, settings });
  const rebuild = createRebuild({ phases, find, clock, newId, settings });
  let isLive = false;
  let lastDue = Number.NEGATIVE_INFINITY;
  metrics.gauge("alerts_pending", "Conditions that hold, but not for long enough yet", () =>
    phases.count("pending"),
  );

  function isUrgent(rule: Rule, device: KnownDevice): boolean {
    return rule.fire === true || checker.severityOf(rule, device.facts) === "critical";
  }

  /** Whether people are through with an alert, so that another event is another one: resolved, or urgent and acknowledged. */
  function isOver(phase: Phase, { rule, device }: Pick<Case, "rule" | "device">): boolean {
    return phase.state === "resolved" || (phase.isAnswered && isUrgent(rule, device));
  }

  return {
    judge(device, reading, present, memory, late = false) {
      isLive = true;
      const { at } = reading;
      const simulated = reading.quality === "simulated";
      const values = late ? { ...present, ...reading.values } : present;
      const isIdle = phases.of(device.device) === undefined;
      let changes = isIdle ? nothing : steps.mature(device.device, at, nothing);
      checker.look(device, reading, values);
      for (const rule of device.definition.rules) {
        if (rule.quiet === true || (late && !isUrgent(rule, device))) continue;
        const key = memoryKey(rule.id, simulated);
        const verdict = late ? checker.glance(rule, memory, key) : checker.verdict(rule, memory, key);
        if (verdict !== "raise" && (verdict !== "clear" || late || isIdle)) continue;
        const phase = phases.find(device.device, rule.id, simulated);
        if (verdict === "clear") {
          if (phase === undefined || (phase.state === "raised" && rule.latched === true)) continue;
          changes = steps.end(phase, { at, values }, changes);
          continue;
        }
        saw(rule, memory, reading);
        const found = { device, rule, reading, values };
        if (phase === undefined) changes = steps.begin(found, changes);
        else if (phase.state === "pending") changes = steps.hurry(phase, found, changes);
        else if (!isOver(phase, found)) steps.see(phase, rule, at);
        else if (reading.event !== undefined && !checker.holdsWithoutEvent(rule, memory, key)) {
          // It happened again: whoever answered the first time has not seen this one.
          changes = steps.begin(found, steps.end(phase, { at, reason: "happened again" }, changes));
        } else if (phase.state === "raised") steps.see(phase, rule, at);
      }
      return changes;
    },
    wouldAlarm(device, reading, present, memory) {
      checker.look(device, reading, { ...present, ...reading.values });
      const simulated = reading.quality === "simulated";
      return device.definition.rules.some(
        (rule) =>
          rule.quiet !== true &&
          isUrgent(rule, device) &&
          checker.glance(rule, memory, memoryKey(rule.id, simulated)) === "raise",
      );
    },
    restore: rebuild.restore,
    remember(device, reading, present, memory, late = false) {
      const simulated = reading.quality === "simulated";
      checker.look(device, reading, late ? { ...present, ...reading.values } : present);
      for (const rule of device.definition.rules) {
        if (rule.quiet === true || (late && !isUrgent(rule, device))) continue;
        const key = memoryKey(rule.id, simulated);
        const verdict = late ? checker.glance(rule, memory, key) : checker.verdict(rule, memory, key);
        if (verdict !== "raise") continue;
        saw(rule, memory, reading);
        const phase = phases.find(device.device, rule.id, simulated);
        if (phase?.state === "raised") steps.see(phase, rule, reading.at);
      }
    },
    follow(change) {
      if (!isLive || change.step === "resolved" || change.step === "acknowledged") rebuild.follow(change);
    },
    clearOrphans: rebuild.clearOrphans,
    due(now) {
      isLive = true;
      if (now < lastDue - settings.clockStepMs) rebuild.moveBack(lastDue, now);
      lastDue = now;
      let changes = nothing;
      for (let phase = phases.takeDue(now); phase !== undefined; phase = phases.takeDue(now)) {
        changes = steps.fallDue(phase, changes);
      }
      return changes;
    },
    forget: rebuild.forget,
    hasten(device, rule, at) {
      const phase = phases.find(device, rule, false);
      if (phase === undefined || phase.state === "resolved") return undefined;
      if (phase.state === "raised") return nothing;
      phases.schedule(phase, at);
      return steps.fallDue(phase, nothing);
    },
  };
}

/** Notes when a condition without an end of its own was seen last, beside what the rule remembers: it survives a restart. */
function saw(rule: Rule, memory: RuleMemory, { at, quality }: Reading): void {
  if (rule.clearAfterMs === undefined) return;
  const key = seenKey(rule.id, quality === "simulated");
  const seen = memory[key];
  if (seen === undefined) memory[key] = [at];
  else seen[0] = at;
}
