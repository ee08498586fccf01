import type { Simulator } from "../kit/kind.ts";
import { between, createWander, nextHour, outdoorCelsius, rounded } from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

/**
 * A valve that waters at dawn in the warm half of the year, and whose line is drained while the daily mean is under
 * 10 °C. Normal traffic raises nothing.
 */
export function simulateIrrigationValve(parts: LifeParts): Simulator {
  const { random, facts, start } = parts;
  const weather = createWander({ spread: 2, random });
  const rated = typeof facts.ratedFlow === "number" ? facts.ratedFlow : between(25, 60, random);
  const normal = {
    open: false,
    opening: 0,
    flow: 0,
    total: Math.round(between(0, 90_000, random)),
    pressure: 280,
    soilMoisture: 38,
    temperature: 12,
    drained: false,
    fault: "none",
    battery: Math.round(between(60, 100, random)),
  };

  return createSimulator({ ...parts, normal }, ({ values, plan, repeat, event, pin, telemetry }) => {
    let closesAt = 0;

    function close(at: number): void {
      closesAt = 0;
      event(at, "closed", { open: false, opening: 0, total: values.total });
      telemetry(at);
    }

    function open(at: number, ms: number, opening: number): void {
      closesAt = Math.round(at + ms);
      event(at, "opened", { open: true, opening, closeBy: closesAt });
      repeatWhileOpen(at + 90_000, closesAt);
      plan(closesAt, (due) => {
        if (due === closesAt) close(due);
      });
    }

    function repeatWhileOpen(at: number, until: number): void {
      if (at >= until) return;
      plan(at, (due) => {
        if (closesAt !== until) return;
        telemetry(due);
        repeatWhileOpen(due + 300_000, until);
      });
    }

    repeat(nextHour(start, 5) + between(0, 1_800_000, random), (at) => {
      if (!isDrained(at) && values.soilMoisture < 45) open(at, between(900_000, 2_400_000, random), 100);
      return nextHour(at, 5) + between(0, 1_800_000, random);
    });

    let measuredAt = start;
    return {
      measure(at) {
        const minutes = (at - measuredAt) / 60_000;
        measuredAt = at;
        const wetter = values.open ? minutes * 0.35 : -minutes * 0.006;
        return {
          flow: values.open ? rounded((rated * values.opening) / 100 + weather(), 1) : 0,
          total: Math.round(values.total + values.flow * minutes),
          pressure: isDrained(at) ? 0 : Math.round((values.open ? 235 : 285) + weather() * 5),
          soilMoisture: rounded(Math.max(22, Math.min(60, values.soilMoisture + wetter)), 1),
          temperature: rounded(meanCelsius(at) + (outdoorCelsius(at) - meanCelsius(at)) * 0.4 + weather(), 1),
          drained: isDrained(at),
        };
      },
      obey: {
        open(args, at) {
          if (values.drained) return "the line is drained for winter";
          if (values.fault !== "none") return `fault: ${values.fault}`;
          open(at, Number(args.durationS) * 1000, Number(args.opening));
          return undefined;
        },
        close(_args, at) {
          close(at);
          return values.open ? "the valve does not close" : undefined;
        },
      },
      conditions: {
        leak(at) {
          pin({ open: false, opening: 0, flow: 7.5 });
          telemetry(at);
          plan(at + 90_000, (due) => telemetry(due));
        },
        overdue(at) {
          pin({ open: true, opening: 100, flow: rounded(rated, 1) });
          event(at, "opened", { open: true, opening: 100, closeBy: at + 30_000 });
        },
        freezing: { temperature: -2.5, pressure: 260, drained: false },
        "frost-risk": { temperature: 1.4, drained: false },
        "no-flow": (at) => openBadly(at, { flow: 0 }),
        "low-pressure": (at) => openBadly(at, { flow: 9, pressure: 62 }),
        fault: { event: "fault", fault: "stall" },
        "battery-low": { battery: 14 },
      },
    };

    function openBadly(at: number, trouble: { flow: number; pressure?: number }): void {
      pin({ open: true, opening: 100, drained: false, ...trouble });
      event(at, "opened", { open: true, opening: 100, closeBy: at + 1_800_000 });
      plan(at + 90_000, (due) => telemetry(due));
    }
  });
}

function meanCelsius(at: number): number {
  return (outdoorCelsius(at) + outdoorCelsius(at + 43_200_000)) / 2;
}

function isDrained(at: number): boolean {
  return meanCelsius(at) < 10;
}
