import type { DeviceName, KnownDevice } from "../types.ts";
import { trialKind, trialKindName } from "./kind.ts";

/** The device by which the gateway tests its own path. */
export const selfTestDevice: DeviceName = `gateway/${trialKindName}/self-test`;

const stationId = "drill";

/** The device that raises the drills of a site. */
export function drillStation(site: string): DeviceName {
  return `${site}/${trialKindName}/${stationId}`;
}

/** The topic on which the gateway speaks for one of its devices. */
export function topicOf(device: DeviceName): string {
  return `linli/v1/${device}/telemetry`;
}

/** Finds the devices that stand for the gateway itself. `placeOf` says where a site drills; undefined for a site that does not exist. */
export function createOwnDevices(
  placeOf: (site: string) => { readonly building: string | undefined } | undefined,
): (device: DeviceName) => KnownDevice | undefined {
  const selfTest = ownDevice("gateway", "self-test", undefined);
  return (device) => {
    if (device === selfTestDevice) return selfTest;
    const [site = "", kind, id] = device.split("/");
    if (kind !== trialKindName || id !== stationId) return undefined;
    const place = placeOf(site);
    return place && ownDevice(site, id, place.building);
  };
}

function ownDevice(site: string, id: string, building: string | undefined): KnownDevice {
  return {
    ...{ device: `${site}/${trialKindName}/${id}`, site, kind: trialKindName, id },
    ...{
      name: id === stationId ? "演练 Drill" : "自检 Self-test",
      building,
      floor: undefined,
      parent: undefined,
    },
    ...{ facts: {}, intervalMs: undefined, createdAt: 0 },
    definition: trialKind,
    limits: {},
  };
}
