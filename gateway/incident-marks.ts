import type { IncidentSettings } from "./alert/incident/settings.ts";
import type { SiteTimes } from "./state/incident-times.ts";
import type { IncidentMark } from "./types.ts";

/** When the marks of incidents pass, ms after detection: a site's own times, else those of the settings. */
export function withDefaults(
  own: SiteTimes,
  { acknowledgeMs, arriveMs, controlMs }: IncidentSettings,
): Readonly<Record<IncidentMark, number>> {
  const { acknowledge = acknowledgeMs, arrive = arriveMs, control = controlMs } = own;
  return { acknowledge, arrive, control };
}
