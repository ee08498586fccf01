import type { DeviceSeriesAnswer } from "../../../../gateway/api/contract.ts";

/** One message of a device, as far as the history keeps it. */
export interface PastMessage {
  /** Epoch ms. */
  readonly at: number;
  readonly event: { readonly zh: string; readonly en: string } | undefined;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  /** Its worst value. */
  readonly isSuspect: boolean;
}

/** Messages out of values as they came: what has the same time came together. Newest first. */
export function messagesOf({ series, events }: Pick<DeviceSeriesAnswer, "series" | "events">): PastMessage[] {
  const byTime = new Map<
    number,
    { values: PastMessage["values"]; event: PastMessage["event"]; isSuspect: boolean }
  >();
  const at = (time: string) => {
    const ms = Date.parse(time);
    const found = byTime.get(ms) ?? { values: {}, event: undefined, isSuspect: false };
    byTime.set(ms, found);
    return found;
  };
  for (const { field, times = [], values = [], quality } of series) {
    for (const [index, time] of times.entries()) {
      const message = at(time);
      message.values = { ...message.values, [field]: values[index] as string | number | boolean };
      if (quality[index] === "suspect") message.isSuspect = true;
    }
  }
  for (const { time, title } of events.items) at(time).event = title;
  return [...byTime].map(([ms, message]) => ({ at: ms, ...message })).sort((a, b) => b.at - a.at);
}
