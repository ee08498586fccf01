import type { Caller, Role } from "../types.ts";

/** The least role that may call a route; `public` needs no token; `scrape` follows the setting `metricsOpen`. */
export type Permission = Role | "public" | "scrape";

/**
 * What a route touches, for tokens that are bound to one site. `nothing`: no site's data. `site`: the site in its path,
 * another one is refused. `own`: the route shows and touches only what is the token's. `gateway`: everything, so that
 * a bound token is refused.
 */
export type Reach = "nothing" | "site" | "own" | "gateway";

/** One row of the role table. */
export interface Right {
  readonly least: Permission;
  readonly reach: Reach;
}

/** Who may call what, by operation id. A route that is not listed here fails the start. */
export const rights = {
  listKinds: { least: "viewer", reach: "nothing" },
  getKind: { least: "viewer", reach: "nothing" },

  listSites: { least: "viewer", reach: "own" },
  addSite: { least: "admin", reach: "gateway" },
  getSite: { least: "viewer", reach: "site" },
  removeSite: { least: "admin", reach: "gateway" },
  listBuildings: { least: "viewer", reach: "site" },
  addBuilding: { least: "manager", reach: "site" },
  getSiteLimits: { least: "viewer", reach: "site" },
  setSiteLimit: { least: "manager", reach: "site" },
  removeSiteLimit: { least: "manager", reach: "site" },

  listDevices: { least: "viewer", reach: "site" },
  getDevice: { least: "viewer", reach: "site" },
  addDevice: { least: "manager", reach: "site" },
  importDevices: { least: "manager", reach: "site" },
  updateDevice: { least: "manager", reach: "site" },
  removeDevice: { least: "manager", reach: "site" },
  rotateCredentials: { least: "manager", reach: "site" },
  listReadings: { least: "viewer", reach: "site" },
  getDeviceLimits: { least: "viewer", reach: "site" },
  setDeviceLimit: { least: "manager", reach: "site" },
  removeDeviceLimit: { least: "manager", reach: "site" },

  deviceSeries: { least: "viewer", reach: "site" },
  siteSeries: { least: "viewer", reach: "site" },
  siteTotal: { least: "viewer", reach: "site" },
  // A file of everything that was measured leaves the house.
  exportSeries: { least: "manager", reach: "site" },

  // A crew opens gates and shuts valves itself.
  sendCommand: { least: "firefighter", reach: "site" },
  listCommands: { least: "viewer", reach: "site" },
  getCommand: { least: "viewer", reach: "own" },

  listAlerts: { least: "viewer", reach: "own" },
  getAlert: { least: "viewer", reach: "own" },
  acknowledgeAlert: { least: "firefighter", reach: "own" },
  commentAlert: { least: "firefighter", reach: "own" },
  resolveAlert: { least: "firefighter", reach: "own" },

  // Rejections carry payloads as they came, which may hold personal data.
  listRejections: { least: "manager", reach: "own" },
  listRejectionGroups: { least: "manager", reach: "own" },
  getRejection: { least: "manager", reach: "own" },
  reingestRejections: { least: "manager", reach: "own" },

  listAccounts: { least: "admin", reach: "gateway" },
  addAccount: { least: "admin", reach: "gateway" },
  removeAccount: { least: "admin", reach: "gateway" },
  listTokens: { least: "admin", reach: "gateway" },
  addToken: { least: "admin", reach: "gateway" },
  removeToken: { least: "admin", reach: "gateway" },

  // The key of every password is inside.
  makeBackup: { least: "admin", reach: "gateway" },

  stream: { least: "viewer", reach: "own" },

  healthLive: { least: "public", reach: "nothing" },
  healthReady: { least: "public", reach: "nothing" },
  metrics: { least: "scrape", reach: "gateway" },
  openapi: { least: "public", reach: "nothing" },
  docs: { least: "public", reach: "nothing" },
  docsFiles: { least: "public", reach: "nothing" },
  landing: { least: "public", reach: "nothing" },
} as const satisfies Record<string, Right>;

/** The name of a route in the OpenAPI document and in the role table. */
export type OperationId = keyof typeof rights;

/** Why the caller may not; undefined when it may. `site` is the one in the route's path. */
export function refusalOf(caller: Caller, right: Right, site: string | undefined): string | undefined {
  const least = right.least === "public" || right.least === "scrape" ? "viewer" : right.least;
  if (order.indexOf(caller.role) < order.indexOf(least)) {
    return `this needs the role ${least}; the token has ${caller.role}`;
  }
  if (caller.site === undefined) return undefined;
  if (right.reach === "gateway") return `this concerns every site; the token is for ${caller.site} alone`;
  if (right.reach === "site" && site !== caller.site) return `the token is for site ${caller.site} alone`;
  return undefined;
}

const order: readonly Role[] = ["viewer", "firefighter", "manager", "admin"];
