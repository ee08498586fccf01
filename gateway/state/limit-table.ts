import type { Catalogue, Kind, Limits, Rule } from "../../devices/kit/kind.ts";
import { GatewayError } from "../errors.ts";
import type { Device, DeviceName, KnownDevice } from "../types.ts";
import type { Database, LimitOverride, Registry } from "./contract.ts";
import { findLimitFault, findPairFault, type LimitFault } from "./limit-check.ts";

/** The overrides of rule limits, in memory and in SQLite. */
export interface LimitTable {
  /** Numbers of each rule of the device's kind: its own override, else the site's, else the kind's default. */
  resolve(device: Device, kind: Kind): KnownDevice["limits"];
  /** Overrides of a site and of its devices. */
  of(site: string): readonly LimitOverride[];
  /** Inside a transaction. Throws `invalid-request` for a rule, limit or value that cannot be. */
  set(override: Parameters<Registry["setLimit"]>[0], committed: (apply: () => void) => void): void;
  /** Drops what is in memory of a removed device. */
  forget(device: DeviceName): void;
  /** Drops what is in memory of a removed site. */
  forgetSite(site: string): void;
}

/** Reads the overrides into memory. */
export function openLimitTable({
  database,
  catalogue,
}: {
  database: Database;
  catalogue: Catalogue;
}): LimitTable {
  const { db } = database;
  const writeSite = db.prepare(
    "INSERT INTO site_limits VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const eraseSite = db.prepare(
    "DELETE FROM site_limits WHERE site = ? AND kind = ? AND rule = ? AND name = ?",
  );
  const writeDevice = db.prepare(
    "INSERT INTO device_limits VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const eraseDevice = db.prepare(
    "DELETE FROM device_limits WHERE site = ? AND id = ? AND rule = ? AND name = ?",
  );
  /** By `site/kind` or device name, then by `rule/limit`. */
  const overrides = new Map<string, Map<string, LimitOverride>>();
  /** Limits of devices without overrides of their own, by `site/kind`: one object serves them all. */
  const shared = new Map<string, KnownDevice["limits"]>();

  function keep(override: LimitOverride): void {
    const key = keyOf(override);
    const own = overrides.get(key) ?? new Map<string, LimitOverride>();
    overrides.set(key, own.set(`${override.rule}/${override.limit}`, override));
    shared.delete(key);
  }

  function drop(override: Omit<LimitOverride, "value">): void {
    overrides.get(keyOf(override))?.delete(`${override.rule}/${override.limit}`);
    shared.delete(keyOf(override));
  }

  function check(override: Change): void {
    const { kind, value } = override;
    const found = catalogue.get(kind);
    refuseFor(value === undefined ? undefined : findLimitFault({ ...override, value }, found));
    const rule = found?.rules.find(({ id }) => id === override.rule);
    if (rule === undefined || !Object.hasOwn(rule.limits, override.limit)) return;
    for (const place of placesOf(override)) refuseFor(findTurnedPair({ override, rule, place }));
  }

  function findTurnedPair({ override, rule, place }: PairParts): LimitFault | undefined {
    const { limit, value } = override;
    const where = place[0] === keyOf(override) ? undefined : place[0];
    const after = (name: string) => numberAt({ place, rule, name, override });
    const message = findPairFault({ rule, limit, numberOf: after, where });
    if (message === undefined) return undefined;
    if (value !== undefined) return { path: "value", message };
    // What is turned round already must not be held fast.
    const before = (name: string) => numberAt({ place, rule, name });
    const wasTurned = findPairFault({ rule, limit, numberOf: before }) !== undefined;
    return wasTurned ? undefined : { path: "limit", message };
  }

  /** The number that holds at a place; with `override`, the one that would hold after it. */
  function numberAt({ place, rule, name, override }: NumberParts): number {
    for (const key of place) {
      const isChanged = override !== undefined && name === override.limit && key === keyOf(override);
      const value = isChanged ? override.value : overrides.get(key)?.get(`${rule.id}/${name}`)?.value;
      if (value !== undefined) return value;
    }
    return rule.limits[name]!.value;
  }

  /** Where the change is felt: for each place the keys of its layers, nearest first. */
  function* placesOf({ site, kind, device, rule, limit }: Change): Generator<readonly string[]> {
    const siteKey = `${site}/${kind}`;
    if (device !== undefined) return yield [device, siteKey];
    yield [siteKey];
    for (const [key, own] of overrides) {
      if (key.startsWith(`${siteKey}/`) && !own.has(`${rule}/${limit}`)) yield [key, siteKey];
    }
  }

  for (const override of readOverrides(database)) keep(override);

  return {
    resolve({ device, site }, kind) {
      const siteKey = `${site}/${kind.name}`;
      let limits = shared.get(siteKey);
      if (limits === undefined) {
        limits = resolveRules(kind, [overrides.get(siteKey)]);
        shared.set(siteKey, limits);
      }
      const own = overrides.get(device);
      return own === undefined || own.size === 0 ? limits : resolveRules(kind, [own, overrides.get(siteKey)]);
    },
    of: (site) =>
      [...overrides.values()]
        .flatMap((own) => [...own.values()])
        .filter((override) => override.site === site),
    set(override, committed) {
      const { site, kind, device, rule, limit, value } = override;
      check(override);
      const id = device?.split("/")[2];
      if (id === undefined && value === undefined) eraseSite.run(site, kind, rule, limit);
      else if (id === undefined) writeSite.run(site, kind, rule, limit, value!);
      else if (value === undefined) eraseDevice.run(site, id, rule, limit);
      else writeDevice.run(site, id, rule, limit, value);
      committed(() => (value === undefined ? drop(override) : keep({ ...override, value })));
    },
    forget: (device) => void overrides.delete(device),
    forgetSite(site) {
      for (const key of [...overrides.keys(), ...shared.keys()]) {
        if (!key.startsWith(`${site}/`)) continue;
        overrides.delete(key);
        shared.delete(key);
      }
    },
  };
}

type Change = Parameters<LimitTable["set"]>[0];

interface PairParts {
  readonly override: Change;
  readonly rule: Rule;
  readonly place: readonly string[];
}

interface NumberParts {
  readonly place: readonly string[];
  readonly rule: Rule;
  readonly name: string;
  readonly override?: Change;
}

function refuseFor(fault: LimitFault | undefined): void {
  if (fault !== undefined) throw new GatewayError("invalid-request", fault.message, { path: fault.path });
}

function keyOf({ site, kind, device }: Omit<LimitOverride, "value">): string {
  return device ?? `${site}/${kind}`;
}

function* readOverrides({ db }: Database): Generator<LimitOverride> {
  for (const row of db.prepare("SELECT site, kind, rule, name, value FROM site_limits").iterate()) {
    const { site, kind, rule, name, value } = row as Record<string, string>;
    yield { site: site!, kind: kind!, rule: rule!, limit: name!, value: Number(value) };
  }
  const ofDevices = db.prepare(
    "SELECT site, id, kind, rule, device_limits.name AS name, value FROM device_limits JOIN devices USING (site, id)",
  );
  for (const row of ofDevices.iterate()) {
    const { site, id, kind, rule, name, value } = row as Record<string, string>;
    const device = `${site}/${kind}/${id}`;
    yield { site: site!, kind: kind!, device, rule: rule!, limit: name!, value: Number(value) };
  }
}

/** The first of `layers` that has a number wins. An override of a rule that the kind no longer has is left out. */
function resolveRules(
  kind: Kind,
  layers: readonly (ReadonlyMap<string, LimitOverride> | undefined)[],
): Readonly<Record<string, Limits>> {
  const rules: Record<string, Limits> = {};
  for (const rule of kind.rules) {
    const limits: Record<string, number> = {};
    for (const [name, limit] of Object.entries(rule.limits)) {
      const layer = layers.find((candidate) => candidate?.has(`${rule.id}/${name}`));
      limits[name] = layer?.get(`${rule.id}/${name}`)?.value ?? limit.value;
    }
    rules[rule.id] = limits;
  }
  return rules;
}
