import { createStore, type LiveEvent, type StoreQuestions } from "../../dashboards/web/live/store.ts";
import type {
  Alert,
  AlertEvent,
  Incident,
  IncidentEvent,
  PresenceEvent,
  ReadingEvent,
  Site,
  SnapshotDevice,
  SnapshotEvent,
} from "../../gateway/api/contract.ts";

/** When these tests happen. */
export const start = Date.parse("2026-01-15T08:00:00Z");

/** A time so many seconds after `start`. */
export function at(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

/** A store, and what it asked for. */
export function aStore() {
  const asked: string[] = [];
  const questions: StoreQuestions = {
    device: (name) => void asked.push(`device ${name}`),
    alert: (id) => void asked.push(`alert ${id}`),
    incident: (id) => void asked.push(`incident ${id}`),
    restOfDevices: (sites) => void asked.push(`devices of ${sites}`),
    restOfAlerts: () => void asked.push("alerts"),
    rule: (kind, rule) =>
      kind === "bin" ? { title: { zh: "满", en: `title of ${rule}` }, advice: null } : undefined,
    unit: (_, field) => (field === "fill" ? "ratio" : undefined),
  };
  return { store: createStore(questions), asked };
}

/** A device as a snapshot shows it. */
export function aDevice(id: string, more: Partial<SnapshotDevice> = {}): SnapshotDevice {
  return {
    ...{ device: `xinfa/bin/${id}`, site: "xinfa", kind: "bin", id, name: `bin ${id}` },
    ...{ building: null, floor: null, presence: "online", lastAt: at(0) },
    values: { fill: { value: 0.5, unit: "ratio", ts: at(0), at: at(0), quality: "good" } },
    ...more,
  };
}

/** A site as a snapshot shows it. */
export const aSite: Site = {
  ...{ id: "xinfa", name: "新发小区", address: null, phone: null, createdAt: at(0), buildings: 0, kinds: {} },
  devices: { total: 0, online: 0, offline: 0, unknown: 0 },
  alerts: { critical: 0, major: 0, minor: 0, info: 0 },
};

/** A snapshot with these devices. */
export function aSnapshot(devices: SnapshotDevice[], more: Partial<SnapshotEvent> = {}): LiveEvent {
  return {
    type: "snapshot",
    isDurable: true,
    data: {
      ...{ sequence: 1, at: at(0), reset: null, sites: [aSite], devices: { items: devices, complete: true } },
      ...{ alerts: { items: [], complete: true }, incidents: [], dutyChecks: [], mutes: [] },
      ...more,
    },
  };
}

/** A reading of a bin. */
export function aReading(id: string, seconds: number, values: ReadingEvent["values"]): LiveEvent {
  const data: ReadingEvent = {
    ...{ device: `xinfa/bin/${id}`, site: "xinfa", kind: "bin", stream: "telemetry", quality: "good" },
    ...{ at: at(seconds), ts: at(seconds), values },
  };
  return { type: "reading", isDurable: true, data };
}

/** A device that is heard again, or no more. */
export function aPresence(id: string, online: boolean): LiveEvent {
  const data: PresenceEvent = {
    ...{ device: `xinfa/bin/${id}`, site: "xinfa", kind: "bin", online, at: at(1) },
    reason: online ? "message" : "silent",
  };
  return { type: "presence", isDurable: true, data };
}

/** A step of an alert of `bin 1`. */
export function anAlertStep(more: Partial<AlertEvent> & { change: string }, isDurable = true): LiveEvent {
  const data: AlertEvent = {
    ...{ alert: "a1", step: "raised", device: "xinfa/bin/1", site: "xinfa", kind: "bin", rule: "overfull" },
    ...{ severity: "minor", at: at(1), simulated: false, drill: null },
    ...more,
  };
  return { type: "alert", isDurable, data };
}

/** An open alert as the API shows it. */
export function anAlert(more: Partial<Alert> = {}): Alert {
  return {
    ...{ id: "a1", device: "xinfa/bin/1", site: "xinfa", kind: "bin", deviceName: "bin 1", building: null },
    ...{ floor: null, rule: "overfull", title: { zh: "满", en: "full" }, advice: null, severity: "minor" },
    ...{ state: "raised", raisedAt: at(0), clearedAt: null, acknowledgedAt: null, acknowledgedBy: null },
    ...{
      assignee: null,
      resolvedBy: null,
      values: {},
      reason: null,
      simulated: false,
      comments: [],
      drill: null,
    },
    ...{ during: null, muted: false, under: null, affects: null },
    ...more,
  };
}

/** A step of an incident. */
export function anIncidentStep(
  more: Partial<IncidentEvent> & { change: string },
  isDurable = true,
): LiveEvent {
  const data: IncidentEvent = {
    ...{ incident: "i1", step: "detected", site: "xinfa", at: at(2), drill: null },
    ...more,
  };
  return { type: "incident", isDurable, data };
}

/** An incident as the API shows it. */
export function anIncident(more: Partial<Incident> = {}): Incident {
  return {
    ...{ id: "i1", site: "xinfa", siteName: "新发小区", building: "3号楼", state: "detected" },
    ...{ detectedAt: at(2), marks: { acknowledge: at(60), arrive: at(180), control: at(600) } },
    ...{ escalated: [], times: {}, alarms: [], reason: null, during: null, drill: null },
    response: { acknowledged: null, dispatched: null, arrived: null, controlled: null, ended: null },
    ...more,
  };
}
