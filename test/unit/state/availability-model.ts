import type { GatewayGap, Presence } from "../../../gateway/types.ts";
import { minute } from "./availability-support.ts";

/** What is counted of one device, minute by minute: slow and plain. All times lie on whole minutes. */
export function countMinutes(parts: {
  readonly records: readonly (Presence | GatewayGap)[];
  readonly device: string;
  readonly createdAt: number;
  readonly sleepMs: number;
  readonly from: number;
  readonly until: number;
  readonly now: number;
}) {
  const { records, device, createdAt, sleepMs, from, until, now } = parts;
  const gaps = records.filter((record): record is GatewayGap => !("device" in record));
  const turns = records.filter(
    (record): record is Presence => "device" in record && record.device === device,
  );
  const outages: { from: number; until: number; maySleep: boolean }[] = [];
  let gone: Presence | undefined;
  for (const one of [...turns, { online: true, at: now } as Presence]) {
    if (!one.online) gone ??= one;
    else if (gone !== undefined) {
      const maySleep = gone.reason === "closed" || gone.reason === "status";
      outages.push({ from: gone.at, until: one.at, maySleep });
      gone = undefined;
    }
  }
  const meant = outages.filter((one) => {
    const ms = one.until - one.from;
    return ms > 0 && !(one.maySleep && ms <= sleepMs) && one.until > from && one.from < until;
  });
  const isGap = (at: number) => gaps.some((gap) => at >= gap.from && at < gap.at);
  const knownSince = turns[0]?.at;
  let [onlineMs, offlineMs, unknownMs] = [0, 0, 0];
  for (let at = Math.max(from, createdAt); at < until; at += minute) {
    if (knownSince === undefined || at < knownSince || isGap(at)) unknownMs += minute;
    else if (meant.some((one) => at >= one.from && at < one.until)) offlineMs += minute;
    else onlineMs += minute;
  }
  const lengths = meant.map((one) => {
    let ms = 0;
    for (let at = one.from; at < Math.min(one.until, until); at += minute) if (!isGap(at)) ms += minute;
    return ms;
  });
  return {
    ...{ onlineMs, offlineMs, unknownMs, knownSince },
    outages: meant.length,
    longestMs: Math.max(0, ...lengths),
  };
}
