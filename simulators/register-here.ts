import { GatewayError } from "../gateway/errors.ts";
import type { NewDevice, Registry } from "../gateway/state/contract.ts";
import type { Community } from "./community.ts";
import type { RegisteredDevice } from "./register.ts";

/** The part of a registry that registration needs. */
export type OpenRegistry = Pick<
  Registry,
  "site" | "addSite" | "addBuilding" | "deviceAt" | "addDevices" | "rotateCredentials"
>;

/** Registers a community in the registry of the same process; devices that exist get a new password. Throws `conflict` when the registry refuses any. */
export function registerHere(
  registry: OpenRegistry,
  { site, buildings, devices }: Community,
): RegisteredDevice[] {
  const known = registry.site(site.id) ?? registry.addSite(site);
  for (const building of buildings)
    if (!known.buildings.includes(building)) registry.addBuilding(site.id, building);
  const missing = devices.filter(({ id }) => registry.deviceAt(site.id, id) === undefined);
  const { added, faults } = registry.addDevices(site.id, missing, { dryRun: false });
  const [fault] = faults;
  if (fault !== undefined) {
    const text = `device ${missing[fault.row]?.id}: ${fault.path} ${fault.message}`;
    throw new GatewayError("conflict", text, { path: `devices[${fault.row}].${fault.path}` });
  }
  const fresh = new Map(added.map(({ device, credentials }) => [device.id, credentials]));
  return devices.map((device: NewDevice) => {
    const { kind, id, facts } = device;
    const credentials = fresh.get(id) ?? registry.rotateCredentials(`${site.id}/${kind}/${id}`);
    return { site: site.id, kind, id, facts, credentials };
  });
}
