import { expect, test } from "vitest";
import { type OperationId, type Right, refusalOf, rights } from "../../../gateway/api/roles.ts";
import { aBin, anApi, type Who } from "./api-support.ts";

const roles: readonly Who[] = ["viewer", "firefighter", "manager", "admin"];

// One call of each route that gets past the guard; what comes after it may be refused for other reasons.
const calls: Record<OperationId, string> = {
  listKinds: "GET /api/v1/kinds",
  getKind: "GET /api/v1/kinds/waste-bin",
  listSites: "GET /api/v1/sites",
  addSite: "POST /api/v1/sites",
  getSite: "GET /api/v1/sites/xinfa",
  removeSite: "DELETE /api/v1/sites/nowhere",
  listBuildings: "GET /api/v1/sites/xinfa/buildings",
  addBuilding: "POST /api/v1/sites/xinfa/buildings",
  getSiteLimits: "GET /api/v1/sites/xinfa/limits",
  setSiteLimit: "PUT /api/v1/sites/xinfa/limits",
  removeSiteLimit: "DELETE /api/v1/sites/xinfa/limits",
  listDevices: "GET /api/v1/sites/xinfa/devices",
  getDevice: "GET /api/v1/sites/xinfa/devices/bin-1",
  addDevice: "POST /api/v1/sites/xinfa/devices",
  importDevices: "POST /api/v1/sites/xinfa/devices/import",
  updateDevice: "PATCH /api/v1/sites/xinfa/devices/bin-1",
  removeDevice: "DELETE /api/v1/sites/xinfa/devices/nothing",
  rotateCredentials: "POST /api/v1/sites/xinfa/devices/bin-1/credentials/rotate",
  listReadings: "GET /api/v1/sites/xinfa/devices/bin-1/readings",
  getDeviceLimits: "GET /api/v1/sites/xinfa/devices/bin-1/limits",
  setDeviceLimit: "PUT /api/v1/sites/xinfa/devices/bin-1/limits",
  removeDeviceLimit: "DELETE /api/v1/sites/xinfa/devices/bin-1/limits",
  deviceSeries: "GET /api/v1/sites/xinfa/devices/bin-1/series",
  siteSeries: "GET /api/v1/sites/xinfa/series?kind=waste-bin",
  siteTotal: "GET /api/v1/sites/xinfa/series/total?kind=waste-bin&field=fill",
  exportSeries: "GET /api/v1/sites/xinfa/series/export?kind=waste-bin",
  sendCommand: "POST /api/v1/sites/xinfa/devices/bin-1/commands",
  listCommands: "GET /api/v1/sites/xinfa/devices/bin-1/commands",
  getCommand: "GET /api/v1/commands/c-1",
  listAlerts: "GET /api/v1/alerts",
  getAlert: "GET /api/v1/alerts/a-1",
  acknowledgeAlert: "POST /api/v1/alerts/a-1/acknowledge",
  commentAlert: "POST /api/v1/alerts/a-1/comments",
  resolveAlert: "POST /api/v1/alerts/a-1/resolve",
  listRejections: "GET /api/v1/rejections",
  listRejectionGroups: "GET /api/v1/rejections/groups",
  getRejection: "GET /api/v1/rejections/r-1",
  reingestRejections: "POST /api/v1/rejections/reingest",
  listAccounts: "GET /api/v1/accounts",
  addAccount: "POST /api/v1/accounts",
  removeAccount: "DELETE /api/v1/accounts/nobody",
  listTokens: "GET /api/v1/tokens",
  addToken: "POST /api/v1/tokens",
  removeToken: "DELETE /api/v1/tokens/nothing",
  makeBackup: "POST /api/v1/backup",
  stream: "GET /api/v1/stream",
  healthLive: "GET /health/live",
  healthReady: "GET /health/ready",
  metrics: "GET /metrics",
  openapi: "GET /openapi.json",
  docs: "GET /docs",
  docsFiles: "GET /docs/static/index.css",
  landing: "GET /",
};

test("every route lets in exactly the roles that its row names", async () => {
  const parts = await anApi({ settings: { metricsOpen: "token" } });
  aBin(parts);
  const seen: string[] = [];
  const meant: string[] = [];
  for (const [id, route] of Object.entries(calls)) {
    const { least } = rights[id as OperationId] as Right;
    for (const who of ["nobody", ...roles] as const) {
      const { status } = await parts.call(who, route);
      const door = status === 401 ? "needs a token" : status === 403 ? "forbidden" : "open";
      seen.push(`${id} ${who} ${door}`);
      meant.push(`${id} ${who} ${doorOf(least, who)}`);
    }
  }
  expect(seen).toEqual(meant);
});

test("a token of one site is let in where its row reaches", async () => {
  const parts = await anApi({ settings: { metricsOpen: "token" } });
  aBin(parts);
  for (const [id, route] of Object.entries(calls)) {
    const { least, reach } = rights[id as OperationId] as Right;
    const isForbidden = least !== "public" && (reach === "site" || reach === "gateway");
    const { status } = await parts.call("yidaAdmin", route);
    expect(`${id} ${status === 403}`).toBe(`${id} ${isForbidden}`);
  }
});

test("a token of one site passes at its own site", () => {
  const caller = { name: "yida", role: "admin", site: "yida" } as const;
  expect(refusalOf(caller, rights.getSite, "yida")).toBeUndefined();
  expect(refusalOf(caller, rights.getSite, "xinfa")).toContain("yida alone");
});

function doorOf(least: Right["least"], who: Who): string {
  if (least === "public") return "open";
  if (who === "nobody") return "needs a token";
  return roles.indexOf(who) >= roles.indexOf(least === "scrape" ? "viewer" : least) ? "open" : "forbidden";
}
