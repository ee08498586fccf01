import { type ShallowRef, shallowReactive, shallowRef } from "vue";
import type {
  Alert,
  AlertEvent,
  CommandEvent,
  DutyCheckEvent,
  Incident,
  IncidentEvent,
  PresenceEvent,
  ReadingEvent,
  Site,
  SnapshotDevice,
  SnapshotEvent,
} from "../../../gateway/api/contract.ts";
import { createAlerts } from "./alerts.ts";
import { createCommands } from "./commands.ts";
import { createDutyChecks, type OpenDutyCheck } from "./duty-checks.ts";
import {
  deviceOf,
  type LiveAlert,
  type LiveDevice,
  type LiveIncident,
  type RecentMessage,
} from "./entities.ts";
import { createIncidents } from "./incidents.ts";
import { createRecent } from "./recent.ts";
import { createTallies, type Tallies } from "./tallies.ts";

/** An event of the stream after it was read. `isDurable`: it carried an id. */
export type LiveEvent = { readonly isDurable: boolean } & (
  | { readonly type: "snapshot"; readonly data: SnapshotEvent }
  | { readonly type: "reading"; readonly data: ReadingEvent }
  | { readonly type: "presence"; readonly data: PresenceEvent }
  | { readonly type: "alert"; readonly data: AlertEvent }
  | { readonly type: "incident"; readonly data: IncidentEvent }
  | { readonly type: "duty-check"; readonly data: DutyCheckEvent }
  | { readonly type: "command"; readonly data: CommandEvent }
);

/** What the store cannot know from the stream and asks the API for; each answer comes back through `take…`. */
export interface StoreQuestions {
  device(name: string): void;
  alert(id: string): void;
  incident(id: string): void;
  /** A snapshot did not hold all devices of the sites. */
  restOfDevices(sites: readonly string[]): void;
  /** A snapshot did not hold all open alerts. */
  restOfAlerts(): void;
  /** Words and unit of what an event names; undefined when the kind does not have it. */
  rule(kind: string, rule: string): Pick<Alert, "title" | "advice"> | undefined;
  unit(kind: string, field: string): string | undefined;
}

/** The present state, by id, as far as this screen watches. Everything in it is told to Vue once for each batch. */
export interface LiveStore {
  readonly sites: ShallowRef<readonly Site[]>;
  /** Each is a shallow reactive object. */
  readonly devices: ReadonlyMap<string, LiveDevice>;
  /** Counts up when a device is added or all are replaced, for lists of devices. */
  readonly membership: ShallowRef<number>;
  readonly tallies: Pick<Tallies, "all">;
  /** Open alerts, worst and newest first. */
  readonly alerts: ShallowRef<readonly LiveAlert[]>;
  /** Open incidents, newest first. */
  readonly incidents: ShallowRef<readonly LiveIncident[]>;
  /** Duty checks that wait for an answer, oldest first. */
  readonly dutyChecks: ShallowRef<readonly OpenDutyCheck[]>;
  /** The last messages, newest first. */
  readonly recent: ShallowRef<readonly RecentMessage[]>;
  /** The last steps of commands, newest first. */
  readonly commandSteps: ShallowRef<readonly CommandEvent[]>;
  /** Whether a snapshot was taken. */
  readonly isFilled: ShallowRef<boolean>;
  apply(events: readonly LiveEvent[]): void;
  takeDevice(device: SnapshotDevice): void;
  takeDevices(devices: readonly SnapshotDevice[]): void;
  /** Somebody removed the device here; the stream does not tell of it. */
  dropDevice(name: string): void;
  takeAlerts(alerts: readonly Alert[]): void;
  takeIncident(incident: Incident): void;
}

/** A reading so much older than what is known is history and leaves the present as it is, ms. */
const lateMs = 60_000;
/** Unless nothing newer came for so long: then the device's clock was set back, ms. */
const followMs = 120_000;

/** Makes an empty store. */
export function createStore(ask: StoreQuestions): LiveStore {
  const sites = shallowRef<readonly Site[]>([]);
  const devices = new Map<string, LiveDevice>();
  const membership = shallowRef(0);
  const isFilled = shallowRef(false);
  const tallies = createTallies();
  const alerts = createAlerts({ ask, tallies, devices });
  const incidents = createIncidents({
    ask,
    devices,
    siteName: (id) => sites.value.find((site) => site.id === id)?.name,
  });
  const dutyChecks = createDutyChecks();
  const recent = createRecent();
  const commands = createCommands();
  let isMembershipNew = false;

  function addDevice(shown: SnapshotDevice): void {
    const known = devices.get(shown.device);
    const device = { ...deviceOf(shown), alerts: alerts.of(shown.device) };
    if (known === undefined) {
      devices.set(device.device, shallowReactive(device));
      tallies.add(device);
      isMembershipNew = true;
      return;
    }
    known.name = device.name;
    known.building = device.building;
    known.floor = device.floor;
    setPresence(known, device.presence);
    setValues(known, device.values);
    known.lastAt = Math.max(known.lastAt ?? 0, device.lastAt ?? 0) || undefined;
  }

  function setPresence(device: LiveDevice, presence: LiveDevice["presence"]): void {
    const before = device.presence;
    if (before === presence) return;
    device.presence = presence;
    tallies.presence(device, before);
  }

  function setValues(device: LiveDevice, fresh: LiveDevice["values"]): void {
    const merged = { ...device.values };
    for (const field in fresh) {
      const before = merged[field];
      const after = fresh[field] as (typeof fresh)[string];
      if (before !== undefined && after.at < before.at) continue;
      if (before !== undefined && after.ts < before.ts - lateMs && after.at - before.at < followMs) continue;
      merged[field] = after;
      tallies.value(device, field, before?.value, after.value);
    }
    device.values = merged;
  }

  function takeReading(reading: ReadingEvent): void {
    const at = Date.parse(reading.at);
    recent.add(reading, at);
    const device = devices.get(reading.device);
    if (device === undefined) {
      ask.device(reading.device);
      return;
    }
    const ts = Date.parse(reading.ts);
    const fresh: Record<string, LiveDevice["values"][string]> = {};
    for (const field in reading.values) {
      const value = reading.values[field] as string | number | boolean;
      const unit = device.values[field]?.unit ?? ask.unit(device.kind, field) ?? null;
      fresh[field] = { value, unit, ts, at, quality: reading.quality };
    }
    setValues(device, fresh);
    device.lastAt = at;
  }

  function takePresence({ device: name, online, at }: PresenceEvent): void {
    const device = devices.get(name);
    if (device === undefined) {
      ask.device(name);
      return;
    }
    setPresence(device, online ? "online" : "offline");
    if (online) device.lastAt = Date.parse(at);
  }

  function takeSnapshot(snapshot: SnapshotEvent): void {
    sites.value = snapshot.sites;
    tallies.clear();
    devices.clear();
    alerts.clear();
    isMembershipNew = true;
    for (const alert of snapshot.alerts?.items ?? []) alerts.take(alert);
    for (const device of snapshot.devices?.items ?? []) addDevice(device);
    incidents.replace(snapshot.incidents ?? []);
    dutyChecks.replace(snapshot.dutyChecks ?? []);
    isFilled.value = true;
    if (snapshot.devices?.complete === false) ask.restOfDevices(snapshot.sites.map(({ id }) => id));
    if (snapshot.alerts?.complete === false) ask.restOfAlerts();
  }

  function applyOne(event: LiveEvent): void {
    if (event.type === "reading") takeReading(event.data);
    else if (event.type === "presence") takePresence(event.data);
    else if (event.type === "alert") alerts.apply(event.data, event.isDurable);
    else if (event.type === "incident") incidents.apply(event.data, event.isDurable);
    else if (event.type === "duty-check") dutyChecks.apply(event.data);
    else if (event.type === "command") commands.add(event.data);
    else takeSnapshot(event.data);
  }

  function flush(): void {
    if (isMembershipNew) membership.value++;
    isMembershipNew = false;
    alerts.flush();
    incidents.flush();
    dutyChecks.flush();
    recent.flush();
    commands.flush();
    tallies.flush();
  }

  function takeDevices(shown: readonly SnapshotDevice[]): void {
    for (const device of shown) addDevice(device);
    flush();
  }

  return {
    ...{ sites, devices, membership, tallies, isFilled },
    alerts: alerts.open,
    incidents: incidents.open,
    dutyChecks: dutyChecks.open,
    recent: recent.last,
    commandSteps: commands.last,
    apply(events) {
      for (const event of events) applyOne(event);
      flush();
    },
    takeDevice: (device) => takeDevices([device]),
    takeDevices,
    dropDevice(name) {
      const device = devices.get(name);
      if (device === undefined) return;
      devices.delete(name);
      tallies.remove(device);
      isMembershipNew = true;
      flush();
    },
    takeAlerts(found) {
      for (const alert of found) alerts.take(alert);
      flush();
    },
    takeIncident(incident) {
      incidents.take(incident);
      flush();
    },
  };
}
