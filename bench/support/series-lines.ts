import type { SeriesReading } from "../../gateway/series/contract.ts";
import { modes } from "./series-data.ts";

/** Readings in the line protocol, one line each, times in ms. `words`: as they are, or as numbers for a store that has no texts. */
export function toLines(readings: readonly SeriesReading[], { words }: { words: "text" | "number" }): string {
  const lines = readings.map(({ site, kind, id, time, values }) => {
    const pairs = Object.entries(values).map(([field, value]) => {
      if (typeof value === "boolean") return `${field}=${value ? 1 : 0}i`;
      if (typeof value === "number") return `${field}=${value}`;
      return `${field}=${words === "text" ? `"${value}"` : modes.indexOf(value)}`;
    });
    return `${kind},site=${site},device=${id} ${pairs.join(",")} ${time}`;
  });
  return lines.join("\n");
}
