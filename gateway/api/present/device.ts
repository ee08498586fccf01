import type { Severity } from "../../../devices/kit/kind.ts";
import type { KnownDevice } from "../../types.ts";
import type { Device, DeviceItem, LatestReading, LiveValue, SnapshotDevice } from "../contract.ts";
import type { ApiParts, Twin, LiveValue as TwinValue } from "../parts.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";
import { presentKeyState } from "./credentials.ts";

type Parts = Pick<ApiParts, "twins" | "book">;
type DetailParts = Parts & Pick<ApiParts, "access">;

/** A device as it is listed: its state at a glance, not every value. */
export function presentDeviceItem({ twins, book }: Parts, known: KnownDevice): DeviceItem {
  const twin = twins.twin(known.device);
  return { ...presentCommon(book, known, twin), values: presentValues(twin, known.definition.summary) };
}

/** A device with everything that is known of it now. */
export function presentDevice({ twins, book, access }: DetailParts, known: KnownDevice): Device {
  const twin = twins.twin(known.device);
  return {
    ...presentCommon(book, known, twin),
    parent: known.parent ?? null,
    facts: { ...known.facts },
    intervalMs: known.intervalMs ?? known.definition.intervalMs,
    createdAt: iso(known.createdAt),
    credentials: presentKeyState(access.devices.state(known)),
    values: presentValues(twin, Object.keys(twin.values)),
  };
}

/** The present values of a device, in the order in which its kind declares the fields. */
export function presentReadings({ twins }: Pick<ApiParts, "twins">, known: KnownDevice): LatestReading[] {
  const { values } = twins.twin(known.device);
  return Object.entries(known.definition.fields).flatMap(([field, { title }]) => {
    const live = values[field];
    return live === undefined ? [] : [{ field, title, ...presentValue(live) }];
  });
}

/** A device in a stream's snapshot, with every value. */
export function presentSnapshotDevice(
  { twins }: Pick<ApiParts, "twins">,
  known: KnownDevice,
): SnapshotDevice {
  const twin = twins.twin(known.device);
  return { ...presentPlace(known, twin), values: presentValues(twin, Object.keys(twin.values)) };
}

function presentCommon(book: Parts["book"], known: KnownDevice, twin: Twin) {
  return { ...presentPlace(known, twin), worstAlert: worstAlert(book, known) };
}

function presentPlace(known: KnownDevice, twin: Twin) {
  return {
    device: known.device,
    site: known.site,
    kind: known.kind,
    id: known.id,
    name: known.name,
    building: known.building ?? null,
    floor: known.floor ?? null,
    presence: twin.presence,
    lastAt: isoOrNull(twin.lastAt),
  };
}

function presentValues(twin: Twin, fields: readonly string[]): Record<string, LiveValue> {
  const values: Record<string, LiveValue> = {};
  for (const field of fields) {
    const live = twin.values[field];
    if (live !== undefined) values[field] = presentValue(live);
  }
  return values;
}

function presentValue({ value, unit, ts, at, quality }: TwinValue): LiveValue {
  return { value, unit: unit ?? null, ts: iso(ts), at: iso(at), quality };
}

const severities: readonly Severity[] = ["critical", "major", "minor", "info"];

function worstAlert(book: Parts["book"], { device }: KnownDevice): Severity | null {
  // A device has at most one open alert for each rule of its kind, so one page holds them all.
  const open = book.list({ device, state: "raised", limit: 100 }).items;
  return severities.find((severity) => open.some((alert) => alert.severity === severity)) ?? null;
}
