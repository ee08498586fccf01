import type { Simulator } from "../kit/kind.ts";
import {
  between,
  createWander,
  dayCurve,
  dayOf,
  nextHour,
  outdoorCelsius,
  rounded,
} from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

/** What the households draw, as a part of the peak: it pulls the outlet down a little and keeps the pump running. */
const demand = dayCurve({ 0: 0.1, 5: 0.1, 7: 1, 9: 0.5, 12: 0.7, 15: 0.4, 19: 1, 22: 0.5 });

const restKpa = 330;
const runningKpa = 560;
const testMs = 120_000;

/**
 * A room with a supply pump that follows the day, a walk-through each morning, and a test of the fire pump once a week.
 * Normal traffic raises nothing.
 */
export function simulatePumpRoom(parts: LifeParts): Simulator {
  const { random, start } = parts;
  const pressure = createWander({ spread: 12, random });
  const quality = createWander({ spread: 0.08, random });
  const water = createWander({ spread: 0.06, random });
  const testDay = Math.floor(random() * 7);
  const normal = {
    fireSignal: false,
    firePumpRunning: false,
    firePumpFault: false,
    firePumpMode: "auto",
    hydrantPressure: restKpa,
    tankLevel: 0.88,
    testing: false,
    supplyPumpRunning: true,
    supplyPumpFault: false,
    inletPressure: 180,
    outletPressure: 430,
    dryRun: false,
    turbidity: 0.32,
    chlorine: 0.45,
    flood: false,
    temperature: 14,
    doorOpen: false,
    mains: true,
  };

  return createSimulator({ ...parts, normal }, ({ values, plan, repeat, event, telemetry }) => {
    function test(at: number, ms: number): void {
      event(at, "test-started", { testing: true, firePumpRunning: true });
      plan(at + Math.min(ms, 20_000), (due) => telemetry(due));
      plan(at + ms, (due) => {
        // A fire that began meanwhile needs the pump.
        event(due, "test-ended", { testing: false, firePumpRunning: values.fireSignal });
        telemetry(due);
      });
    }

    repeat(nextHour(start, 8.5) + between(0, 3_600_000, random), (at) => {
      event(at, "door-opened", { doorOpen: true });
      if (dayOf(at) % 7 === testDay && canRun()) plan(at + 60_000, (due) => test(due, testMs));
      plan(at + between(240_000, 900_000, random), (due) => event(due, "door-closed", { doorOpen: false }));
      return nextHour(at, 8.5) + between(0, 3_600_000, random);
    });

    function canRun(): boolean {
      return !values.firePumpRunning && !values.firePumpFault && values.mains;
    }

    return {
      measure(at) {
        const drawn = demand.at(at);
        return {
          hydrantPressure: Math.round((values.firePumpRunning ? runningKpa : restKpa) + pressure()),
          tankLevel: rounded(0.88 + water(), 3),
          supplyPumpRunning: true,
          inletPressure: Math.round(200 - drawn * 40 + pressure()),
          outletPressure: Math.round(440 - drawn * 30 + pressure()),
          turbidity: rounded(0.32 + quality(), 2),
          chlorine: rounded(0.45 + quality(), 2),
          temperature: rounded(14 + outdoorCelsius(at) * 0.15 + water() * 10, 1),
        };
      },
      obey: {
        "test-fire-pump"(args, at) {
          if (values.firePumpRunning) return "the fire pump runs already";
          if (!canRun()) return "the fire pump has a fault or no power";
          test(at, Number(args.seconds) * 1000);
          return undefined;
        },
        "start-fire-pump"(_args, at) {
          if (values.firePumpRunning && !values.testing) return undefined;
          if (values.firePumpMode !== "auto") return `the fire pump is switched to ${values.firePumpMode}`;
          if (!values.firePumpRunning && !canRun()) return "the fire pump has a fault or no power";
          event(at, "fire-pump-started", { firePumpRunning: true });
          return values.firePumpRunning ? undefined : "the fire pump does not start";
        },
      },
      conditions: {
        "fire-signal"(at) {
          event(at, "fire-signal", { fireSignal: true });
          plan(at + between(8000, 40_000, random), (due) => {
            if (!values.fireSignal) return;
            event(due, "fire-pump-started", { firePumpRunning: true, fireSignal: true });
            telemetry(due);
          });
        },
        "fire-pump-not-started"(at) {
          telemetry(at, { firePumpRunning: false, firePumpMode: "manual" });
          event(at, "fire-signal", { fireSignal: true });
        },
        flood: { event: "flood-detected", flood: true },
        "hydrant-pressure-very-low": { hydrantPressure: 64 },
        "hydrant-pressure-low": { hydrantPressure: 128 },
        "tank-low": { tankLevel: 0.31 },
        "fire-pump-fault": { firePumpFault: true },
        "fire-pump-not-automatic": { firePumpMode: "manual" },
        "running-without-fire": { event: "fire-pump-started", firePumpRunning: true },
        "supply-pump-fault": { supplyPumpFault: true, supplyPumpRunning: false },
        "dry-run": { supplyPumpRunning: true, inletPressure: 3 },
        "chlorine-low": { chlorine: 0.09 },
        turbid: { turbidity: 2.6 },
        cold: { temperature: 1.5 },
        "mains-lost": { mains: false },
      },
    };
  });
}
