import type { Facts, Kind, Limits, Rule, RuleInput, Sample, Values } from "../../devices/kit/kind.ts";

/** One raise or end of an alert that the miniature judge saw. */
export interface Step {
  readonly rule: string;
  readonly step: "raised" | "cleared";
  readonly at: number;
}

interface Phase {
  readonly memory: number[];
  raised: boolean;
  due: number | undefined;
  seen: number;
}

/** The words of a rule taken literally, for one device: holds, silence, self-clearing. Small enough to be believed. */
export function createKindJudge({ kind, facts, start }: { kind: Kind; facts: Facts; start: number }) {
  const phases = new Map<Rule, Phase>(
    kind.rules.map((rule) => [rule, { memory: [], raised: false, due: undefined, seen: start }]),
  );
  const values: Values = {};
  const steps: Step[] = [];
  let heard = start;

  function set(rule: Rule, phase: Phase, raised: boolean, at: number): void {
    phase.due = undefined;
    if (phase.raised === raised) return;
    phase.raised = raised;
    steps.push({ rule: rule.id, step: raised ? "raised" : "cleared", at });
  }

  function advance(to: number): void {
    for (const [rule, phase] of phases) {
      if (rule.quiet && to - heard >= kind.quietAfterMs) set(rule, phase, true, heard + kind.quietAfterMs);
      if (phase.due !== undefined && phase.due <= to) set(rule, phase, true, phase.due);
      const end = phase.seen + (rule.clearAfterMs ?? Number.POSITIVE_INFINITY);
      if (phase.raised && end <= to) set(rule, phase, false, end);
    }
  }

  function look(rule: Rule, phase: Phase, input: Omit<RuleInput, "limits" | "memory">): void {
    if (rule.quiet) {
      set(rule, phase, false, input.at);
      return;
    }
    const asked = { ...input, limits: limitsOf(rule), memory: phase.memory };
    const verdict = rule.check(asked);
    if (phase.memory.length > 64) throw new RangeError(`${rule.id} remembers ${phase.memory.length} numbers`);
    if (verdict === "clear" && !rule.latched) set(rule, phase, false, input.at);
    if (verdict !== "raise") return;
    phase.seen = input.at;
    if (phase.raised) return;
    const { holdForMs = 0 } = rule;
    const hold = typeof holdForMs === "function" ? holdForMs(asked) : holdForMs;
    if (hold <= 0) set(rule, phase, true, input.at);
    else phase.due = Math.min(phase.due ?? Number.POSITIVE_INFINITY, input.at + hold);
  }

  return {
    steps,
    advance,
    raised: () => [...phases].filter(([, phase]) => phase.raised).map(([rule]) => rule.id),
    feed(message: Pick<Sample, "stream" | "payload">, at: number) {
      advance(at);
      heard = at;
      const event = message.stream === "event" ? String(message.payload.event) : undefined;
      const implied = event === undefined ? {} : kind.events[event]?.implies;
      const changed = { ...implied, ...readValues(kind, message.payload, facts) };
      Object.assign(values, changed);
      const { ts = at } = message.payload as { ts?: number };
      for (const [rule, phase] of phases) look(rule, phase, { values, changed, event, at, ts, facts });
    },
  };
}

/** The numbers of a rule as the kind gives them. */
export function limitsOf(rule: Rule): Limits {
  return Object.fromEntries(Object.entries(rule.limits).map(([name, { value }]) => [name, value]));
}

/** The fields of a payload in canonical form; throws for one that cannot be read. */
export function readValues(kind: Kind, payload: Sample["payload"], facts: Facts): Values {
  const values: Values = {};
  for (const [name, field] of Object.entries(kind.fields)) {
    if (!(name in payload)) continue;
    const parsed = field.schema.safeParse(payload[name]);
    const coerced = parsed.success ? { value: parsed.data } : field.coerce?.(payload[name], facts);
    if (!coerced) throw new TypeError(`${name} cannot be ${JSON.stringify(payload[name])}`);
    if (coerced.value !== undefined) values[name] = coerced.value;
  }
  return values;
}
