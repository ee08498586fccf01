import type { LiveValue } from "../../../gateway/api/contract.ts";
import type { DeviceValue, LiveDevice } from "./entities.ts";

/** How far a value can be believed at this moment: values grow old on the screen as well, also when nothing is heard any more. */
export function qualityAt(
  { presence, lastAt = 0 }: Pick<LiveDevice, "presence" | "lastAt">,
  value: DeviceValue,
  { intervalMs, now }: { intervalMs: number | undefined; now: number },
): LiveValue["quality"] {
  if (presence === "offline") return "offline";
  if (value.quality === "suspect" || value.quality === "simulated") return value.quality;
  if (intervalMs === undefined) return value.quality === "offline" ? "good" : value.quality;
  // A value that is only sent when it changes is as fresh as the device's last message.
  return now - Math.max(value.at, lastAt) > 1.5 * intervalMs ? "stale" : "good";
}
