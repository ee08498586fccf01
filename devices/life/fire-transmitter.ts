import type { Simulator } from "../kit/kind.ts";
import { between, createWander, nextHour } from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

/** A transmitter at a quiet panel, whose people answer a duty check at 10 h within two minutes. Normal traffic raises nothing. */
export function simulateFireTransmitter(parts: LifeParts): Simulator {
  const { random, start } = parts;
  const drift = createWander({ spread: 2, random });
  const normal = {
    fire: false,
    fault: false,
    lineUp: true,
    mains: true,
    backup: true,
    dutyCheck: "none",
    clockOff: 1,
  };

  return createSimulator({ ...parts, normal }, ({ plan, repeat, event, telemetry }) => {
    function askDuty(at: number): void {
      event(at, "duty-check-asked", { dutyCheck: "calling" });
      plan(at + between(8000, 120_000, random), (due) =>
        event(due, "duty-check-answered", { dutyCheck: "answered" }),
      );
    }

    repeat(nextHour(start, 10), (at) => {
      askDuty(at);
      return nextHour(at, 10);
    });

    return {
      measure: () => ({ clockOff: Math.round(Math.abs(1 + drift())) }),
      obey: {
        "duty-check"(_args, at) {
          askDuty(at);
          return undefined;
        },
        "set-clock"(_args, at) {
          telemetry(at, { clockOff: 0 });
          return undefined;
        },
      },
      conditions: {
        fire: { event: "manual-alarm", fire: true },
        "unplaced-fire": { event: "unplaced-fire", alarmFrom: "01-01-28-0A000200" },
        "duty-check-missed": { event: "duty-check-missed", dutyCheck: "missed" },
        "line-down": { lineUp: false },
        fault: { fault: true },
        "mains-lost": { mains: false },
        "backup-lost": { backup: false },
        "clock-wrong": { clockOff: 4000 },
      },
    };
  });
}
