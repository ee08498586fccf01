import type { Severity } from "../../devices/kit/kind.ts";
import type { DeviceName } from "../types.ts";
import type { Alert } from "./contract.ts";

/** The raised alerts in memory, so that tiles and device lists need no database. */
export interface OpenAlerts {
  find(id: string): Alert | undefined;
  /** Takes over an alert as it is now: raised ones stay, cleared ones leave. */
  put(alert: Alert): void;
  all(): Iterable<Alert>;
  of(device: DeviceName): Iterable<Alert>;
  /** By severity, without simulated ones. */
  counts(site?: string): Readonly<Record<Severity, number>>;
}

/** Makes it of the alerts that are raised now. */
export function createOpenAlerts(raised: Iterable<Alert>): OpenAlerts {
  const byId = new Map<string, Alert>();
  const byDevice = new Map<DeviceName, Map<string, Alert>>();
  const bySite = new Map<string, Record<Severity, number>>();
  const total = noAlerts();

  function count({ simulated, site, severity }: Alert, by: 1 | -1): void {
    // A drill on the wall screen must not look like a fire.
    if (simulated) return;
    const own = bySite.get(site) ?? noAlerts();
    bySite.set(site, own);
    own[severity] += by;
    total[severity] += by;
  }

  function put(alert: Alert): void {
    const before = byId.get(alert.id);
    if (before !== undefined) count(before, -1);
    const own = byDevice.get(alert.device);
    if (alert.state === "raised") {
      count(alert, 1);
      byId.set(alert.id, alert);
      if (own === undefined) byDevice.set(alert.device, new Map([[alert.id, alert]]));
      else own.set(alert.id, alert);
      return;
    }
    byId.delete(alert.id);
    own?.delete(alert.id);
    if (own?.size === 0) byDevice.delete(alert.device);
  }

  for (const alert of raised) put(alert);

  return {
    find: (id) => byId.get(id),
    put,
    all: () => byId.values(),
    of: (device) => byDevice.get(device)?.values() ?? [],
    counts: (site) => ({ ...(site === undefined ? total : (bySite.get(site) ?? noAlerts())) }),
  };
}

function noAlerts(): Record<Severity, number> {
  return { critical: 0, major: 0, minor: 0, info: 0 };
}
