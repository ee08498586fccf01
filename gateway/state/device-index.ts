import { GatewayError } from "../errors.ts";
import type { Device, DeviceName, KnownDevice } from "../types.ts";
import type { DeviceQuery, Page } from "./contract.ts";

/** All devices in memory: found by name, by place, and listed in the order of `site/id`. */
export interface DeviceIndex {
  named(name: DeviceName): KnownDevice | undefined;
  placed(site: string, id: string): KnownDevice | undefined;
  all(): IterableIterator<KnownDevice>;
  size(): number;
  /** Adds devices, or replaces those with the same site and id. */
  put(devices: readonly KnownDevice[]): void;
  remove(device: Device): void;
  search(query: DeviceQuery): Page<KnownDevice>;
}

/** An empty index whose pages have at most `maxPage` devices. */
export function createDeviceIndex({ maxPage }: { maxPage: number }): DeviceIndex {
  const byName = new Map<DeviceName, KnownDevice>();
  const byPlace = new Map<string, Entry>();
  const sorted: Entry[] = [];

  return {
    named: (name) => byName.get(name),
    placed: (site, id) => byPlace.get(`${site}/${id}`)?.known,
    all: () => byName.values(),
    size: () => byName.size,
    put(devices) {
      const added: Entry[] = [];
      for (const known of devices) {
        const key = `${known.site}/${known.id}`;
        const found = byPlace.get(key);
        byName.set(known.device, known);
        if (found === undefined) {
          const entry = { key, known, text: textOf(known) };
          byPlace.set(key, entry);
          added.push(entry);
        } else {
          found.known = known;
          found.text = textOf(known);
        }
      }
      insertAll(sorted, added);
    },
    remove({ device, site, id }) {
      const key = `${site}/${id}`;
      if (!byName.delete(device)) return;
      byPlace.delete(key);
      sorted.splice(firstAtLeast(sorted, key), 1);
    },
    search({ site, kind, building, parent, text, limit, cursor }) {
      const most = Math.max(1, Math.min(limit, maxPage));
      const words = normalise(text ?? "")
        .split(/\s+/)
        .filter(Boolean);
      const prefix = site === undefined ? "" : `${site}/`;
      const after = cursor === undefined ? undefined : readCursor(cursor);
      // The least string that is greater than the cursor, so that a deleted device does not disturb the paging.
      const from = after === undefined || after < prefix ? prefix : `${after}\0`;
      const items: KnownDevice[] = [];
      for (let at = firstAtLeast(sorted, from); at < sorted.length; at++) {
        const entry = sorted[at]!;
        if (!entry.key.startsWith(prefix)) break;
        if (kind !== undefined && entry.known.kind !== kind) continue;
        if (building !== undefined && entry.known.building !== building) continue;
        if (parent !== undefined && entry.known.parent !== parent) continue;
        if (!words.every((word) => entry.text.includes(word))) continue;
        if (items.length === most) return { items, next: writeCursor(items[most - 1]!) };
        items.push(entry.known);
      }
      return { items, next: undefined };
    },
  };
}

interface Entry {
  readonly key: string;
  known: KnownDevice;
  /** What a search looks through. */
  text: string;
}

/** Above this many, sorting once is cheaper than moving the rest of the list for each. */
const sortFrom = 64;

function insertAll(sorted: Entry[], added: readonly Entry[]): void {
  if (added.length < sortFrom) {
    for (const entry of added) sorted.splice(firstAtLeast(sorted, entry.key), 0, entry);
    return;
  }
  for (const entry of added) sorted.push(entry);
  sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function firstAtLeast(sorted: readonly Entry[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textOf({ id, name }: Device): string {
  return normalise(name === id ? id : `${id}\n${name}`);
}

/** Chinese input methods produce full-width digits and letters; they are to match the usual ones. */
function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

function writeCursor({ site, id }: Device): string {
  return Buffer.from(`${site}/${id}`).toString("base64url");
}

function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (/^[A-Za-z0-9_-]{1,64}\/[A-Za-z0-9_-]{1,64}$/.test(key)) return key;
  throw new GatewayError("invalid-request", "the cursor is not one that a list has answered", {
    path: "cursor",
  });
}
