import type { Alert } from "../../alert/contract.ts";
import type { Change } from "../../types.ts";
import type { AlertDetail, Alert as ShownAlert, Change as ShownChange } from "../contract.ts";
import type { ApiParts } from "../parts.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

type Parts = Pick<ApiParts, "catalogue" | "registry" | "faultOf">;

/** An alert with the words of its rule and the place of its device. */
export function presentAlert({ catalogue, registry, faultOf }: Parts, alert: Alert): ShownAlert {
  const rule = catalogue.get(alert.kind)?.rules.find(({ id }) => id === alert.rule) ?? faultOf(alert.rule);
  const known = registry.device(alert.device);
  return {
    id: alert.id,
    device: alert.device,
    site: alert.site,
    kind: alert.kind,
    deviceName: known?.name ?? null,
    building: known?.building ?? null,
    floor: known?.floor ?? null,
    rule: alert.rule,
    title: rule?.title ?? { zh: alert.rule, en: alert.rule },
    advice: rule?.advice ?? null,
    severity: alert.severity,
    state: alert.state,
    raisedAt: iso(alert.raisedAt),
    clearedAt: isoOrNull(alert.clearedAt),
    acknowledgedAt: isoOrNull(alert.acknowledgedAt),
    acknowledgedBy: alert.acknowledgedBy ?? null,
    assignee: alert.assignee ?? null,
    resolvedBy: alert.resolvedBy ?? null,
    values: { ...alert.values },
    reason: alert.reason ?? null,
    simulated: alert.simulated,
    during: alert.during ?? null,
    muted: alert.muted,
    under: alert.under ?? null,
    affects: alert.affects === undefined ? null : { ...alert.affects, names: [...alert.affects.names] },
    drill: alert.drill ?? null,
    comments: alert.comments.map(({ at, by, text }) => ({ at: iso(at), by, text })),
  };
}

/** An alert with its timeline. */
export function presentAlertDetail(parts: Parts & Pick<ApiParts, "book">, alert: Alert): AlertDetail {
  return { ...presentAlert(parts, alert), timeline: parts.book.timeline(alert.id).flatMap(presentChange) };
}

function presentChange(change: Change): ShownChange[] {
  // Debounce steps come before the alert exists; people do not see them.
  if (change.step === "pending" || change.step === "dropped") return [];
  return [
    {
      id: change.id,
      step: change.step,
      at: iso(change.at),
      by: change.by ?? null,
      comment: change.comment ?? null,
      assignee: change.assignee ?? null,
      reason: change.reason ?? null,
      severity: change.severity,
      values: change.values === undefined ? null : { ...change.values },
      during: change.during ?? null,
    },
  ];
}
