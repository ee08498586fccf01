import type { Facts, Kind, Rule } from "../devices/kit/kind.ts";
import type { Clock } from "../gateway/clock.ts";
import { pick } from "./random.ts";

/** A device in whose life something may happen. */
export interface Candidate {
  readonly id: string;
  readonly kind: Kind;
  readonly facts: Facts;
}

/** What is needed to let things happen. */
export interface IncidentParts {
  readonly clock: Clock;
  readonly random: () => number;
  /** Time between two incidents, ms. */
  readonly everyMs: number;
  /** Least time between two fires, ms; what is drawn meanwhile is something else. */
  readonly fireEveryMs: number;
  /** How long a device stays in trouble, ms. */
  readonly lastsMs: number;
  readonly devices: readonly Candidate[];
  readonly provoke: (deviceId: string, condition: string) => void;
}

/** Puts one device after another into trouble, all kinds alike, and out of it again. Returns what ends it. */
export function startIncidents(parts: IncidentParts): () => void {
  const { clock, random, everyMs, fireEveryMs, lastsMs, devices, provoke } = parts;
  const kinds = [...Map.groupBy(devices, ({ kind }) => kind).values()];
  const inTrouble = new Map<string, () => void>();
  let fireAt = Number.NEGATIVE_INFINITY;

  function begin(): void {
    const device = pick(random, pick(random, kinds));
    const mayBurn = clock.now() - fireAt >= fireEveryMs;
    const rules = device.kind.rules.filter(
      (rule) => fits(rule, device.facts) && (mayBurn || rule.fire !== true),
    );
    if (rules.length === 0 || inTrouble.has(device.id)) return;
    const drawn = rules.flatMap((rule) => Array<Rule>(weights[rule.severity]).fill(rule));
    const rule = pick(random, drawn);
    if (rule.fire === true) fireAt = clock.now();
    provoke(device.id, rule.id);
    inTrouble.set(
      device.id,
      clock.after(lastsMs, () => end(device.id)),
    );
  }

  function end(id: string): void {
    inTrouble.delete(id);
    provoke(id, "normal");
  }

  const stop = clock.every(everyMs, begin);
  return () => {
    stop();
    for (const cancel of inTrouble.values()) cancel();
  };
}

/** How often a rule is drawn: what people must run for is what a visitor should see. */
const weights = { critical: 4, major: 4, minor: 1, info: 1 } as const;

/** A rule that this installation can break: its example needs no fact that the device does not have. */
function fits(rule: Rule, facts: Facts): boolean {
  // A device that vanishes would be of no interest for longer than the others; power cuts are scenarios.
  if (rule.quiet === true) return false;
  return Object.entries(rule.example.facts ?? {}).every(([name, value]) =>
    typeof value === "number" ? facts[name] !== undefined : facts[name] === value,
  );
}
