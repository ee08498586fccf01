import type { z } from "zod";
import type { Told } from "../../notify/contract.ts";
import type { ApiParts } from "../parts.ts";
import type { notification } from "../schemas/notification.ts";
import { iso } from "../schemas/shared.ts";

/** What people were told, and what became of it, with the names of those who were told. */
export function presentTold(
  { contactNameEver }: Pick<ApiParts, "contactNameEver">,
  { notification: told, deliveries }: Told,
): z.output<typeof notification> {
  const { id, kind, at, urgency, severity, site, step, title } = told;
  return {
    ...{ id, kind, at: iso(at), urgency, severity, site, step, title, round: told.round ?? null },
    ...{ device: told.device ?? null, deviceName: told.deviceName ?? null },
    ...{ building: told.building ?? null, floor: told.floor ?? null },
    ...{ alert: told.alert ?? null, incident: told.incident ?? null, drill: told.drill ?? null },
    values: told.values ?? null,
    deliveries: deliveries.map(({ target, contact, state, attempts, changedAt, reason, summary }) => ({
      ...{ target, state, attempts, changedAt: iso(changedAt), contact: contact ?? null },
      contactName: (contact === undefined ? undefined : contactNameEver(contact)) ?? null,
      ...{ reason: reason ?? null, summary: summary ?? null },
    })),
  };
}
