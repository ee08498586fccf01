import type { Plan, Saying } from "./town.ts";

/** How late the values of a town come. */
export interface LateDays {
  /** From now on some values are of a day that had none before, and some of an older day again. */
  open(): void;
  /** Days before today, from 1, that values may be of. */
  oldest(): number;
  /** Age of the next value, ms: most are of now, some of minutes ago, some of yesterday or of one of the open days. */
  ageMs(): number;
}

/** Chooses ages by chance. */
export function createLateDays(random: () => number): LateDays {
  let newest = 1;
  let again = 1;
  const dayMs = 86_400_000;
  const ages: readonly { readonly share: number; readonly ageMs: () => number }[] = [
    { share: 0.7, ageMs: () => 0 },
    { share: 0.12, ageMs: () => random() * 1_800_000 },
    { share: 0.06, ageMs: () => dayMs * (1 + random() * 0.2) },
    { share: 0.08, ageMs: () => dayMs * (newest + random() * 0.2) },
    { share: 0.04, ageMs: () => dayMs * (again + random() * 0.2) },
  ];
  return {
    open() {
      newest += 1;
      again = 1 + Math.floor(random() * newest);
    },
    oldest: () => newest + 2,
    ageMs() {
      let left = random();
      const found = ages.find(({ share }) => {
        left -= share;
        return left < 0;
      });
      return Math.floor((found ?? ages[0]!).ageMs());
    },
  };
}

/** Kinds that talk. Together they say numbers, booleans, states, free texts and events, also doubtful and simulated ones. */
export const talkingKinds = ["waste-bin", "access-gate", "parking-sensor"] as const;

/** Devices of each kind that say one thing after the other; values differ, so that no two can be taken for each other. */
export function seriesPlans(random: () => number, late: LateDays): Plan[] {
  const between = (from: number, to: number) => from + random() * (to - from);
  const oneOf = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const isTrue = () => random() < 0.5;
  const telemetry = (fields: Saying["fields"]): Saying => ({ stream: "telemetry", fields });
  const happened = (event: string, fields: Saying["fields"]): Saying => ({
    stream: "event",
    fields: { event, ...fields },
  });
  const sayings: Readonly<Record<(typeof talkingKinds)[number], readonly (() => Saying)[]>> = {
    "waste-bin": [
      () =>
        telemetry({ fill: between(0, 0.6), temperature: between(18, 19), battery: 87, lidOpen: isTrue() }),
      () => telemetry({ weight: between(0, 300), wasteClass: oneOf(["food", "other", "recyclable"]) }),
      // A battery of 150 % is left out, and the rest is believed less.
      () => telemetry({ fill: between(0, 0.6), battery: 150 }),
      () => happened("emptied", { fill: 0.02, weight: between(0, 2) }),
      // The field of the lid is implied.
      () => happened(oneOf(["lid-opened", "lid-closed"]), {}),
      () => telemetry({ fill: between(0, 0.6), simulated: true }),
    ],
    "access-gate": [
      () => telemetry({ state: oneOf(["closed", "open"]), mode: "normal", mains: isTrue(), battery: 90 }),
      () =>
        happened("passage", {
          ...{ direction: oneOf(["in", "out"]), result: "allow", method: oneOf(["card", "face"]) },
          person: Math.floor(between(2 ** 48, 2 ** 52))
            .toString(16)
            .padStart(16, "0"),
        }),
      () => happened("closed", { state: "closed" }),
    ],
    "parking-sensor": [
      () => telemetry({ occupied: isTrue(), temperature: between(-10, 30) }),
      () => telemetry({ count: Math.floor(between(0, 100)), capacity: 120 }),
      () => happened(oneOf(["arrived", "departed"]), {}),
    ],
  };
  return talkingKinds.flatMap((kind) =>
    Array.from({ length: 6 }, (_, i) => ({
      ...{ kind, id: `${kind}-${i + 1}`, share: 1, mayReboot: i % 2 === 0, rule: undefined },
      say: (n: number) => ({ ...sayings[kind][n % sayings[kind].length]!(), ageMs: late.ageMs() }),
    })),
  );
}
