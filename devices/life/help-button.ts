import type { Simulator } from "../kit/kind.ts";
import { between, hourOf, keyedHash, nextHour } from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * The button of somebody who sleeps from half past ten to six and tests it about once a week. Normal traffic raises nothing.
 */
export function simulateHelpButton(parts: LifeParts): Simulator {
  const { random, start } = parts;
  const person = keyedHash(random);
  const normal = {
    call: "none",
    fall: false,
    still: false,
    movedAt: start,
    battery: Math.round(between(60, 100, random)),
  };

  return createSimulator({ ...parts, normal }, ({ values, plan, repeat, pin, event }) => {
    repeat(nextHour(start + between(0, 7 * dayMs, random), 10), (at) => {
      event(at, "tested", { battery: values.battery });
      return nextHour(at + between(5 * dayMs, 9 * dayMs, random), 10);
    });

    /** Whoever was called comes within ten minutes. */
    function attend(at: number): void {
      plan(at + between(180_000, 600_000, random), (due) => {
        if (values.call === "answered") event(due, "attended", { call: "attended", fall: false, person });
      });
    }

    return {
      measure: (at) => ({ movedAt: lastMovement(at, random) }),
      obey: {
        answer(_args, at) {
          event(at, "answered", { call: "answered" });
          attend(at);
          return undefined;
        },
        locate: () => undefined,
      },
      conditions: {
        "help-wanted"(at) {
          event(at, "pressed", { call: "waiting", press: "long", person });
        },
        fall(at) {
          event(at, "fall-detected", { fall: true, person });
        },
        "no-movement"(at) {
          pin({ still: true, movedAt: at - 25 * hourMs });
          event(at, "no-movement", { still: true, movedAt: values.movedAt, person });
        },
        "battery-low": { battery: 11 },
      },
    };
  });
}

/** Some minutes ago by day; when the night began by night. */
function lastMovement(at: number, random: () => number): number {
  const hour = hourOf(at);
  const asleepMs = hour >= 22.5 ? (hour - 22.5) * hourMs : hour < 6 ? (hour + 1.5) * hourMs : 0;
  return Math.round(at - asleepMs - between(0, 1_200_000, random));
}
