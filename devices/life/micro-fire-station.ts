import type { Simulator } from "../kit/kind.ts";
import { between, createWander, hourOf, nextHour } from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

/**
 * A station with a day shift from 8 h, a night shift from 20 h, a duty check in each that is answered within two
 * minutes, and a look into the cabinet. Normal traffic raises nothing.
 */
export function simulateMicroFireStation(parts: LifeParts): Simulator {
  const { random, facts, start } = parts;
  const full = typeof facts.crewPerShift === "number" ? Math.max(3, facts.crewPerShift) : 6;
  const pressure = createWander({ spread: 25, random });
  const isDay = (at: number) => hourOf(at) >= 8 && hourOf(at) < 20;
  const shiftOf = (at: number) => (isDay(at) ? full : Math.max(3, full - 2));
  const normal = {
    crew: shiftOf(start),
    sos: false,
    dispatch: "none",
    dutyCheck: "none",
    extinguishers: true,
    hoses: true,
    masks: true,
    radios: true,
    extinguisherPressure: 1200,
    cabinetOpen: false,
    siren: false,
    linkUp: true,
    mains: true,
    battery: 100,
  };

  return createSimulator({ ...parts, normal }, ({ values, plan, repeat, event, telemetry }) => {
    function askDuty(at: number): void {
      event(at, "duty-check-asked", { dutyCheck: "calling" });
      plan(at + between(8000, 120_000, random), (due) =>
        event(due, "duty-check-answered", { dutyCheck: "answered" }),
      );
    }

    function goOut(at: number): void {
      plan(at + between(8000, 35_000, random), (answered) => {
        event(answered, "dispatch-answered", { dispatch: "answered", siren: false });
        telemetry(answered, { hoses: false, masks: false });
        plan(answered + between(900_000, 2_400_000, random), comeHome);
      });
    }

    function comeHome(at: number): void {
      telemetry(at, { hoses: true, masks: true });
      event(at, "dispatch-ended", { dispatch: "none", siren: false });
    }

    for (const hour of [8, 20]) {
      repeat(nextHour(start, hour), (at) => {
        event(at, "shift-changed", { crew: shiftOf(at) });
        return nextHour(at, hour);
      });
      repeat(nextHour(start, hour) + between(1_800_000, 36_000_000, random), (at) => {
        askDuty(at);
        return nextHour(at, hour) + between(1_800_000, 36_000_000, random);
      });
    }
    repeat(nextHour(start, 9.5), (at) => {
      event(at, "cabinet-opened", { cabinetOpen: true });
      plan(at + between(60_000, 400_000, random), (due) =>
        event(due, "cabinet-closed", { cabinetOpen: false }),
      );
      return nextHour(at, 9.5);
    });

    return {
      measure: () => ({ extinguisherPressure: Math.round(1200 + pressure()) }),
      obey: {
        dispatch(_args, at) {
          if (values.dispatch === "answered") return "the crew is out already";
          event(at, "dispatch-received", { dispatch: "calling", siren: true });
          goOut(at);
          return undefined;
        },
        "stand-down"(_args, at) {
          comeHome(at);
          return undefined;
        },
        "duty-check"(_args, at) {
          askDuty(at);
          return undefined;
        },
        siren(args, at) {
          telemetry(at, { siren: args.on === true });
          if (args.on) plan(at + Number(args.seconds) * 1000, (due) => telemetry(due, { siren: false }));
          return undefined;
        },
      },
      conditions: {
        sos: { event: "sos", sos: true },
        "dispatch-unanswered": { event: "dispatch-received", dispatch: "calling", siren: true },
        "duty-check-missed": { event: "duty-check-missed", dutyCheck: "missed" },
        "crew-short": { event: "shift-changed", crew: 2 },
        "equipment-missing": { masks: false },
        "extinguisher-pressure-low": { extinguisherPressure: 820 },
        "link-down": { linkUp: false },
        "mains-lost": { mains: false },
        "battery-low": { battery: 13 },
      },
    };
  });
}
