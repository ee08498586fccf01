import type { z } from "zod";
import type { Mute } from "../../types.ts";
import type { ApiParts } from "../parts.ts";
import type { mute as shape } from "../schemas/mute.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

/** A window as it stands now. */
export function presentMute(
  { registry, clock }: Pick<ApiParts, "registry" | "clock">,
  mute: Mute,
): z.output<typeof shape> {
  const { id, site, type, building, kind, device, rule, from, to, reason, by, endedAt, endedBy } = mute;
  const now = clock.now();
  const isOver = now >= (endedAt ?? to);
  return {
    ...{ id, site, state: isOver ? "ended" : now < from ? "planned" : "active", type },
    ...{ building: building ?? null, kind: kind ?? null, device: device ?? null, rule: rule ?? null },
    deviceName: (device && registry.device(device)?.name) ?? null,
    ...{ from: iso(from), to: iso(to), reason, by, endedAt: isoOrNull(endedAt), endedBy: endedBy ?? null },
  };
}
