import type { Alert, Incident, LiveValue, SnapshotDevice } from "../../../gateway/api/contract.ts";

/** Whether a device talks. */
export type Presence = SnapshotDevice["presence"];
/** How urgent an alert is. */
export type Severity = Alert["severity"];

/** All severities, worst first. */
export const severities: readonly Severity[] = ["critical", "major", "minor", "info"];

/** One value with all that is needed to believe it or not; times in epoch ms. */
export interface DeviceValue {
  readonly value: LiveValue["value"];
  readonly unit: string | null;
  readonly ts: number;
  readonly at: number;
  /** As it was when it came or was read; `qualityAt` says how it is now. */
  readonly quality: LiveValue["quality"];
}

/** A device as the screens hold it. A shallow reactive object: who shows it is told of its own changes alone. */
export interface LiveDevice {
  readonly device: string;
  readonly site: string;
  readonly kind: string;
  readonly id: string;
  name: string;
  building: string | null;
  floor: string | null;
  presence: Presence;
  /** When it was last heard, epoch ms. */
  lastAt: number | undefined;
  /** Replaced whole by each change. */
  values: Readonly<Record<string, DeviceValue>>;
  /** Ids of its open alerts; replaced whole. */
  alerts: readonly string[];
}

/** An open alert. */
export type LiveAlert = Alert;
/** An open incident. */
export type LiveIncident = Incident;

/** One message as it came, for lists of what is going on. */
export interface RecentMessage {
  readonly key: number;
  readonly device: string;
  readonly at: number;
  readonly event: string | undefined;
  readonly values: Readonly<Record<string, LiveValue["value"]>>;
}

/** A device of the API as the screens hold it. */
export function deviceOf(shown: SnapshotDevice): LiveDevice {
  const { device, site, kind, id, name, building, floor, presence, lastAt, values } = shown;
  return {
    ...{ device, site, kind, id, name, building, floor, presence, alerts: [] },
    lastAt: lastAt === null ? undefined : Date.parse(lastAt),
    values: valuesOf(values),
  };
}

function valuesOf(values: SnapshotDevice["values"]): Record<string, DeviceValue> {
  const read: Record<string, DeviceValue> = {};
  for (const field in values) {
    const { value, unit, ts, at, quality } = values[field] as LiveValue;
    read[field] = { value, unit, ts: Date.parse(ts), at: Date.parse(at), quality };
  }
  return read;
}
