import { valuesOf } from "../envelope.ts";
import type {
  Change,
  DeviceName,
  DutyCheckStep,
  IncidentStep,
  JournalRecord,
  MuteStep,
  ReadingRecord,
  Rejection,
} from "../types.ts";
import type { EventType, ScreenFilter } from "./contract.ts";

/** What a journal record means to screens: made once, sent to all. */
export interface LiveEvent {
  readonly type: EventType;
  /** `site/kind/id`; of a rejection as far as its topic tells. */
  readonly device: DeviceName;
  /** The `data:` of the event. */
  readonly json: string;
}

/** The event of a journal record; undefined when screens are not told. Throws for a record that is not of the journal's form. */
export function eventOf(record: JournalRecord): LiveEvent | undefined {
  switch (record.type) {
    case "reading":
      return event("reading", record.device, readingData(record));
    case "presence":
      return event("presence", record.device, {
        ...placeOf(record.device),
        online: record.online,
        at: iso(record.at),
        reason: record.reason,
      });
    case "change":
      return alertEventOf(record);
    case "incident":
      return incidentEventOf(record);
    case "duty-check":
      return dutyCheckEventOf(record);
    case "mute":
      return muteEventOf(record);
    case "rejection":
      return event("rejection", deviceOfTopic(record.topic), rejectionData(record));
    case "erasure":
      return undefined;
    case "command":
      return event("command", record.device, {
        id: record.id,
        ...placeOf(record.device),
        step: record.step,
        at: iso(record.at),
        name: record.name,
        args: record.args,
        expiresAt: record.expiresAt === undefined ? undefined : iso(record.expiresAt),
        by: record.by,
        error: record.error,
      });
    case "audit":
    case "gap":
    case "trial":
      return undefined;
  }
}

/** The event of one step of an alert; undefined for the debounce, which people do not see. */
export function alertEventOf(change: Change): LiveEvent | undefined {
  if (change.step === "pending" || change.step === "dropped") return undefined;
  return event("alert", change.device, {
    change: change.id,
    alert: change.alert,
    step: change.step,
    ...placeOf(change.device),
    rule: change.rule,
    severity: change.severity,
    at: iso(change.at),
    values: change.values,
    reason: change.reason,
    by: change.by,
    comment: change.comment,
    assignee: change.assignee,
    simulated: change.simulated === true,
    during: change.during,
    muted: change.muted,
    under: change.under,
    affects: change.affects,
    drill: change.drill ?? null,
  });
}

/** The event of one step of an incident. One that names no device is its site's. */
export function incidentEventOf(step: IncidentStep): LiveEvent {
  const { id, device, at, marks, ...facts } = step;
  const times = marks && Object.fromEntries(Object.entries(marks).map(([mark, due]) => [mark, iso(due)]));
  const place = device === undefined ? {} : placeOf(device);
  const { incident, site } = step;
  return event("incident", device ?? `${site}/`, {
    ...{ change: id, incident, step: step.step, site, at: iso(at), ...place, marks: times },
    ...{ alert: facts.alert, rule: facts.rule, building: facts.building, floor: facts.floor },
    ...{ values: facts.values, mark: facts.mark, by: facts.by, note: facts.note, during: facts.during },
    drill: facts.drill ?? null,
  });
}

function muteEventOf({ id, step, at, mute }: MuteStep): LiveEvent {
  const { id: window, from, to, endedAt, ...facts } = mute;
  return event("mute", `${mute.site}/`, {
    ...{ change: id, mute: window, step, at: iso(at), ...facts, from: iso(from), to: iso(to) },
    endedAt: endedAt === undefined ? undefined : iso(endedAt),
  });
}

/** The event of one step of a duty check; it is its site's. */
function dutyCheckEventOf({
  id,
  check,
  step,
  site,
  crew,
  crewName,
  at,
  due,
  by,
  device,
}: DutyCheckStep): LiveEvent {
  return event("duty-check", `${site}/`, {
    ...{ change: id, check, step, site, crew, crewName, at: iso(at), by, device },
    due: due === undefined ? undefined : iso(due),
  });
}

/** Whether a screen with this filter wants the event. */
export function wants(filter: ScreenFilter, { type, device }: LiveEvent): boolean {
  if (filter.types !== undefined && !filter.types.includes(type)) return false;
  // A crew that watches one kind or device must not miss how its site's incident goes on, that it is asked, or what is muted there.
  if (type === "incident" || type === "duty-check" || type === "mute") return isAt(filter, device);
  if (filter.device !== undefined && filter.device !== device) return false;
  if (!isAt(filter, device)) return false;
  return filter.kind === undefined || device.split("/")[1] === filter.kind;
}

function isAt({ sites }: ScreenFilter, device: DeviceName): boolean {
  return sites?.some((site) => device.startsWith(`${site}/`)) ?? true;
}

function event(type: EventType, device: DeviceName, data: object): LiveEvent {
  return { type, device, json: JSON.stringify(data) };
}

function readingData({ device, stream, at, ts, quality, message }: ReadingRecord): object {
  return {
    ...placeOf(device),
    stream,
    event: message.event,
    at: iso(at),
    ts: iso(ts),
    quality,
    values: valuesOf(message),
  };
}

function rejectionData({ id, at, topic, principal, code, path, value, message }: Rejection): object {
  return { id, at: iso(at), topic, principal, code, path, value, message };
}

function placeOf(device: DeviceName) {
  const [site, kind] = device.split("/");
  return { device, site, kind };
}

/** `linli/v1/{site}/{kind}/{device}/{stream}`; empty for a topic that names no device, which no filter of place selects. */
function deviceOfTopic(topic: string): DeviceName {
  const parts = topic.split("/");
  return topic.startsWith("linli/v1/") && parts.length >= 5 ? parts.slice(2, 5).join("/") : "";
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
