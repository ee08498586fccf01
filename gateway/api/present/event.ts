import type { Kind } from "../../../devices/kit/kind.ts";
import type { RangeAnswer } from "../../series/contract.ts";
import type { DeviceSeriesAnswer } from "../contract.ts";
import { iso } from "../schemas/shared.ts";

/** Events beside a chart. */
const maxEvents = 500;

/** An answer in two: the fields of a device, and the names of its events. */
export function splitEvents(answer: RangeAnswer): { values: RangeAnswer; events: RangeAnswer } {
  const part = (isWanted: (series: { readonly field: string }) => boolean): RangeAnswer => ({
    ...answer,
    raw: answer.raw.filter(isWanted),
    stepped: answer.stepped.filter(isWanted),
    before: answer.before.filter(isWanted),
  });
  return { values: part(({ field }) => field !== "event"), events: part(({ field }) => field === "event") };
}

/** What happened at a device, from the history of its events: each one, or how often in each step. */
export function presentEvents(answer: RangeAnswer, kind: Kind): DeviceSeriesAnswer["events"] {
  const found: { time: number; event: string; count: number }[] = [];
  for (const { times, values } of answer.raw) {
    for (const [index, time] of times.entries()) found.push({ time, event: String(values[index]), count: 1 });
  }
  for (const { times, states = {} } of answer.stepped) {
    for (const [event, counts] of Object.entries(states)) {
      for (const [index, count] of counts.entries()) {
        if (count > 0) found.push({ time: times[index]!, event, count });
      }
    }
  }
  found.sort((a, b) => a.time - b.time);
  return {
    items: found.slice(-maxEvents).map(({ time, event, count }) => ({
      time: iso(time),
      event,
      title: kind.events[event]?.title ?? { zh: event, en: event },
      count,
    })),
    complete: found.length <= maxEvents,
  };
}
