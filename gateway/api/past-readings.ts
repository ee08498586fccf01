import type { Values } from "../../devices/kit/kind.ts";
import type { PastReading } from "../alert/contract.ts";
import type { RangeAnswer } from "../series/contract.ts";

/** Name of the series that holds the names of events. */
const eventSeries = "event";

/** The history of one device as the messages that it came in: what has the same time came together. Oldest first. */
export function pastReadings({ raw }: Pick<RangeAnswer, "raw">): PastReading[] {
  const byTime = new Map<number, { values: Values; event: string | undefined }>();
  for (const { field, times, values } of raw) {
    for (const [index, time] of times.entries()) {
      let message = byTime.get(time);
      if (message === undefined) {
        message = { values: {}, event: undefined };
        byTime.set(time, message);
      }
      const value = values[index]!;
      if (field === eventSeries) message.event = String(value);
      else message.values[field] = value;
    }
  }
  return [...byTime].map(([at, message]) => ({ at, ...message })).sort((a, b) => a.at - b.at);
}

/** What held before the range, by field. */
export function valuesBefore({ before }: Pick<RangeAnswer, "before">): Values {
  return Object.fromEntries(
    before.filter(({ field }) => field !== eventSeries).map(({ field, value }) => [field, value]),
  );
}
