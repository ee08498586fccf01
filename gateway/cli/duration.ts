import { InvalidArgumentError } from "commander";

/** Seconds of a time as people write it: `0`, `90s`, `30min`, `24h`, `7d`. For commander's options. */
export function readSeconds(text: string): number {
  const [, count, unit = "s"] = /^(\d{1,9})\s*(s|m|min|h|d)?$/i.exec(text.trim()) ?? [];
  const seconds = units[unit.toLowerCase()];
  if (count !== undefined && seconds !== undefined) return Number(count) * seconds;
  throw new InvalidArgumentError("write a time as 90s, 30min, 24h or 7d.");
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };
