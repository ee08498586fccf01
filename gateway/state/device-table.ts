import type { Device } from "../types.ts";
import type { Database } from "./contract.ts";
import { noFacts } from "./device-check.ts";

/** The devices in SQLite. Writes belong inside a transaction. */
export interface DeviceTable {
  read(): IterableIterator<Device>;
  insert(device: Device): void;
  update(device: Device): void;
  /** Deletes the device with its credentials and limits. */
  remove(device: Device): void;
  /** Ids of up to 6 devices that hang on this one. */
  children(device: Device): string[];
}

/** Prepares the statements. */
export function openDeviceTable({ db }: Database): DeviceTable {
  const select = db.prepare("SELECT * FROM devices ORDER BY site, id");
  const insert = db.prepare("INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const update = db.prepare(
    "UPDATE devices SET name = ?, building = ?, floor = ?, parent = ?, facts = ?, interval_ms = ? WHERE site = ? AND id = ?",
  );
  const remove = db.prepare("DELETE FROM devices WHERE site = ? AND id = ?");
  const children = db.prepare("SELECT id FROM devices WHERE site = ? AND parent = ? ORDER BY id LIMIT 6");

  return {
    *read() {
      const texts = new Map<string, string>();
      for (const row of select.iterate()) yield readRow(row as unknown as Row, texts);
    },
    insert(device) {
      const { site, id, kind, name, building, floor, parent, facts, intervalMs, createdAt } = device;
      const place = [building ?? null, floor ?? null, parent ?? null];
      insert.run(site, id, kind, name, ...place, JSON.stringify(facts), intervalMs ?? null, createdAt);
    },
    update({ site, id, name, building, floor, parent, facts, intervalMs }) {
      const place = [building ?? null, floor ?? null, parent ?? null];
      update.run(name, ...place, JSON.stringify(facts), intervalMs ?? null, site, id);
    },
    remove: ({ site, id }) => void remove.run(site, id),
    children: ({ site, id }) => children.all(site, id).map((row) => String(row.id)),
  };
}

interface Row {
  readonly site: string;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly building: string | null;
  readonly floor: string | null;
  readonly parent: string | null;
  readonly facts: string;
  readonly interval_ms: number | null;
  readonly created_at: number;
}

function readRow(row: Row, texts: Map<string, string>): Device {
  const site = shared(row.site, texts);
  const kind = shared(row.kind, texts);
  return {
    device: `${site}/${kind}/${row.id}`,
    site,
    kind,
    id: row.id,
    name: row.name === row.id ? row.id : row.name,
    building: row.building === null ? undefined : shared(row.building, texts),
    floor: row.floor === null ? undefined : shared(row.floor, texts),
    parent: row.parent === null ? undefined : shared(row.parent, texts),
    facts: row.facts === "{}" ? noFacts : JSON.parse(row.facts),
    intervalMs: row.interval_ms ?? undefined,
    createdAt: row.created_at,
  };
}

/** Sites, kinds and places repeat in 100,000 rows; one string serves them all. */
function shared(text: string, texts: Map<string, string>): string {
  const found = texts.get(text);
  if (found !== undefined) return found;
  texts.set(text, text);
  return text;
}
