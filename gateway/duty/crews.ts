import { GatewayError } from "../errors.ts";
import type { Database } from "../state/contract.ts";
import { readCheckTimes } from "./check-times.ts";
import type { Crew, CrewFields, Crews } from "./contract.ts";
import { byId, readId, readName, refuseField } from "./field-check.ts";
import type { DutySettings } from "./settings.ts";

/** People of a shift, by the practice of micro fire stations. */
const usualLeast = 3;
const mostNeighbours = 20;
const mostBuildings = 500;

/** What `openCrews` needs. */
export interface CrewParts {
  readonly database: Database;
  readonly settings: Pick<DutySettings, "maxCrews">;
  readonly newId: () => string;
  readonly now: () => number;
  /** Whether a device is registered at the site. */
  readonly hasDevice: (site: string, id: string) => boolean;
  /** Names of the site's buildings. */
  readonly buildings: (site: string) => readonly string[];
  /** Called inside the transaction that removes a crew; throws when it must stay. */
  readonly removing: (crew: Crew, committed: (apply: () => void) => void) => void;
}

/** The crews, and what of them must go when their site goes. */
export interface CrewBook extends Crews {
  forgetSite(site: string): void;
}

/** Reads the crews into memory. */
export function openCrews(parts: CrewParts): CrewBook {
  const { database, settings, newId, now } = parts;
  const { db, transaction } = database;
  const upsert = db.prepare(
    `INSERT INTO duty_crews VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name,
      station = excluded.station, buildings = excluded.buildings, neighbours = excluded.neighbours, least = excluded.least,
      checks = excluded.checks`,
  );
  const erase = db.prepare("DELETE FROM duty_crews WHERE id = ?");
  const dropDraws = db.prepare("DELETE FROM duty_draws WHERE crew = ?");
  const known = new Map<string, Crew>();
  for (const row of db.prepare("SELECT * FROM duty_crews ORDER BY id").iterate())
    known.set(String(row.id), readCrew(row));

  function of(site: string): Crew[] {
    return [...known.values()].filter((crew) => crew.site === site).sort(byId);
  }

  function get(site: string, id: string): Crew {
    const crew = known.get(id);
    if (crew?.site === site) return crew;
    throw new GatewayError("not-found", `site ${site} has no crew "${id}"`);
  }

  function check(site: string, id: string, before: Crew | undefined, fields: Omit<CrewFields, "id">): Crew {
    const { station, buildings = [], neighbours = [], least = usualLeast } = fields;
    const name = readName("name", fields.name);
    if (of(site).some((other) => other.id !== id && other.name === name))
      throw new GatewayError("conflict", `site ${site} has a crew ${name} already`, { path: "name" });
    // One that was removed since may stay as it is.
    if (station !== undefined && station !== before?.station && !parts.hasDevice(site, station))
      throw new GatewayError("not-found", `site ${site} has no device "${station}"`, { path: "station" });
    if (buildings.length > mostBuildings) refuseField("buildings", `may have ${mostBuildings} at most`);
    const unknown = buildings.filter((building) => !parts.buildings(site).includes(building));
    if (unknown.length > 0)
      throw new GatewayError("not-found", `site ${site} has no building ${unknown.join(", ")}`, {
        path: "buildings",
      });
    if (neighbours.length > mostNeighbours) refuseField("neighbours", `may have ${mostNeighbours} at most`);
    for (const neighbour of neighbours) {
      if (neighbour === id) refuseField("neighbours", "must be other crews");
      if (!known.has(neighbour))
        throw new GatewayError("not-found", `there is no crew "${neighbour}"`, { path: "neighbours" });
    }
    if (!Number.isInteger(least) || least < 1 || least > 100) refuseField("least", "must be 1 to 100 people");
    return {
      ...{ id, site, name, station, least },
      buildings: [...new Set(buildings)],
      neighbours: [...new Set(neighbours)],
      checks: timesOf(before, fields.checks),
    };
  }

  /** What was not given, or is as it was, keeps its beginning: a new name asks nobody anew. */
  function timesOf(before: Crew | undefined, given: CrewFields["checks"]): Crew["checks"] {
    const { planned, random } = readCheckTimes(given ?? { planned: [], random: undefined });
    const isSame =
      before !== undefined &&
      JSON.stringify([before.checks.planned, before.checks.random]) === JSON.stringify([planned, random]);
    return { planned, random, since: isSame ? before.checks.since : now() };
  }

  function write(crew: Crew, before: Crew | undefined): Crew {
    const { id, site, name, station = null, buildings, neighbours, least, checks } = crew;
    const lists = [JSON.stringify(buildings), JSON.stringify(neighbours)] as const;
    transaction((committed) => {
      upsert.run(id, site, name, station, ...lists, least, JSON.stringify(checks));
      if (before?.checks.since !== checks.since) dropDraws.run(id);
      committed(() => known.set(id, crew));
    });
    return crew;
  }

  return {
    of,
    find(site, id) {
      const crew = known.get(id);
      return crew?.site === site ? crew : undefined;
    },
    anywhere: (id) => known.get(id),
    atStation: (site, device) => of(site).filter(({ station }) => station === device),
    all: () => known.values(),
    add(site, { id: given, ...fields }) {
      if (of(site).length >= settings.maxCrews)
        throw new GatewayError("limit-reached", `site ${site} may have ${settings.maxCrews} crews`);
      const id = readId(given, { newId, isTaken: (one) => known.has(one) });
      return write(check(site, id, undefined, fields), undefined);
    },
    change(site, id, change) {
      const before = get(site, id);
      return write(check(site, id, before, { ...before, ...change } as CrewFields), before);
    },
    remove(site, id) {
      const crew = get(site, id);
      const others = [...known.values()].filter(({ neighbours }) => neighbours.includes(id));
      const changed = others.map((other) => ({
        ...other,
        neighbours: other.neighbours.filter((neighbour) => neighbour !== id),
      }));
      transaction((committed) => {
        parts.removing(crew, committed);
        for (const other of changed) {
          const { station = null, buildings, neighbours, least, checks } = other;
          const lists = [JSON.stringify(buildings), JSON.stringify(neighbours)] as const;
          upsert.run(other.id, other.site, other.name, station, ...lists, least, JSON.stringify(checks));
        }
        erase.run(id);
        committed(() => {
          known.delete(id);
          for (const other of changed) known.set(other.id, other);
        });
      });
    },
    forgetSite(site) {
      for (const { id } of of(site)) known.delete(id);
    },
  };
}

function readCrew(row: Record<string, unknown>): Crew {
  return {
    ...{ id: String(row.id), site: String(row.site), name: String(row.name), least: Number(row.least) },
    station: row.station === null ? undefined : String(row.station),
    buildings: JSON.parse(String(row.buildings)) as string[],
    neighbours: JSON.parse(String(row.neighbours)) as string[],
    checks: readChecks(String(row.checks)),
  };
}

function readChecks(json: string): Crew["checks"] {
  const { planned, random, since } = JSON.parse(json) as Crew["checks"];
  return { planned, random, since };
}
