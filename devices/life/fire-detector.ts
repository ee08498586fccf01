import type { Simulator } from "../kit/kind.ts";
import { between, createWander, nextHour, outdoorCelsius, rounded } from "../kit/patterns.ts";
import { createSimulator, type LifeParts, type Said } from "../kit/simulator.ts";

const dayMs = 86_400_000;

/** How a detector of each sort says that it burns. */
const signs: Readonly<Record<string, readonly [string, Said]>> = {
  smoke: ["smoke-detected", { smoke: true }],
  heat: ["heat-detected", { heat: true }],
  manual: ["call-point-pressed", { manual: true }],
};
const otherSign = ["alarm", { alarm: true }] as const;

/**
 * A detector in a stairwell or a flat, whose test button is pressed about once a month, on a day between 9 and 16 h. Normal
 * traffic raises nothing. The fact `detects` says which alarm it reports: smoke without it.
 */
export function simulateFireDetector(parts: LifeParts): Simulator {
  const { random, facts, start } = parts;
  const detects = String(facts.detects ?? "smoke");
  const own = (sort: string) => (detects === sort ? false : undefined);
  const draught = createWander({ spread: 3, random });
  const normal = {
    alarm: own("gas"),
    smoke: own("smoke"),
    heat: own("heat"),
    gas: own("gas"),
    manual: own("manual"),
    prealarm: false,
    temperature: 18,
    testing: false,
    muted: false,
    tamper: false,
    fault: "none",
    endOfLife: false,
    battery: Math.round(between(60, 100, random)),
  };

  return createSimulator({ ...parts, normal }, ({ values, plan, repeat, pin, event, telemetry }) => {
    const isAlarming = () => values.alarm || values.smoke || values.heat || values.gas || values.manual;

    function test(at: number): void {
      event(at, "test-started", { testing: true });
      plan(at + between(4000, 12_000, random), (due) => {
        if (values.fault === "none") event(due, "test-passed", { testing: false, fault: "none" });
        else event(due, "test-failed", { testing: false, fault: values.fault });
      });
    }

    const byDay = () => between(0, 7 * 3_600_000, random);
    repeat(nextHour(start + between(0, 30 * dayMs, random), 9) + byDay(), (at) => {
      test(at);
      return nextHour(at + between(25 * dayMs, 35 * dayMs, random), 9) + byDay();
    });

    /** Smoke thickens and the air warms up, a report a minute. */
    function burn(at: number): void {
      const [name, sign] = signs[detects] ?? otherSign;
      pin(sign);
      event(at, name, sign);
      for (let i = 1; i <= 5; i++) {
        plan(at + i * 60_000, (due) => {
          if (!isAlarming()) return;
          pin({ temperature: 20 + i * 6 });
          telemetry(due);
        });
      }
    }

    return {
      // Stairwells are heated a little: a third of what changes outside arrives.
      measure: (at) => ({ temperature: rounded(16 + outdoorCelsius(at) * 0.3 + draught(), 1) }),
      obey: {
        mute(args, at) {
          if (!isAlarming()) return "nothing sounds";
          telemetry(at, { muted: true });
          plan(at + Number(args.minutes) * 60_000, (due) => {
            if (values.muted) telemetry(due, { muted: false });
          });
          return undefined;
        },
        "self-test"(_args, at) {
          if (values.testing) return "a test is going on already";
          test(at);
          return undefined;
        },
      },
      conditions: {
        fire: burn,
        "gas-leak": { event: "gas-detected", gas: true },
        "early-warning": { temperature: 57 },
        tamper: { event: "tampered", tamper: true },
        fault: { fault: "dirty" },
        "end-of-life": { endOfLife: true },
        "battery-low": { battery: 8 },
      },
    };
  });
}
