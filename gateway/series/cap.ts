import type { SeriesReading } from "./contract.ts";

/** Keeps the number of series (pairs of device and field) below a bound. */
export interface SeriesCap {
  /** The readings without values of series that would be too many; the same array when there are none. */
  take(readings: readonly SeriesReading[]): readonly SeriesReading[];
  /** Values that were left out. */
  refused(): number;
}

/**
 * For stores on a server, which know no bound of ours. Series that came first stay; the count begins anew with each start, since
 * what is there is the server's to count.
 */
export function createSeriesCap(maxSeries: number): SeriesCap {
  const known = new Map<string, string[]>();
  let count = 0;
  let refused = 0;
  let last: { given: readonly SeriesReading[]; taken: readonly SeriesReading[] } = { given: [], taken: [] };

  function isAllowed(fields: string[], field: string): boolean {
    if (fields.includes(field)) return true;
    if (count >= maxSeries) {
      refused += 1;
      return false;
    }
    count += 1;
    fields.push(field);
    return true;
  }

  function takeOne(reading: SeriesReading): SeriesReading {
    const device = `${reading.site}/${reading.kind}/${reading.id}`;
    const fields = known.get(device) ?? [];
    const before = refused;
    const values = Object.entries(reading.values).filter(([field]) => isAllowed(fields, field));
    // A device that got no series is not remembered either, or the bound would bound nothing.
    if (fields.length > 0) known.set(device, fields);
    return refused === before ? reading : { ...reading, values: Object.fromEntries(values) };
  }

  return {
    take(readings) {
      // A write that failed comes again as it was.
      if (readings === last.given) return last.taken;
      const taken = readings.map(takeOne);
      last = {
        given: readings,
        taken: taken.every((reading, i) => reading === readings[i]) ? readings : taken,
      };
      return last.taken;
    },
    refused: () => refused,
  };
}
