import type { Simulator } from "../kit/kind.ts";
import { between, dayCurve, isWeekend, keyedHash, nextArrival, pick } from "../kit/patterns.ts";
import { createSimulator, type LifeParts } from "../kit/simulator.ts";

/** Passages an hour at one door of about 80 households: a peak before work, a longer one after it. */
const passagesPerHour = dayCurve({ 0: 1, 5: 1, 7.5: 50, 9: 15, 12: 20, 15: 12, 18: 45, 20: 20, 23: 3 });

const normal = {
  state: "closed",
  mode: "normal",
  tamper: false,
  fireUnlock: "idle",
  mains: true,
  battery: 100,
};

/** A door with the passages of a day, most by face, some refused. Normal traffic raises nothing: it closes within 30 s. */
export function simulateAccessGate(parts: LifeParts): Simulator {
  const { random, start } = parts;
  return createSimulator({ ...parts, normal }, ({ values, plan, repeat, event }) => {
    const residents = Array.from({ length: 40 }, () => keyedHash(random));
    let closesAt = 0;

    function closeAfter(at: number, ms: number): void {
      closesAt = Math.round(at + ms);
      plan(closesAt, (due) => {
        if (due === closesAt && values.state === "open")
          event(due, "closed", { state: "closed", mode: "normal" });
      });
    }

    function passage(at: number, result: string): void {
      const opens = result === "allow" && values.mode === "normal" && values.state === "closed";
      if (opens) closeAfter(at, between(5000, 25_000, random));
      event(at, "passage", {
        direction: random() < 0.5 ? "in" : "out",
        result,
        method: pick(["face", "face", "face", "face", "card", "card", "code", "remote"], random),
        person: result === "allow" ? pick(residents, random) : undefined,
        state: opens ? "open" : values.state,
      });
    }

    repeat(nextArrival(start, passagesPerHour, random), (at) => {
      const chance = random();
      const result = chance < 0.965 ? "allow" : chance < 0.985 ? "refuse" : "unknown";
      if (!isWeekend(at) || random() < 0.6) passage(at, result);
      return nextArrival(at + 15_000, passagesPerHour, random);
    });

    return {
      obey: {
        open(args, at) {
          if (values.state !== "closed") return "the door is not closed";
          closeAfter(at, Number(args.seconds) * 1000);
          event(at, "opened", { state: "open" });
          return undefined;
        },
        close(_args, at) {
          if (values.state === "forced" || values.state === "held") return "the door cannot close";
          event(at, "closed", { state: "closed", mode: "normal" });
          return undefined;
        },
        "hold-open"(args, at) {
          closeAfter(at, Number(args.minutes) * 60_000);
          event(at, "opened", { state: "open", mode: "hold-open" });
          return undefined;
        },
        "fire-unlock"(_args, at) {
          closesAt = 0;
          event(at, "fire-unlock-requested", { fireUnlock: "requested" });
          plan(at + 1500, (due) => {
            event(due, "fire-unlock-confirmed", { fireUnlock: "confirmed", state: "open", mode: "fire" });
          });
          return undefined;
        },
      },
      conditions: {
        duress: (at) => passage(at, "duress"),
        "fire-unlock-unconfirmed": { event: "fire-unlock-requested", fireUnlock: "requested" },
        forced: { event: "forced", state: "forced" },
        tamper: { event: "tampered", tamper: true },
        "held-open": { event: "held", state: "held" },
        "held-open-long": { event: "held", state: "held" },
        "refused-often"(at) {
          for (let i = 0; i < 5; i++) plan(at + i * 8000, (due) => passage(due, "refuse"));
        },
        "battery-low": { mains: false, battery: 12 },
      },
    };
  });
}
