import type { LimitPreview } from "../contract.ts";
import type { Preview, PreviewOfDevice } from "../limit-preview.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

/** Devices that are named; the counts hold them all. */
const maxItems = 50;

/** A preview as it is on the wire. */
export function presentPreview(
  { devices, skipped }: Preview,
  { from, to }: { from: number; to: number },
): LimitPreview {
  const touched = devices
    .filter(({ now, tried }) => now + tried > 0)
    .sort((a, b) => b.tried - a.tried || b.now - a.now);
  return {
    ...{ from: iso(from), to: iso(to), devices: devices.length, skipped },
    now: countOf(devices, "now"),
    tried: countOf(devices, "tried"),
    items: touched.slice(0, maxItems).map(({ device, now, tried, episodes }) => ({
      ...{ device: device.device, name: device.name, building: device.building ?? null, now, tried },
      episodes: episodes.map((one) => ({ from: iso(one.from), to: isoOrNull(one.to) })),
    })),
  };
}

function countOf(devices: readonly PreviewOfDevice[], which: "now" | "tried") {
  return {
    alerts: devices.reduce((sum, one) => sum + one[which], 0),
    devices: devices.filter((one) => one[which] > 0).length,
  };
}
