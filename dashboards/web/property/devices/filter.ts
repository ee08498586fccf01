import type { LocationQuery, LocationQueryRaw } from "vue-router";
import { type LiveDevice, type Presence, type Severity, severities } from "../../live/entities.ts";

/** Which devices are listed; an empty text is no condition. All of it stands in the address of the page. */
export interface DeviceFilter {
  readonly text: string;
  readonly kind: string;
  readonly building: string;
  readonly presence: Presence | "";
  /** `open`: any open alert; a severity: the worst of them is that. */
  readonly alert: Severity | "open" | "";
}

/** No condition at all. */
export const noFilter: DeviceFilter = { text: "", kind: "", building: "", presence: "", alert: "" };

const presences: readonly Presence[] = ["online", "offline", "unknown"];

/** Reads the filter out of an address; what it does not know is no condition. */
export function readFilter(query: LocationQuery): DeviceFilter {
  const text = (name: string) => {
    const given = query[name];
    return typeof given === "string" ? given : "";
  };
  const presence = text("presence");
  const alert = text("alert");
  return {
    ...{ text: text("text"), kind: text("kind"), building: text("building") },
    presence: presences.find((one) => one === presence) ?? "",
    alert: alert === "open" ? alert : (severities.find((one) => one === alert) ?? ""),
  };
}

/** The filter as it stands in the address; conditions that are none are left out. */
export function writeFilter(filter: DeviceFilter): LocationQueryRaw {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
}

/** What is looked at of a device. */
export type Filtered = Pick<LiveDevice, "id" | "name" | "kind" | "site" | "building" | "floor" | "presence">;

/** Whether a device fits all conditions. Every word of the text must be part of its name, id, building or floor. */
export function matcherOf<D extends Filtered>(
  filter: DeviceFilter,
  about: { readonly site: string | undefined; readonly worstOf: (device: D) => Severity | undefined },
): (device: D) => boolean {
  const words = normalise(filter.text).split(/\s+/).filter(Boolean);
  return (device) => {
    if (about.site !== undefined && device.site !== about.site) return false;
    if (filter.kind !== "" && device.kind !== filter.kind) return false;
    if (filter.building !== "" && device.building !== filter.building) return false;
    if (filter.presence !== "" && device.presence !== filter.presence) return false;
    if (filter.alert !== "") {
      const worst = about.worstOf(device);
      if (worst === undefined || (filter.alert !== "open" && filter.alert !== worst)) return false;
    }
    if (words.length === 0) return true;
    const { name, id, building, floor } = device;
    const text = normalise(`${name} ${id} ${building ?? ""} ${floor ?? ""}`);
    return words.every((word) => text.includes(word));
  };
}

/** Full-width letters and digits, as Chinese keyboards write them, count as the ordinary ones. */
function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
