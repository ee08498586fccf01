import type { Values } from "../../../devices/kit/kind.ts";
import type { Log } from "../../log.ts";
import type { Metrics } from "../../metrics.ts";
import type { Change, IncidentMark, IncidentStep, KnownDevice } from "../../types.ts";
import type { Incident } from "../contract.ts";
import { foldStep, isEnded } from "./fold.ts";
import { passedMarks } from "./marks.ts";
import type { IncidentSettings } from "./settings.ts";

/** Knows the open incidents, and what becomes of them when an alarm comes or time passes. Pure but for its memory. */
export interface IncidentWatch {
  /** The step that an alarm makes: a new incident, or one that joins an open one. Undefined for a change that is no alarm. */
  raised(change: Change, known: KnownDevice | undefined): IncidentStep | undefined;
  /** The marks that have passed. */
  due(now: number): readonly IncidentStep[];
  /** Takes a person's step into account. */
  follow(step: IncidentStep): void;
  find(id: string): Incident | undefined;
  open(): readonly Incident[];
}

/** What the watch needs. */
export interface WatchParts {
  /** Incidents that were open at the last stop. */
  readonly open: readonly Incident[];
  readonly settings: Pick<IncidentSettings, "joinMs" | "maxOpen" | "maxAlarms">;
  /** How long after detection each mark is at a site, ms. */
  readonly timesOf: (site: string) => Readonly<Record<IncidentMark, number>>;
  readonly newId: () => string;
  readonly metrics: Pick<Metrics, "count" | "countBy" | "gauge">;
  readonly log: Pick<Log, "warn">;
}

/** Takes up the open incidents; their marks stay where they were. */
export function createIncidentWatch({
  open: before,
  settings,
  timesOf,
  newId,
  metrics,
  log,
}: WatchParts): IncidentWatch {
  const open = new Map(before.map((incident) => [incident.id, incident]));
  const escalations = metrics.countBy(
    "incident_escalations",
    "Marks of incidents that passed, by mark",
    "mark",
  );
  const crowded = metrics.count(
    "incidents_crowded",
    "Alarms that joined an incident of their site because too many were open",
  );
  metrics.gauge("incidents_open", "Incidents that have not ended", () => open.size);

  function take(step: IncidentStep): IncidentStep {
    const incident = foldStep(open.get(step.incident), step);
    if (incident === undefined) return step;
    if (isEnded(incident)) open.delete(incident.id);
    else open.set(incident.id, incident);
    return step;
  }

  /** The open incident of the place that an alarm belongs to; never a drill. After "controlled" it burns anew. */
  function joinable(
    site: string,
    { device, at }: Change,
    building: string | undefined,
  ): Incident | undefined {
    const real = [...open.values()].filter(({ drill }) => drill === undefined);
    const ofSite = real.filter((incident) => incident.site === site).reverse();
    const fitting = ofSite.find(
      (incident) =>
        incident.state !== "controlled" &&
        at - incident.joinedAt <= settings.joinMs &&
        incident.alarms.length < settings.maxAlarms &&
        (building === undefined
          ? incident.alarms.some((alarm) => alarm.device === device)
          : incident.building === building),
    );
    if (fitting !== undefined || real.length < settings.maxOpen) return fitting;
    const newest = ofSite[0] ?? real.at(-1);
    crowded.add();
    log.warn(
      { device, incident: newest?.id },
      "too many incidents are open; the alarm joins another place's",
    );
    return newest;
  }

  return {
    raised(change, known) {
      const { alert, device, rule, at, values, step, severity, drill } = change;
      if (step !== "raised" || severity !== "critical") return undefined;
      // A replay calls nobody; a drill is simulated too, and calls everybody.
      if (change.simulated === true && drill === undefined) return undefined;
      const isFire = known?.definition.rules.find(({ id }) => id === rule)?.fire === true;
      if (!isFire) return undefined;
      const { site, building, floor } = known;
      const joined = drill === undefined ? joinable(site, change, building) : undefined;
      const about = {
        ...{ id: newId(), site, at, alert, device, rule },
        ...(building === undefined ? {} : { building }),
        ...(floor === undefined ? {} : { floor }),
        // Whom an alarm names stands with its alert, where it can be erased.
        ...(values === undefined ? {} : { values: withoutPersons(values, known) }),
        ...(change.during && { during: change.during }),
        ...(drill === undefined ? {} : { drill }),
      };
      if (joined !== undefined) return take({ ...about, incident: joined.id, step: "joined" });
      const { acknowledge, arrive, control } = timesOf(site);
      const marks = { acknowledge: at + acknowledge, arrive: at + arrive, control: at + control };
      return take({ ...about, incident: newId(), step: "detected", marks });
    },
    due(now) {
      return [...open.values()].flatMap((incident) =>
        passedMarks(incident, now).map((mark) => {
          escalations.add(mark);
          const { id, site, drill } = incident;
          const about = drill === undefined ? {} : { drill };
          return take({ id: newId(), incident: id, site, step: "escalated", at: now, mark, ...about });
        }),
      );
    },
    follow: (step) => void take(step),
    find: (id) => open.get(id),
    open: () => [...open.values()],
  };
}

function withoutPersons(values: Values, { definition }: KnownDevice): Values {
  const kept = Object.entries(values).filter(([name]) => definition.fields[name]?.isPerson !== true);
  return Object.fromEntries(kept);
}
