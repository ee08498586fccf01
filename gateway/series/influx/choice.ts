import type { DeviceName } from "../../types.ts";
import type { SeriesFields, SeriesType } from "../contract.ts";

/** Devices of one site and kind with the fields that are asked of them: one query. */
export interface Group {
  readonly site: string;
  readonly kind: string;
  readonly ids: readonly string[];
  readonly fields: readonly GroupField[];
}

/** A field and its type. */
export interface GroupField {
  readonly name: string;
  readonly type: SeriesType;
}

/**
 * Groups what is asked by kind, at most 100 devices in each so that no query outgrows what servers and proxies read.
 * Unknown kinds and fields, and types other than `types`, are passed over. Fields undefined: all of them.
 */
export function groupChoice(
  { devices, fields }: { devices: readonly DeviceName[]; fields?: readonly string[] | undefined },
  { known, types }: { known: SeriesFields; types: readonly SeriesType[] },
): Group[] {
  const byKind = new Map<string, Group & { ids: string[] }>();
  const groups: Group[] = [];
  for (const device of new Set(devices)) {
    const [site, kind, id] = splitName(device);
    if (!Object.hasOwn(known, kind)) continue;
    const key = `${site}/${kind}`;
    let group = byKind.get(key);
    if (group === undefined || group.ids.length === maxIds) {
      group = { site, kind, ids: [], fields: pickFields(known[kind] ?? {}, { fields, types }) };
      byKind.set(key, group);
      if (group.fields.length > 0) groups.push(group);
    }
    group.ids.push(id);
  }
  return groups;
}

/** The device's name, from a group and the id that an answer carries. */
export function deviceOf({ site, kind }: Group, id: string): DeviceName {
  return `${site}/${kind}/${id}`;
}

const maxIds = 100;

function splitName(device: DeviceName): [site: string, kind: string, id: string] {
  const [site = "", kind = "", ...id] = device.split("/");
  return [site, kind, id.join("/")];
}

function pickFields(
  known: Readonly<Record<string, SeriesType>>,
  { fields, types }: { fields: readonly string[] | undefined; types: readonly SeriesType[] },
): GroupField[] {
  const asked = fields && new Set(fields);
  return Object.entries(known)
    .map(([name, type]) => ({ name, type }))
    .filter(({ name, type }) => types.includes(type) && (asked?.has(name) ?? true));
}
