import { shallowRef } from "vue";
import type { IncidentEvent } from "../../../gateway/api/contract.ts";
import type { LiveDevice, LiveIncident } from "./entities.ts";
import { createSeen } from "./seen.ts";
import type { StoreQuestions } from "./store.ts";

/** Steps after which nobody needs to act any more. */
const ends: ReadonlySet<string> = new Set(["closed", "false-alarm"]);
/** How far a crew comes, in order; a step may be left out and none is taken back. */
const course = ["detected", "acknowledged", "dispatched", "arrived", "controlled"];

/**
 * The open incidents. A step shows at once with what the event says; when it is durable the whole incident is read again, so
 * that words and response times are the gateway's own.
 */
export function createIncidents({
  ask,
  devices,
  siteName,
}: {
  ask: Pick<StoreQuestions, "incident" | "rule">;
  devices: ReadonlyMap<string, LiveDevice>;
  siteName: (site: string) => string | undefined;
}) {
  const byId = new Map<string, LiveIncident>();
  const open = shallowRef<readonly LiveIncident[]>([]);
  const seen = createSeen();
  let over = createSeen();
  let isDirty = false;

  function alarmOf(event: IncidentEvent): LiveIncident["alarms"] {
    const { device, rule, alert, at, floor, values, kind, during } = event;
    if (device === undefined || rule === undefined || alert === undefined) return [];
    const title = ask.rule(kind ?? "", rule)?.title ?? { zh: rule, en: rule };
    const deviceName = devices.get(device)?.name ?? null;
    return [
      {
        alert,
        device,
        deviceName,
        floor: floor ?? null,
        rule,
        title,
        at,
        values: values ?? {},
        during: during ?? null,
      },
    ];
  }

  function detected(event: IncidentEvent): LiveIncident {
    const { incident: id, site, at, building, marks } = event;
    return {
      ...{ id, site, siteName: siteName(site) ?? null, building: building ?? null, state: "detected" },
      ...{ detectedAt: at, escalated: [], times: {}, alarms: alarmOf(event), reason: null },
      ...{ during: event.during ?? null, drill: event.drill },
      marks: {
        acknowledge: marks?.acknowledge ?? at,
        arrive: marks?.arrive ?? at,
        control: marks?.control ?? at,
      },
      response: { acknowledged: null, dispatched: null, arrived: null, controlled: null, ended: null },
    };
  }

  function moved(incident: LiveIncident, event: IncidentEvent): LiveIncident {
    const { step, at, by = "", mark } = event;
    if (step === "joined") return { ...incident, alarms: [...incident.alarms, ...alarmOf(event)] };
    if (step === "escalated" && mark !== undefined)
      return { ...incident, escalated: [...incident.escalated, mark] };
    if (course.indexOf(step) < 1) return incident;
    const state = step as LiveIncident["state"];
    return { ...incident, state, times: { ...incident.times, [step]: { at, by } } };
  }

  return {
    open,
    take(incident: LiveIncident): void {
      const known = byId.get(incident.id);
      // An answer that was on its way while something happened must not undo it: a fire would come back, a siren would sound again.
      if (over.has(incident.id)) return;
      if (ends.has(incident.state)) byId.delete(incident.id);
      else if (course.indexOf(incident.state) >= course.indexOf(known?.state ?? ""))
        byId.set(incident.id, incident);
      isDirty = true;
    },
    replace(incidents: readonly LiveIncident[]): void {
      over = createSeen();
      byId.clear();
      for (const incident of incidents) byId.set(incident.id, incident);
      isDirty = true;
    },
    apply(event: IncidentEvent, isDurable: boolean): void {
      const known = byId.get(event.incident);
      if (seen.isNew(event.change)) {
        isDirty = true;
        if (ends.has(event.step)) {
          over.isNew(event.incident);
          byId.delete(event.incident);
        } else if (known !== undefined) byId.set(event.incident, moved(known, event));
        else if (event.step === "detected") byId.set(event.incident, detected(event));
      }
      if (isDurable && !ends.has(event.step)) ask.incident(event.incident);
    },
    flush(): void {
      if (!isDirty) return;
      isDirty = false;
      open.value = [...byId.values()].sort((a, b) => (a.detectedAt < b.detectedAt ? 1 : -1));
    },
  };
}
