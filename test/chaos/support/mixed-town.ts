import { type Crossing, crossingSaying } from "./crossing.ts";
import type { Plan, Saying } from "./town.ts";

/** Busy devices of two kinds, and some that raise and clear alerts in each lane of the journal. */
export function mixedPlans(): Plan[] {
  const busy = Object.entries(everyday).flatMap(([kind, sayings]) =>
    Array.from({ length: 4 }, (_, i) => ({
      kind,
      id: `${kind}-${i + 1}`,
      say: (n: number) => sayings[n % sayings.length]!,
      share: 1,
      mayReboot: i % 2 === 0,
      rule: undefined,
    })),
  );
  const crossers = Object.entries(crossings).flatMap(([name, crossing]) =>
    Array.from({ length: 3 }, (_, i) => ({
      kind: crossing.kind,
      id: `${name}-${i + 1}`,
      say: crossingSaying(crossing),
      share: 0.05,
      mayReboot: false,
      rule: crossing.rule,
    })),
  );
  return [...busy, ...crossers];
}

/** Crossed up and down by some devices, so that the number of alerts is known from what was acknowledged; one in each lane of the journal. */
const crossings: Readonly<Record<string, Crossing>> = {
  filling: {
    kind: "waste-bin",
    rule: "nearly-full",
    raise: { stream: "telemetry", fields: { fill: 0.85 } },
    clear: { stream: "telemetry", fields: { fill: 0.3 } },
  },
  burning: {
    kind: "waste-bin",
    rule: "fire",
    raise: { stream: "telemetry", fields: { burning: true, temperature: 20 } },
    clear: { stream: "telemetry", fields: { burning: false, temperature: 20 } },
  },
};

/** Said all the time, in turn, without any alert. */
const everyday: Readonly<Record<string, readonly Saying[]>> = {
  "waste-bin": [{ stream: "telemetry", fields: { fill: 0.42, temperature: 18.5, battery: 87 } }],
  "access-gate": [
    { stream: "telemetry", fields: { state: "closed", mode: "normal", mains: true } },
    { stream: "event", fields: { event: "passage", direction: "in", result: "allow", method: "card" } },
    { stream: "event", fields: { event: "closed", state: "closed" } },
  ],
};
