import { GatewayError } from "../errors.ts";
import type { Database, NewSite, Site, SiteChange } from "./contract.ts";
import { idPattern, quote, readText } from "./device-check.ts";
import type { StateSettings } from "./settings.ts";

/** Sites and their buildings, in memory and in SQLite. */
export interface Sites {
  all(): readonly Site[];
  find(id: string): Site | undefined;
  /** Throws `not-found`. */
  get(id: string): Site;
  add(site: NewSite): Site;
  /** Throws `not-found` and `invalid-request`. */
  update(id: string, change: SiteChange): Site;
  /** Inside a transaction. Throws `conflict` while API tokens are for this site alone. */
  remove(id: string, committed: (apply: () => void) => void): void;
  addBuilding(site: string, name: string): void;
  /** Inside a transaction, once for each name: adds the building unless the site has it. Throws `limit-reached`. */
  ensureBuilding(site: string, name: string, committed: (apply: () => void) => void): void;
}

/** The site id under which the gateway speaks of itself. */
const reserved = "gateway";

/** Reads the sites into memory. */
export function openSites({ database, settings, clock }: SitesParts): Sites {
  const { db } = database;
  const insert = db.prepare(
    "INSERT INTO sites (id, name, address, phone, created_at) VALUES (?, ?, ?, ?, ?)",
  );
  const write = db.prepare("UPDATE sites SET name = ?, address = ?, phone = ? WHERE id = ?");
  const erase = db.prepare("DELETE FROM sites WHERE id = ?");
  const insertBuilding = db.prepare("INSERT OR IGNORE INTO buildings VALUES (?, ?)");
  const countBuildings = db.prepare("SELECT count(*) AS n FROM buildings WHERE site = ?");
  const countTokens = db.prepare("SELECT count(*) AS n FROM tokens WHERE site = ?");
  const countPeople = db.prepare("SELECT count(DISTINCT person) AS n FROM person_grants WHERE site = ?");
  const known = new Map<string, Site & { readonly buildings: string[] }>();

  for (const row of db.prepare("SELECT * FROM sites ORDER BY id").iterate()) {
    const { id, name, address, phone, created_at } = row as unknown as SiteRow;
    known.set(id, {
      ...{ id, name, address: address ?? undefined, phone: phone ?? undefined },
      ...{ createdAt: created_at, buildings: [] },
    });
  }
  for (const row of db.prepare("SELECT site, name FROM buildings").iterate()) {
    known.get(String(row.site))?.buildings.push(String(row.name));
  }
  for (const { buildings } of known.values()) buildings.sort(inReadingOrder);

  function get(id: string): Site & { readonly buildings: string[] } {
    const site = known.get(id);
    if (site === undefined)
      throw new GatewayError("not-found", `there is no site ${quote(id)}`, { path: "site" });
    return site;
  }

  function ensureBuilding(id: string, name: string, committed: (apply: () => void) => void): void {
    const { buildings } = get(id);
    if (buildings.includes(name)) return;
    // Counted in the database, where those of the running transaction are too.
    if (Number(countBuildings.get(id)?.n) >= settings.maxBuildings) {
      throw new GatewayError(
        "limit-reached",
        `site ${id} may have ${settings.maxBuildings} buildings, and ${name} would be one more`,
        {
          path: "building",
        },
      );
    }
    insertBuilding.run(id, name);
    committed(() => {
      buildings.push(name);
      buildings.sort(inReadingOrder);
    });
  }

  return {
    all: () => [...known.values()],
    find: (id) => known.get(id),
    get,
    add({ id, name, address, phone }) {
      if (!idPattern.test(id) || id === reserved) {
        const rule = `a site id has 1 to 64 letters, digits, "_" or "-", and is not "${reserved}"; got ${quote(id)}`;
        throw new GatewayError("invalid-request", rule, { path: "id" });
      }
      if (known.has(id)) throw new GatewayError("conflict", `site ${id} exists already`, { path: "id" });
      if (known.size >= settings.maxSites) {
        throw new GatewayError("limit-reached", `there are ${known.size} sites already, the most allowed`);
      }
      const texts = {
        name: read(name, "name") ?? id,
        address: read(address, "address"),
        phone: readPhone(phone),
      };
      const site = { id, ...texts, createdAt: clock.now(), buildings: [] };
      database.transaction((committed) => {
        insert.run(id, site.name, site.address ?? null, site.phone ?? null, site.createdAt);
        committed(() => known.set(id, site));
      });
      return site;
    },
    update(id, change) {
      const before = get(id);
      const site = {
        ...before,
        name: change.name === undefined ? before.name : read(change.name, "name"),
        address: change.address === undefined ? before.address : read(change.address ?? "", "address"),
        phone: change.phone === undefined ? before.phone : readPhone(change.phone ?? ""),
      };
      const { name } = site;
      if (name === undefined)
        throw new GatewayError("invalid-request", "a site has a name", { path: "name" });
      database.transaction((committed) => {
        write.run(name, site.address ?? null, site.phone ?? null, id);
        committed(() => known.set(id, { ...site, name }));
      });
      return get(id);
    },
    remove(id, committed) {
      const tokens = Number(countTokens.get(id)?.n);
      if (tokens > 0) {
        throw new GatewayError(
          "conflict",
          `${tokens} API tokens are for site ${id} alone; remove them first`,
        );
      }
      const people = Number(countPeople.get(id)?.n);
      if (people > 0) {
        throw new GatewayError(
          "conflict",
          `${people} people have roles at site ${id}; give them others, or remove them, first`,
        );
      }
      erase.run(id);
      committed(() => known.delete(id));
    },
    addBuilding(id, name) {
      const building = read(name, "name");
      if (building === undefined) {
        throw new GatewayError("invalid-request", "a building has a name", { path: "name" });
      }
      if (get(id).buildings.includes(building)) {
        throw new GatewayError("conflict", `site ${id} has a building ${building} already`, { path: "name" });
      }
      database.transaction((committed) => ensureBuilding(id, building, committed));
    },
    ensureBuilding,
  };
}

interface SitesParts {
  readonly database: Database;
  readonly settings: Pick<StateSettings, "maxSites" | "maxBuildings">;
  readonly clock: { now(): number };
}

const collator = new Intl.Collator("zh-CN", { numeric: true });

/** Building 9 comes before building 10. */
function inReadingOrder(a: string, b: string): number {
  return collator.compare(a, b);
}

/** As `sites` stores it. */
interface SiteRow {
  readonly id: string;
  readonly name: string;
  readonly address: string | null;
  readonly phone: string | null;
  readonly created_at: number;
}

function read(text: string | undefined, path: string): string | undefined {
  return readText(text, path, refuse);
}

/** Digits, spaces, "+", "-", "(", ")" and "#", with at least three digits: what a telephone can dial. */
function readPhone(text: string | undefined): string | undefined {
  const phone = read(text, "phone");
  if (phone === undefined) return undefined;
  if (!/^[-+()# \d]+$/.test(phone) || phone.replaceAll(/\D/g, "").length < 3)
    refuse(
      "phone",
      `a telephone number has digits, spaces, "+", "-", "(" and ")", as 0592-5551190; got ${quote(phone)}`,
    );
  return phone;
}

function refuse(path: string, message: string): never {
  throw new GatewayError("invalid-request", message, { path });
}
