import type { Role } from "../types.ts";

/** The least role that may call a route; `public` needs no token; `scrape` follows the setting `metricsOpen`. */
export type Permission = Role | "public" | "scrape";

/** Who may call what, by operation id. A route that is not listed here fails the start. */
export const leastRole = {
  listKinds: "viewer",
  getKind: "viewer",

  listSites: "viewer",
  getSite: "viewer",
  addSite: "admin",
  removeSite: "admin",
  listBuildings: "viewer",
  addBuilding: "manager",
  getSiteLimits: "viewer",
  setSiteLimit: "manager",
  removeSiteLimit: "manager",

  listDevices: "viewer",
  getDevice: "viewer",
  addDevice: "manager",
  importDevices: "manager",
  updateDevice: "manager",
  removeDevice: "manager",
  rotateCredentials: "manager",
  listReadings: "viewer",
  getDeviceLimits: "viewer",
  setDeviceLimit: "manager",
  removeDeviceLimit: "manager",

  // A crew opens gates and shuts valves itself.
  sendCommand: "firefighter",
  listCommands: "viewer",
  getCommand: "viewer",

  listAlerts: "viewer",
  getAlert: "viewer",
  acknowledgeAlert: "firefighter",
  commentAlert: "firefighter",
  resolveAlert: "firefighter",

  // Rejections carry payloads as they came, which may hold personal data.
  listRejections: "manager",
  listRejectionGroups: "manager",
  getRejection: "manager",
  reingestRejections: "manager",

  listAccounts: "admin",
  addAccount: "admin",
  removeAccount: "admin",
  listTokens: "admin",
  addToken: "admin",
  removeToken: "admin",

  stream: "viewer",

  healthLive: "public",
  healthReady: "public",
  metrics: "scrape",
  openapi: "public",
  docs: "public",
  docsFiles: "public",
  landing: "public",
} as const satisfies Record<string, Permission>;

/** The name of a route in the OpenAPI document and in the role table. */
export type OperationId = keyof typeof leastRole;

const order: readonly Role[] = ["viewer", "firefighter", "manager", "admin"];

/** Whether `role` is `least` or more. */
export function reaches(role: Role, least: Role): boolean {
  return order.indexOf(role) >= order.indexOf(least);
}
