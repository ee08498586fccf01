import type { DeviceFigures } from "../../state/availability/contract.ts";
import type { Availability, DeviceAvailability } from "../contract.ts";
import { isoOrNull } from "../schemas/shared.ts";

/** One device as it is listed. */
export function presentDeviceAvailability(figures: DeviceFigures): DeviceAvailability {
  const { device, onlineMs, offlineMs, unknownMs, outages, longestMs, knownSince } = figures;
  const { id, name, kind, building, floor } = device;
  return {
    ...{ id, name, kind, building: building ?? null, floor: floor ?? null },
    ...{ onlineRatio: ratioOf(figures), onlineMs, offlineMs, unknownMs, outages, longestMs },
    knownSince: isoOrNull(knownSince),
  };
}

/** Devices taken together: times and outages are summed, of the longest outages the longest counts. */
export function presentTotal(items: readonly DeviceFigures[]): Availability["total"] {
  const total = { onlineMs: 0, offlineMs: 0, unknownMs: 0, outages: 0, longestMs: 0, neverHeard: 0 };
  let first: number | undefined;
  for (const { onlineMs, offlineMs, unknownMs, outages, longestMs, knownSince } of items) {
    total.onlineMs += onlineMs;
    total.offlineMs += offlineMs;
    total.unknownMs += unknownMs;
    total.outages += outages;
    total.longestMs = Math.max(total.longestMs, longestMs);
    if (knownSince === undefined) total.neverHeard += 1;
    else first = Math.min(first ?? knownSince, knownSince);
  }
  return { devices: items.length, knownSince: isoOrNull(first), onlineRatio: ratioOf(total), ...total };
}

/** The same by kind. */
export function presentKinds(items: readonly DeviceFigures[]): Availability["kinds"] {
  return [...Map.groupBy(items, ({ device }) => device.kind)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, found]) => ({ kind, ...presentTotal(found) }));
}

/** Orders the least reachable first, and those of which nothing is known last. */
export function worstFirst(figures: DeviceFigures): string {
  const ratio = ratioOf(figures);
  const rank = ratio === null ? "none" : String(Math.floor(ratio * 1e9)).padStart(10, "0");
  return `${rank}/${figures.device.id}`;
}

function ratioOf({ onlineMs, offlineMs }: Pick<DeviceFigures, "onlineMs" | "offlineMs">): number | null {
  const knownMs = onlineMs + offlineMs;
  return knownMs === 0 ? null : onlineMs / knownMs;
}
