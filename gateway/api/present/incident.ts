import type { z } from "zod";
import type { Incident, IncidentState } from "../../alert/contract.ts";
import type { IncidentStep } from "../../types.ts";
import type { ApiParts } from "../parts.ts";
import type { incidentDetail, incidentStep, responseReport, incident as shape } from "../schemas/incident.ts";
import { iso } from "../schemas/shared.ts";

type Parts = Pick<ApiParts, "catalogue" | "registry" | "faultOf">;

/** An incident with the words of its alarms and its response times. */
export function presentIncident(
  { catalogue, registry, faultOf }: Parts,
  incident: Incident,
): z.output<typeof shape> {
  const { id, site, building, state, detectedAt, marks, escalated, times, alarms, reason, during, drill } =
    incident;
  return {
    ...{ id, site, siteName: registry.site(site)?.name ?? null, building: building ?? null, state },
    detectedAt: iso(detectedAt),
    marks: { acknowledge: iso(marks.acknowledge), arrive: iso(marks.arrive), control: iso(marks.control) },
    escalated: [...escalated],
    times: Object.fromEntries(Object.entries(times).map(([step, { at, by }]) => [step, { at: iso(at), by }])),
    response: responseOf(incident),
    alarms: alarms.map(({ alert, device, rule, at, floor, values, during: window }) => {
      const [, kind = ""] = device.split("/");
      const words = catalogue.get(kind)?.rules.find((known) => known.id === rule) ?? faultOf(rule);
      return {
        ...{ alert, device, rule, at: iso(at), floor: floor ?? null, values: { ...values } },
        deviceName: registry.device(device)?.name ?? null,
        title: words?.title ?? { zh: rule, en: rule },
        during: window ?? null,
      };
    }),
    ...{ reason: reason ?? null, during: during ?? null, drill: drill ?? null },
  };
}

/** An incident with its timeline. */
export function presentIncidentDetail(
  parts: Parts & Pick<ApiParts, "incidents">,
  incident: Incident,
): z.output<typeof incidentDetail> {
  return {
    ...presentIncident(parts, incident),
    timeline: parts.incidents.timeline(incident.id).map(presentStep),
  };
}

/** How fast these incidents were answered. */
export function presentResponse(
  incidents: readonly Incident[],
): Pick<
  z.output<typeof responseReport>,
  "incidents" | "falseAlarms" | "unanswered" | "escalated" | "response"
> {
  const responses = incidents.map(responseOf);
  const spread = (name: keyof (typeof responses)[number]) =>
    spreadOf(responses.flatMap((one) => one[name] ?? []));
  const passed = (mark: Incident["escalated"][number]) =>
    incidents.filter(({ escalated }) => escalated.includes(mark)).length;
  return {
    incidents: incidents.length,
    falseAlarms: incidents.filter(({ state }) => state === "false-alarm").length,
    unanswered: incidents.filter(({ times }) => Object.values(times).every(({ by }) => by === "")).length,
    escalated: { acknowledge: passed("acknowledge"), arrive: passed("arrive"), control: passed("control") },
    response: {
      ...{ acknowledged: spread("acknowledged"), arrived: spread("arrived") },
      ...{ controlled: spread("controlled"), ended: spread("ended") },
    },
  };
}

function presentStep({ id, step, at, by, note, device, mark }: IncidentStep): z.output<typeof incidentStep> {
  return {
    id,
    step,
    at: iso(at),
    by: by ?? null,
    note: note ?? null,
    device: device ?? null,
    mark: mark ?? null,
  };
}

/** A step that was skipped was there at the latest with the next one that somebody took. */
function responseOf({ detectedAt, times }: Incident): z.output<typeof shape>["response"] {
  const order: readonly IncidentState[] = ["acknowledged", "dispatched", "arrived", "controlled", "closed"];
  const seconds = (at: number | undefined) => (at === undefined ? null : Math.max(at - detectedAt, 0) / 1000);
  const from = (state: IncidentState) => {
    const next = order.slice(order.indexOf(state)).find((later) => (times[later]?.by ?? "") !== "");
    return seconds(next && times[next]?.at);
  };
  return {
    acknowledged: from("acknowledged") ?? seconds(times["false-alarm"]?.at),
    ...{ dispatched: from("dispatched"), arrived: from("arrived"), controlled: from("controlled") },
    ended: seconds((times.closed ?? times["false-alarm"])?.at),
  };
}

function spreadOf(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return { count: sorted.length, median: middle ?? null, longest: sorted.at(-1) ?? null };
}
