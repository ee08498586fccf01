import type { ResetReason, ScreenFilter } from "../live/contract.ts";
import type { KnownDevice } from "../types.ts";
import type { SnapshotEvent } from "./contract.ts";
import type { ApiParts } from "./parts.ts";
import { presentAlert } from "./present/alert.ts";
import { presentSnapshotDevice } from "./present/device.ts";
import { presentDutyCheck } from "./present/duty-check.ts";
import { presentIncident } from "./present/incident.ts";
import { presentMute } from "./present/mute.ts";
import { presentSites } from "./present/site.ts";
import { iso } from "./schemas/shared.ts";

/** What a snapshot is read from. */
export type SnapshotParts = Pick<
  ApiParts,
  | "registry"
  | "twins"
  | "book"
  | "incidents"
  | "duty"
  | "dutyChecks"
  | "muteDesk"
  | "catalogue"
  | "faultOf"
  | "clock"
  | "settings"
>;

/** The present state that a screen's filter selects, bounded by the settings. */
export function takeSnapshot(
  parts: SnapshotParts,
  filter: ScreenFilter,
  { sequence, reset }: { sequence: number; reset: ResetReason | undefined },
): SnapshotEvent {
  const { registry, clock } = parts;
  const { types } = filter;
  const sites = registry.sites().filter(({ id }) => filter.sites?.includes(id) ?? true);
  const wantsDevices = types === undefined || types.includes("reading") || types.includes("presence");
  const wantsAlerts = types === undefined || types.includes("alert");
  return {
    sequence,
    at: iso(clock.now()),
    reset: reset ?? null,
    sites: presentSites(parts, sites),
    devices: wantsDevices ? devicesOf(parts, filter) : null,
    alerts: wantsAlerts ? alertsOf(parts, filter) : null,
    mutes: types === undefined || types.includes("mute") ? mutesOf(parts, filter) : null,
    incidents: types === undefined || types.includes("incident") ? incidentsOf(parts, filter) : null,
    dutyChecks: types === undefined || types.includes("duty-check") ? dutyChecksOf(parts, filter) : null,
  };
}

function devicesOf(parts: SnapshotParts, filter: ScreenFilter): NonNullable<SnapshotEvent["devices"]> {
  const items: KnownDevice[] = [];
  for (const known of parts.registry.devices()) {
    if (filter.sites?.includes(known.site) === false) continue;
    if (filter.kind !== undefined && known.kind !== filter.kind) continue;
    if (filter.device !== undefined && known.device !== filter.device) continue;
    if (items.length === parts.settings.snapshotDevices) return { items: items.map(show), complete: false };
    items.push(known);
  }
  return { items: items.map(show), complete: true };

  function show(known: KnownDevice) {
    return presentSnapshotDevice(parts, known);
  }
}

/** All of the sites, whatever device or kind the screen watches. */
function incidentsOf(parts: SnapshotParts, { sites }: ScreenFilter): NonNullable<SnapshotEvent["incidents"]> {
  const open = parts.incidents.open().filter(({ site }) => sites?.includes(site) ?? true);
  return open.map((incident) => presentIncident(parts, incident));
}

function dutyChecksOf(
  parts: SnapshotParts,
  { sites }: ScreenFilter,
): NonNullable<SnapshotEvent["dutyChecks"]> {
  const open = parts.dutyChecks.open().filter(({ site }) => sites?.includes(site) ?? true);
  return open.map((check) => presentDutyCheck(parts, check));
}

function mutesOf(parts: SnapshotParts, { sites }: ScreenFilter): NonNullable<SnapshotEvent["mutes"]> {
  const open = parts.muteDesk.open().filter(({ site }) => sites?.includes(site) ?? true);
  return open.map((mute) => presentMute(parts, mute));
}

function alertsOf(
  parts: SnapshotParts,
  { sites, kind, device }: ScreenFilter,
): NonNullable<SnapshotEvent["alerts"]> {
  const { snapshotAlerts } = parts.settings;
  const page = parts.book.list({ state: "raised", sites, kind, device, limit: snapshotAlerts });
  return { items: page.items.map((alert) => presentAlert(parts, alert)), complete: page.next === undefined };
}
