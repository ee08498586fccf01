import type { Catalogue } from "../../devices/kit/kind.ts";
import { GatewayError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Device, DeviceName, KnownDevice } from "../types.ts";
import type { Database, Handover, NewDevice, Registry } from "./contract.ts";
import { checkDevice, type DeviceFault, quote } from "./device-check.ts";
import { createDeviceIndex } from "./device-index.ts";
import type { DeviceCredentials } from "./device-keys.ts";
import { openDeviceTable } from "./device-table.ts";
import { findFamilyFault } from "./family.ts";
import { openLimitTable } from "./limit-table.ts";
import { createListeners } from "./listeners.ts";
import { type CheckedRows, checkRows } from "./row-check.ts";
import type { StateSettings } from "./settings.ts";
import { openSites } from "./sites.ts";

/**
 * Reads sites, devices and limits into memory, from where all reads are answered. A device whose kind the catalogue
 * does not have is kept aside and named in the log.
 */
export function openRegistry(parts: RegistryParts): Registry {
  const { database, catalogue, clock, log, settings, credentials, metrics } = parts;
  const sites = openSites({ database, settings, clock });
  const limits = openLimitTable({ database, catalogue });
  const table = openDeviceTable(database);
  const index = createDeviceIndex(settings);
  /** By `site/id`. */
  const unusable = new Map<string, Device>();
  const listeners = createListeners<[name: DeviceName, known: KnownDevice | undefined]>({
    what: "device changed",
    log,
  });

  function know(device: Device): KnownDevice | undefined {
    const definition = catalogue.get(device.kind);
    return definition && { ...device, definition, limits: limits.resolve(device, definition) };
  }

  function load(): void {
    const usable: KnownDevice[] = [];
    for (const device of table.read()) {
      const known = know(device);
      if (known === undefined) unusable.set(`${device.site}/${device.id}`, device);
      else usable.push(known);
    }
    index.put(usable);
    if (unusable.size === 0) return;
    const kinds = [...new Set([...unusable.values()].map(({ kind }) => kind))];
    log.warn({ devices: unusable.size, kinds }, "devices of kinds that do not exist are kept but not usable");
  }

  function find(site: string, id: string): Device | undefined {
    return index.placed(site, id) ?? unusable.get(`${site}/${id}`);
  }

  /** A usable or unusable device by its full name. */
  function get(name: DeviceName): Device {
    const [site = "", , id = ""] = name.split("/");
    const device = find(site, id);
    if (device?.device === name) return device;
    throw new GatewayError("not-found", `there is no device ${quote(name)}`, { path: "device" });
  }

  function count(): number {
    return index.size() + unusable.size;
  }

  /** `claims`: ids of devices that get a claim code in place of a password. */
  function add(
    site: string,
    devices: readonly Device[],
    claims: ReadonlySet<string>,
  ): ReturnType<Registry["addDevices"]>["added"] {
    if (count() + devices.length > settings.maxDevices) {
      throw new GatewayError(
        "limit-reached",
        `there are ${count()} devices, at most ${settings.maxDevices} may be registered, and ${devices.length} more were asked for`,
      );
    }
    return database.transaction((committed) => {
      const buildings = new Set(devices.map(({ building }) => building));
      for (const building of buildings) {
        if (building !== undefined) sites.ensureBuilding(site, building, committed);
      }
      const added = devices.map((device) => {
        table.insert(device);
        const handover: Handover = claims.has(device.id)
          ? { claim: credentials.offer(device) }
          : { credentials: credentials.issue(device, committed) };
        return { device, ...handover };
      });
      committed(() => {
        const known = devices.map((device) => know(device)!);
        index.put(known);
        for (const device of known) listeners.tell(device.device, device);
      });
      return added;
    });
  }

  function check(site: string, rows: readonly NewDevice[]): CheckedRows {
    return checkRows({ site, rows, catalogue, createdAt: clock.now(), find: (id) => find(site, id) });
  }

  /** Resolves the limits of these devices again and tells so. */
  function refresh(devices: Iterable<Device>): void {
    const known = [...devices].flatMap((device) => know(device) ?? []);
    index.put(known);
    for (const device of known) listeners.tell(device.device, device);
  }

  function addOne(site: string, device: NewDevice): { device: KnownDevice } & Handover {
    sites.get(site);
    const { devices, faults } = check(site, [device]);
    if (faults[0] !== undefined) throw refusalOf(faults[0]);
    const [added] = add(site, devices, claimsOf([device]));
    return { ...added!, device: index.named(added!.device.device)! };
  }

  metrics.gauge("devices", "Registered devices that can be used", () => index.size());
  metrics.gauge("devices_unusable", "Registered devices whose kind does not exist", () => unusable.size);
  load();

  return {
    sites: sites.all,
    site: sites.find,
    addSite: sites.add,
    updateSite: sites.update,
    addBuilding: sites.addBuilding,
    removeSite(id) {
      sites.get(id);
      const left = [...index.all(), ...unusable.values()].filter(({ site }) => site === id).length;
      if (left > 0)
        throw new GatewayError("conflict", `site ${id} still has ${left} devices; remove them first`);
      database.transaction((committed) => {
        sites.remove(id, committed);
        committed(() => limits.forgetSite(id));
      });
    },
    device: index.named,
    deviceAt: index.placed,
    devices: index.all,
    deviceCount: index.size,
    unusable: () => [...unusable.values()],
    search: index.search,
    // Without `claim` there is always a password, which the type of a function cannot tell.
    addDevice: addOne as Registry["addDevice"],
    addDevices(site, rows, { dryRun }) {
      sites.get(site);
      if (rows.length > settings.maxImportRows) {
        const message = `at most ${settings.maxImportRows} devices at once, got ${rows.length}: split the list`;
        throw new GatewayError("invalid-request", message);
      }
      const { devices, faults } = check(site, rows);
      if (faults.length > 0 || dryRun) return { added: [], faults: faults.slice(0, maxFaults) };
      return { added: add(site, devices, claimsOf(rows)), faults: [] };
    },
    updateDevice(name, change) {
      const device = get(name);
      const fields = { ...device, ...change };
      const answer = checkDevice({ site: device.site, fields, catalogue, createdAt: device.createdAt });
      const fault = answer.ok
        ? findFamilyFault(answer.device, (id) => find(device.site, id))
        : answer.faults[0];
      if (fault !== undefined) throw refusalOf(fault);
      const changed = (answer as { device: Device }).device;
      database.transaction((committed) => {
        if (changed.building !== undefined) sites.ensureBuilding(device.site, changed.building, committed);
        table.update(changed);
        committed(() => refresh([changed]));
      });
      return index.named(name)!;
    },
    removeDevice(name) {
      const device = get(name);
      const children = table.children(device);
      if (children.length > 0) {
        const some =
          children.length > 5 ? `${children.slice(0, 5).join(", ")} and others` : children.join(", ");
        throw new GatewayError("conflict", `${some} hang on ${device.id}; give them another parent first`);
      }
      database.transaction((committed) => {
        table.remove(device);
        committed(() => {
          const place = `${device.site}/${device.id}`;
          index.remove(device);
          unusable.delete(place);
          limits.forget(name);
        });
        credentials.forget(device, committed);
        committed(() => listeners.tell(name, undefined));
      });
    },
    limitOverrides: (site) => limits.of(sites.get(site).id),
    setLimit(override) {
      const { site, kind, device } = override;
      sites.get(site);
      if (device !== undefined && device !== `${site}/${kind}/${get(device).id}`) {
        throw new GatewayError("invalid-request", `${device} is not a ${kind} of site ${site}`, {
          path: "device",
        });
      }
      database.transaction((committed) => limits.set(override, committed));
      const isMeant = (known: Device): boolean => known.site === site && known.kind === kind;
      refresh(device === undefined ? [...index.all()].filter(isMeant) : [get(device)]);
    },
    onDevice: listeners.add,
  };
}

/** What `openRegistry` needs. */
export interface RegistryParts {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly clock: { now(): number };
  readonly log: Pick<Log, "warn" | "error">;
  readonly metrics: Pick<Metrics, "gauge">;
  readonly settings: StateSettings;
  /** Of `openAccess` on the same database. */
  readonly credentials: DeviceCredentials;
}

/** Faults of one import that are told; more would not be read. */
const maxFaults = 1_000;

function claimsOf(rows: readonly NewDevice[]): ReadonlySet<string> {
  return new Set(rows.filter(({ claim }) => claim === true).map(({ id }) => id));
}

function refusalOf({ code, message, path }: DeviceFault): GatewayError {
  return new GatewayError(code, message, { path });
}
