/** A value that follows the day, in straight lines between its points. */
export interface Curve {
  /** Its value at a moment, epoch ms. */
  at(at: number): number;
  readonly highest: number;
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** China has one time zone and no summer time. */
const shanghaiOffsetMs = 8 * hourMs;

/** Hour of the day in Asia/Shanghai with its fraction: 7.5 is half past seven. */
export function hourOf(at: number): number {
  return ((at + shanghaiOffsetMs) % dayMs) / hourMs;
}

/** Days since 1970-01-01 in Asia/Shanghai. */
export function dayOf(at: number): number {
  return Math.floor((at + shanghaiOffsetMs) / dayMs);
}

/** Saturday or Sunday in Asia/Shanghai. */
export function isWeekend(at: number): boolean {
  const weekday = (dayOf(at) + 4) % 7;
  return weekday === 0 || weekday === 6;
}

/** The next moment, after `at`, when the clocks in Asia/Shanghai show the hour (7.5 is half past seven). */
export function nextHour(at: number, hour: number): number {
  const today = dayOf(at) * dayMs - shanghaiOffsetMs + hour * hourMs;
  return today > at ? today : today + dayMs;
}

/** Makes a curve of values by hour in Asia/Shanghai; it runs around midnight from the last point to the first. */
export function dayCurve(values: Readonly<Record<number, number>>): Curve {
  const points = Object.entries(values)
    .map(([hour, value]) => ({ hour: Number(hour), value }))
    .sort((a, b) => a.hour - b.hour);
  return {
    highest: Math.max(...Object.values(values)),
    at(at) {
      const hour = hourOf(at);
      const next = points.findIndex((point) => point.hour > hour);
      const from = points.at(next === -1 ? -1 : next - 1)!;
      const to = points[Math.max(next, 0)]!;
      const span = (to.hour - from.hour + 24) % 24 || 24;
      return from.value + ((to.value - from.value) * ((hour - from.hour + 24) % 24)) / span;
    },
  };
}

/** The next of random arrivals whose rate per hour follows a daily curve (a Poisson process, by thinning). */
export function nextArrival(at: number, perHour: Curve, random: () => number): number {
  let time = at;
  // A bound for a curve that is nearly always 0: at a peak of 60 an hour it is reached after a week.
  for (let tries = 0; tries < 10_000; tries++) {
    time += (-Math.log(1 - random()) / perHour.highest) * hourMs;
    if (random() * perHour.highest < perHour.at(time)) break;
  }
  return Math.ceil(time);
}

/** The next heartbeat: an interval with a jitter of ±5 %, so that a fleet does not beat in step. */
export function nextBeat(at: number, intervalMs: number, random: () => number): number {
  return Math.round(at + intervalMs * (0.95 + random() * 0.1));
}

/** The first heartbeat of a device: somewhere in its first interval. */
export function firstBeat(start: number, intervalMs: number, random: () => number): number {
  return Math.round(start + random() * intervalMs);
}

/** A number from `low` to `high`. */
export function between(low: number, high: number, random: () => number): number {
  return low + (high - low) * random();
}

/** Cuts a measured value to what a sensor shows. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A value that wanders around 0 and is pulled back: for sensors that differ from each other and from hour to hour. */
export function createWander({ spread, random }: { spread: number; random: () => number }): () => number {
  let value = (random() * 2 - 1) * spread;
  return () => {
    value += (random() * 2 - 1) * spread * 0.1 - value * 0.02;
    return Math.max(-spread, Math.min(spread, value));
  };
}

/**
 * Air temperature in Harbin in °C, smooth: daily means run from −18 in mid January to 23 in mid July, a day swings by ±5
 * with its high at 14 h (shape of the climate normals; cold spells come from `createWander`).
 */
export function outdoorCelsius(at: number): number {
  const yearAngle = (2 * Math.PI * ((dayOf(at) % 365.25) - 15)) / 365.25;
  const dayAngle = (2 * Math.PI * (hourOf(at) - 14)) / 24;
  return 2.5 - 20.5 * Math.cos(yearAngle) + 5 * Math.cos(dayAngle);
}

/** One of the items by chance. */
export function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}

/** What stands for a person: 32 hexadecimal digits. */
export function keyedHash(random: () => number): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
}
