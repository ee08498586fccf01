import type { Facts, Limits, Rule, RuleInput, Severity, Values, Verdict } from "../../devices/kit/kind.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { KnownDevice, Reading } from "../types.ts";
import type { RuleMemory } from "./contract.ts";
import type { JudgeSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";

/** Asks the rules of kinds. A rule that throws is counted, logged now and then, and never stops anything else. */
export interface Checker {
  /** Names the reading that the next questions are about. */
  look(device: KnownDevice, reading: Reading, values: Readonly<Values>): void;
  /** The rule's verdict; `keep` when it fails. `key` is the rule's place in the memory. */
  verdict(rule: Rule, memory: RuleMemory, key: string): Verdict;
  /** The same without leaving a trace in the memory. */
  glance(rule: Rule, memory: Readonly<RuleMemory>, key: string): Verdict;
  /** Whether the rule raises although the reading is no event: its condition lies in the state, not in what happened. */
  holdsWithoutEvent(rule: Rule, memory: Readonly<RuleMemory>, key: string): boolean;
  /** How long the condition must hold from now on, ms, with these limits. At once when the rule cannot tell. */
  holdMs(rule: Rule, limits: Limits): number;
  limitsOf(rule: Rule): Limits;
  severityOf(rule: Rule, facts: Facts): Severity;
}

interface CheckerParts {
  readonly clock: Pick<Clock, "now">;
  readonly log: Pick<Log, "error">;
  readonly metrics: Metrics;
  readonly settings: Pick<JudgeSettings, "maxMemory" | "errorLogEveryMs">;
}

/** Makes a checker. It allocates nothing while rules are content. */
export function createChecker({ clock, log, metrics, settings }: CheckerParts): Checker {
  const errors = metrics.countBy("rule_errors", "Rules of kinds that failed", "rule");
  const trimmed = metrics.count("rule_memory_trimmed", "Times that a rule remembered more than it may");
  const loggedAt = new Map<string, number>();
  // One object for all questions: a rule reads it during its check and never later.
  const input: { -readonly [K in keyof RuleInput]: RuleInput[K] } = {
    values: {},
    changed: {},
    event: undefined,
    at: 0,
    ts: 0,
    facts: {},
    limits: noLimits,
    memory: [],
  };
  let device: KnownDevice | undefined;
  // Lent to rules that remember nothing so far, so that most of them never own an array.
  let spare: number[] = [];

  function ask(rule: Rule, memory: number[]): Verdict {
    input.limits = limitsOf(rule);
    input.memory = memory;
    try {
      return rule.check(input);
    } catch (error) {
      fail(rule, error);
      return "keep";
    }
  }

  function limitsOf(rule: Rule): Limits {
    return device?.limits[rule.id] ?? noLimits;
  }

  function fail(rule: Rule, error: unknown): void {
    const name = `${device?.kind}/${rule.id}`;
    errors.add(name);
    const now = clock.now();
    if (Math.abs(now - (loggedAt.get(name) ?? Number.NEGATIVE_INFINITY)) < settings.errorLogEveryMs) return;
    loggedAt.set(name, now);
    log.error({ rule: name, device: device?.device, reason: messageOf(error) }, "rule failed");
  }

  return {
    look(known, reading, values) {
      device = known;
      input.values = values;
      input.changed = reading.values;
      input.event = reading.event;
      input.at = reading.at;
      input.ts = reading.ts;
      input.facts = known.facts;
    },
    verdict(rule, memory, key) {
      const own = memory[key];
      const verdict = ask(rule, own ?? spare);
      if (own === undefined && spare.length > 0) {
        memory[key] = spare;
        spare = [];
      }
      const { length } = input.memory;
      if (length > settings.maxMemory) {
        input.memory.splice(0, length - settings.maxMemory);
        trimmed.add();
      }
      return verdict;
    },
    glance: (rule, memory, key) => ask(rule, [...(memory[key] ?? [])]),
    holdsWithoutEvent(rule, memory, key) {
      const { event, memory: before } = input;
      input.event = undefined;
      const verdict = ask(rule, [...(memory[key] ?? [])]);
      input.event = event;
      input.memory = before;
      return verdict === "raise";
    },
    holdMs(rule, limits) {
      const { holdForMs } = rule;
      if (typeof holdForMs !== "function") return holdForMs ?? 0;
      try {
        input.limits = limits;
        const hold = holdForMs(input);
        if (!Number.isNaN(hold)) return hold;
        fail(rule, "holdForMs is not a number");
      } catch (error) {
        fail(rule, error);
      }
      return 0;
    },
    limitsOf,
    severityOf: (rule, facts) => severityOf(rule, facts, (error) => fail(rule, error)),
  };
}

const noLimits: Limits = Object.freeze({});
