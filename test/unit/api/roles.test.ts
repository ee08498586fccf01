import { expect, test } from "vitest";
import { admit, groups, type OperationId, type Right, rights } from "../../../gateway/api/roles.ts";
import type { Role } from "../../../gateway/types.ts";
import { aBin, anApi } from "./api-support.ts";

const roles = groups.everyone;

// One call of each route that gets past the guard; what comes after it may be refused for other reasons.
const calls: Record<OperationId, string> = {
  listKinds: "GET /api/v1/kinds",
  getKind: "GET /api/v1/kinds/waste-bin",
  listSites: "GET /api/v1/sites",
  addSite: "POST /api/v1/sites",
  getSite: "GET /api/v1/sites/xinfa",
  updateSite: "PATCH /api/v1/sites/xinfa",
  removeSite: "DELETE /api/v1/sites/nowhere",
  listBuildings: "GET /api/v1/sites/xinfa/buildings",
  addBuilding: "POST /api/v1/sites/xinfa/buildings",
  getSiteLimits: "GET /api/v1/sites/xinfa/limits",
  setSiteLimit: "PUT /api/v1/sites/xinfa/limits",
  removeSiteLimit: "DELETE /api/v1/sites/xinfa/limits",
  previewLimits: "GET /api/v1/sites/xinfa/limits/preview?kind=waste-bin&rule=overfull&limits=atLeast:0.8",
  listPlans: "GET /api/v1/sites/xinfa/plans",
  getPlan: "GET /api/v1/sites/xinfa/plans/none",
  planImage: "GET /api/v1/sites/xinfa/plans/none/image",
  addPlan: "POST /api/v1/sites/xinfa/plans",
  changePlan: "PATCH /api/v1/sites/xinfa/plans/none",
  setPlanImage: "PUT /api/v1/sites/xinfa/plans/none/image",
  removePlan: "DELETE /api/v1/sites/xinfa/plans/none",
  listDevices: "GET /api/v1/sites/xinfa/devices",
  getDevice: "GET /api/v1/sites/xinfa/devices/bin-1",
  addDevice: "POST /api/v1/sites/xinfa/devices",
  exportDevices: "GET /api/v1/sites/xinfa/devices.csv",
  importDevices: "POST /api/v1/sites/xinfa/devices/import",
  updateDevice: "PATCH /api/v1/sites/xinfa/devices/bin-1",
  removeDevice: "DELETE /api/v1/sites/xinfa/devices/nothing",
  rotateCredentials: "POST /api/v1/sites/xinfa/devices/bin-1/credentials/rotate",
  revokeCredentials: "POST /api/v1/sites/xinfa/devices/bin-1/credentials/revoke",
  makeClaimCode: "POST /api/v1/sites/xinfa/devices/bin-1/credentials/claim-code",
  rotateSiteCredentials: "POST /api/v1/sites/xinfa/credentials/rotate",
  makeClaimCodes: "POST /api/v1/sites/xinfa/claim-codes",
  claimDevice: "POST /api/v1/claims",
  listAvailability: "GET /api/v1/sites/xinfa/availability",
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
  assignAlert: "POST /api/v1/alerts/a-1/assign",
  listAssignees: "GET /api/v1/sites/xinfa/assignees",
  resolveAlert: "POST /api/v1/alerts/a-1/resolve",
  listIncidents: "GET /api/v1/incidents",
  getIncident: "GET /api/v1/incidents/i-1",
  incidentPlace: "GET /api/v1/incidents/i-1/place",
  incidentPage: "GET /incidents/i-1",
  responseReport: "GET /api/v1/incidents/report",
  acknowledgeIncident: "POST /api/v1/incidents/i-1/acknowledge",
  dispatchIncident: "POST /api/v1/incidents/i-1/dispatch",
  arriveIncident: "POST /api/v1/incidents/i-1/arrive",
  controlIncident: "POST /api/v1/incidents/i-1/control",
  closeIncident: "POST /api/v1/incidents/i-1/close",
  falseAlarm: "POST /api/v1/incidents/i-1/false-alarm",
  noteIncident: "POST /api/v1/incidents/i-1/notes",
  listNotifications: "GET /api/v1/notifications",
  listTargets: "GET /api/v1/notifications/targets",
  startDrill: "POST /api/v1/sites/xinfa/drills",
  listDrills: "GET /api/v1/sites/xinfa/drills",
  getDrill: "GET /api/v1/drills/d-1",
  drillPage: "GET /drills/d-1",
  endDrill: "POST /api/v1/drills/d-1/end",
  getIncidentTimes: "GET /api/v1/sites/xinfa/incident-times",
  setIncidentTimes: "PUT /api/v1/sites/xinfa/incident-times",
  listContacts: "GET /api/v1/sites/xinfa/contacts",
  addContact: "POST /api/v1/sites/xinfa/contacts",
  getContact: "GET /api/v1/sites/xinfa/contacts/nobody",
  changeContact: "PATCH /api/v1/sites/xinfa/contacts/nobody",
  removeContact: "DELETE /api/v1/sites/xinfa/contacts/nobody",
  listCrews: "GET /api/v1/sites/xinfa/crews",
  addCrew: "POST /api/v1/sites/xinfa/crews",
  getCrew: "GET /api/v1/sites/xinfa/crews/none",
  changeCrew: "PATCH /api/v1/sites/xinfa/crews/none",
  removeCrew: "DELETE /api/v1/sites/xinfa/crews/none",
  listShifts: "GET /api/v1/sites/xinfa/shifts",
  addShift: "POST /api/v1/sites/xinfa/shifts",
  changeShift: "PATCH /api/v1/sites/xinfa/shifts/none",
  removeShift: "DELETE /api/v1/sites/xinfa/shifts/none",
  importShifts: "POST /api/v1/sites/xinfa/shifts/import",
  copyShifts: "POST /api/v1/sites/xinfa/shifts/copy-week",
  listChains: "GET /api/v1/sites/xinfa/chains",
  getChain: "GET /api/v1/sites/xinfa/chains/fire",
  setChain: "PUT /api/v1/sites/xinfa/chains/fire",
  resetChain: "DELETE /api/v1/sites/xinfa/chains/fire",
  getDuty: "GET /api/v1/sites/xinfa/duty",
  listDutyChecks: "GET /api/v1/sites/xinfa/duty-checks",
  dutyCheckPage: "GET /sites/xinfa/duty-checks",
  exportDutyChecks: "GET /api/v1/sites/xinfa/duty-checks/export",
  askDutyCheck: "POST /api/v1/sites/xinfa/crews/none/duty-checks",
  answerDutyCheck: "POST /api/v1/duty-checks/none/answer",
  listMutes: "GET /api/v1/sites/xinfa/mutes",
  getMute: "GET /api/v1/sites/xinfa/mutes/m-1",
  addMute: "POST /api/v1/sites/xinfa/mutes",
  changeMute: "PATCH /api/v1/sites/xinfa/mutes/m-1",
  endMute: "POST /api/v1/sites/xinfa/mutes/m-1/end",
  listRejections: "GET /api/v1/rejections",
  listRejectionGroups: "GET /api/v1/rejections/groups",
  getRejection: "GET /api/v1/rejections/r-1",
  reingestRejections: "POST /api/v1/rejections/reingest",
  exportPerson: "POST /api/v1/sites/xinfa/persons/export",
  erasePerson: "POST /api/v1/sites/xinfa/persons/erase",
  listAccountPresets: "GET /api/v1/accounts/presets",
  listAccounts: "GET /api/v1/accounts",
  addAccount: "POST /api/v1/accounts",
  rotateAccount: "POST /api/v1/accounts/nobody/credentials/rotate",
  revokeAccount: "POST /api/v1/accounts/nobody/credentials/revoke",
  removeAccount: "DELETE /api/v1/accounts/nobody",
  listTokens: "GET /api/v1/tokens",
  addToken: "POST /api/v1/tokens",
  removeToken: "DELETE /api/v1/tokens/nothing",
  logIn: "POST /api/v1/session",
  whoAmI: "GET /api/v1/session",
  logOut: "DELETE /api/v1/session",
  changePassword: "PUT /api/v1/session/password",
  listSessions: "GET /api/v1/sessions",
  endSession: "DELETE /api/v1/sessions/nothing",
  lookAtLink: "POST /api/v1/links/look",
  useLink: "POST /api/v1/links/use",
  listPeople: "GET /api/v1/people",
  addPerson: "POST /api/v1/people",
  getPerson: "GET /api/v1/people/nobody",
  changePerson: "PATCH /api/v1/people/nobody",
  removePerson: "DELETE /api/v1/people/nobody",
  makeLink: "POST /api/v1/people/nobody/link",
  endPersonSessions: "DELETE /api/v1/people/nobody/sessions",

  listAudit: "GET /api/v1/audit",
  getAuditHead: "GET /api/v1/audit/head",
  exportAudit: "GET /api/v1/audit/export",

  makeBackup: "POST /api/v1/backup",
  stream: "GET /api/v1/stream",
  healthLive: "GET /health/live",
  healthReady: "GET /health/ready",
  metrics: "GET /metrics",
  openapi: "GET /openapi.json",
  docs: "GET /docs",
  docsFiles: "GET /docs/static/index.css",
  landing: "GET /",
  screenPage: "GET /devices",
  screenFile: "GET /assets/nothing.js",
  authorityCertificate: "GET /ca.crt",
  loginPage: "GET /login",
  loginForm: "POST /login",
  oidcBegin: "GET /login/oidc",
  oidcCallback: "GET /login/oidc/callback",
  linkPage: "GET /link/nothing",
  linkForm: "POST /link/nothing",
  answerPage: "GET /a/nothing",
  answerForm: "POST /a/nothing",
  logoutForm: "POST /logout",
};

/** How somebody stands before the door: the role, and where it holds. */
const places = ["everywhere", "xinfa", "yida"] as const;

test("every route lets in exactly the roles of its row, at exactly the sites where they hold", async () => {
  const parts = await anApi({ settings: { metricsOpen: "token", requestsBurst: 10_000 } });
  aBin(parts);
  const seen: string[] = [];
  const meant: string[] = [];
  const holders = roles.flatMap((role) =>
    places.map((place) => {
      const site = place === "everywhere" ? undefined : place;
      const { token } = parts.access.addToken({ name: `${role} ${place}`, role, site });
      return { role, place, token };
    }),
  );
  for (const [id, route] of Object.entries(calls)) {
    const right = rights[id as OperationId];
    const unknown = await parts.call("nobody", route);
    seen.push(`${id} nobody ${doorOf(unknown.status)}`);
    meant.push(`${id} nobody ${right.who === "public" ? "open" : "closed"}`);
    for (const { role, place, token } of holders) {
      const { status } = await parts.call("nobody", route, undefined, { authorization: `Bearer ${token}` });
      seen.push(`${id} ${role} ${place} ${doorOf(status)}`);
      meant.push(`${id} ${role} ${place} ${meantFor(right, role, place)}`);
    }
  }
  expect(seen).toEqual(meant);
});

test("whoever asks what he may is told what the door says", async () => {
  const parts = await anApi({ settings: { requestsBurst: 10_000 } });
  for (const role of roles) {
    for (const site of [undefined, "xinfa"]) {
      const grants = [site === undefined ? { role } : { role, site }];
      const { token } = parts.access.addToken({ name: `${role} ${site}`, role, site });
      const { body } = await parts.call("nobody", "GET /api/v1/session", undefined, {
        authorization: `Bearer ${token}`,
      });
      for (const id of Object.keys(rights) as OperationId[]) {
        const { who } = rights[id];
        if (who === "public" || who === "scrape" || who === "person") continue;
        const told = body.may[id];
        const caller = { id: "token:1", name: "x", grants };
        for (const at of ["xinfa", "yida"]) {
          const admission = admit(caller, id, at);
          const isIn = admission.ok && (admission.sites?.includes(at) ?? true);
          const isTold = told === null || (told?.includes(at) ?? false);
          // Without a site of its own, one that touches no site's data may be called from anywhere.
          expect([role, site, id, at, isTold]).toEqual([role, site, id, at, isIn]);
        }
      }
    }
  }
});

test("a role at one site is no role at another, whatever it is", () => {
  const caller = {
    ...{ id: "token:1", name: "two hats" },
    grants: [
      { role: "viewer", site: "xinfa" },
      { role: "firefighter", site: "yida" },
    ],
  } as const;
  expect(admit(caller, "listAlerts", undefined)).toEqual({ ok: true, sites: ["xinfa", "yida"] });
  expect(admit(caller, "acknowledgeAlert", undefined)).toEqual({ ok: true, sites: ["yida"] });
  expect(admit(caller, "sendCommand", "xinfa")).toMatchObject({ ok: false });
  expect(admit(caller, "sendCommand", "yida")).toMatchObject({ ok: true });
  expect(admit(caller, "addSite", undefined)).toMatchObject({ ok: false });
});

test("a token for some operations may call nothing else", () => {
  const caller = {
    id: "token:1",
    name: "export",
    grants: [{ role: "admin" }],
    operations: ["exportSeries"],
  } as const;
  expect(admit(caller, "exportSeries", "xinfa").ok).toBe(true);
  expect(admit(caller, "listSites", undefined)).toEqual({
    ok: false,
    refusal: "this token is only for exportSeries",
  });
});

function doorOf(status: number): string {
  return status === 401 ? "closed" : status === 403 ? "forbidden" : "open";
}

function meantFor({ who, reach }: Right, role: Role, place: (typeof places)[number]): string {
  if (who === "public") return "open";
  // A token is nobody who has logged in.
  if (who === "person") return "forbidden";
  const allowed: readonly Role[] = who === "scrape" ? roles : groups[who];
  if (!allowed.includes(role)) return "forbidden";
  if (place === "everywhere" || reach === "nothing" || reach === "own") return "open";
  // Every call above that names a site names xinfa.
  return reach === "site" && place === "xinfa" ? "open" : "forbidden";
}
