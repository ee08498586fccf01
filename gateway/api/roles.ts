import type { Caller, Role } from "../types.ts";

/** Who may call a route: a group of roles, `person` (whoever has logged in), `public`, or `scrape`, which follows the setting `metricsOpen`. */
export type Who = keyof typeof groups | "person" | "public" | "scrape";

/**
 * What a route touches, for callers whose roles hold at some sites only. `nothing`: no site's data. `site`: the site in
 * its path, another one is refused. `own`: the route shows and touches only what lies at those sites. `gateway`: everything,
 * so that a role at single sites is not enough.
 */
export type Reach = "nothing" | "site" | "own" | "gateway";

/** One row of the role table. */
export interface Right {
  readonly who: Who;
  readonly reach: Reach;
}

/** The groups of roles that rows name. An engineer integrates devices and answers no alerts; a crew does the opposite. */
export const groups = {
  everyone: ["viewer", "firefighter", "manager", "engineer", "admin"],
  crew: ["firefighter", "manager", "admin"],
  office: ["manager", "admin"],
  technical: ["manager", "engineer", "admin"],
  admin: ["admin"],
} as const satisfies Record<string, readonly Role[]>;

/** Who may call what, by operation id. A route that is not listed here fails the start. */
export const rights = {
  listKinds: { who: "everyone", reach: "nothing" },
  getKind: { who: "everyone", reach: "nothing" },

  listSites: { who: "everyone", reach: "own" },
  addSite: { who: "admin", reach: "gateway" },
  getSite: { who: "everyone", reach: "site" },
  updateSite: { who: "office", reach: "site" },
  removeSite: { who: "admin", reach: "gateway" },
  listBuildings: { who: "everyone", reach: "site" },
  addBuilding: { who: "technical", reach: "site" },
  getSiteLimits: { who: "everyone", reach: "site" },
  setSiteLimit: { who: "office", reach: "site" },
  removeSiteLimit: { who: "office", reach: "site" },
  // It costs the series store a look at days of values.
  previewLimits: { who: "office", reach: "site" },

  listPlans: { who: "everyone", reach: "site" },
  getPlan: { who: "everyone", reach: "site" },
  planImage: { who: "everyone", reach: "site" },
  // Who places devices is who installs them, and the office, which knows the house.
  addPlan: { who: "technical", reach: "site" },
  changePlan: { who: "technical", reach: "site" },
  setPlanImage: { who: "technical", reach: "site" },
  removePlan: { who: "technical", reach: "site" },

  listDevices: { who: "everyone", reach: "site" },
  getDevice: { who: "everyone", reach: "site" },
  addDevice: { who: "technical", reach: "site" },
  importDevices: { who: "technical", reach: "site" },
  // Everything that is installed in a house leaves it.
  exportDevices: { who: "technical", reach: "site" },
  updateDevice: { who: "technical", reach: "site" },
  removeDevice: { who: "technical", reach: "site" },
  rotateCredentials: { who: "technical", reach: "site" },
  revokeCredentials: { who: "technical", reach: "site" },
  makeClaimCode: { who: "technical", reach: "site" },
  rotateSiteCredentials: { who: "technical", reach: "site" },
  makeClaimCodes: { who: "technical", reach: "site" },
  // The code itself is what opens the door.
  claimDevice: { who: "public", reach: "nothing" },
  listAvailability: { who: "everyone", reach: "site" },
  listReadings: { who: "everyone", reach: "site" },
  getDeviceLimits: { who: "everyone", reach: "site" },
  setDeviceLimit: { who: "office", reach: "site" },
  removeDeviceLimit: { who: "office", reach: "site" },

  deviceSeries: { who: "everyone", reach: "site" },
  siteSeries: { who: "everyone", reach: "site" },
  siteTotal: { who: "everyone", reach: "site" },
  // A file of everything that was measured leaves the house.
  exportSeries: { who: "technical", reach: "site" },

  // A crew opens gates and shuts valves itself.
  sendCommand: { who: "crew", reach: "site" },
  listCommands: { who: "everyone", reach: "site" },
  getCommand: { who: "everyone", reach: "own" },

  listAlerts: { who: "everyone", reach: "own" },
  getAlert: { who: "everyone", reach: "own" },
  acknowledgeAlert: { who: "crew", reach: "own" },
  commentAlert: { who: "crew", reach: "own" },
  assignAlert: { who: "crew", reach: "own" },
  listAssignees: { who: "crew", reach: "site" },
  resolveAlert: { who: "crew", reach: "own" },

  listIncidents: { who: "everyone", reach: "own" },
  getIncident: { who: "everyone", reach: "own" },
  incidentPlace: { who: "everyone", reach: "own" },
  incidentPage: { who: "everyone", reach: "own" },
  responseReport: { who: "everyone", reach: "own" },
  acknowledgeIncident: { who: "crew", reach: "own" },
  dispatchIncident: { who: "crew", reach: "own" },
  arriveIncident: { who: "crew", reach: "own" },
  controlIncident: { who: "crew", reach: "own" },
  closeIncident: { who: "crew", reach: "own" },
  falseAlarm: { who: "crew", reach: "own" },
  noteIncident: { who: "crew", reach: "own" },
  // A drill sends people running: who answers for them decides it.
  startDrill: { who: "office", reach: "site" },
  listDrills: { who: "everyone", reach: "site" },
  getDrill: { who: "everyone", reach: "own" },
  drillPage: { who: "everyone", reach: "own" },
  endDrill: { who: "office", reach: "own" },
  getIncidentTimes: { who: "everyone", reach: "site" },
  setIncidentTimes: { who: "office", reach: "site" },

  listNotifications: { who: "everyone", reach: "own" },
  listTargets: { who: "everyone", reach: "own" },
  // Whom to call is for everybody to see, how to reach him only for who may write it.
  listContacts: { who: "everyone", reach: "site" },
  addContact: { who: "office", reach: "site" },
  getContact: { who: "everyone", reach: "site" },
  changeContact: { who: "office", reach: "site" },
  removeContact: { who: "office", reach: "site" },
  listCrews: { who: "everyone", reach: "site" },
  addCrew: { who: "office", reach: "site" },
  getCrew: { who: "everyone", reach: "site" },
  changeCrew: { who: "office", reach: "site" },
  removeCrew: { who: "office", reach: "site" },
  listShifts: { who: "everyone", reach: "site" },
  addShift: { who: "office", reach: "site" },
  changeShift: { who: "office", reach: "site" },
  removeShift: { who: "office", reach: "site" },
  importShifts: { who: "office", reach: "site" },
  copyShifts: { who: "office", reach: "site" },
  listChains: { who: "everyone", reach: "site" },
  getChain: { who: "everyone", reach: "site" },
  setChain: { who: "office", reach: "site" },
  resetChain: { who: "office", reach: "site" },
  getDuty: { who: "everyone", reach: "site" },
  listDutyChecks: { who: "everyone", reach: "site" },
  dutyCheckPage: { who: "everyone", reach: "site" },
  exportDutyChecks: { who: "office", reach: "site" },
  askDutyCheck: { who: "office", reach: "site" },
  answerDutyCheck: { who: "crew", reach: "own" },
  listMutes: { who: "everyone", reach: "site" },
  getMute: { who: "everyone", reach: "site" },
  // A crew silences one device for a while; the desk of the windows refuses it everything else.
  addMute: { who: "crew", reach: "site" },
  changeMute: { who: "crew", reach: "site" },
  endMute: { who: "crew", reach: "site" },

  // Rejections carry payloads, of which only what is known to name a person was taken out.
  listRejections: { who: "technical", reach: "own" },
  listRejectionGroups: { who: "technical", reach: "own" },
  getRejection: { who: "technical", reach: "own" },
  reingestRejections: { who: "technical", reach: "own" },

  exportPerson: { who: "admin", reach: "site" },
  erasePerson: { who: "admin", reach: "site" },

  listAccountPresets: { who: "admin", reach: "gateway" },
  listAccounts: { who: "admin", reach: "gateway" },
  addAccount: { who: "admin", reach: "gateway" },
  rotateAccount: { who: "admin", reach: "gateway" },
  revokeAccount: { who: "admin", reach: "gateway" },
  removeAccount: { who: "admin", reach: "gateway" },
  listTokens: { who: "admin", reach: "gateway" },
  addToken: { who: "admin", reach: "gateway" },
  removeToken: { who: "admin", reach: "gateway" },

  // The key of every password is inside.
  makeBackup: { who: "admin", reach: "gateway" },

  logIn: { who: "public", reach: "nothing" },
  whoAmI: { who: "everyone", reach: "nothing" },
  logOut: { who: "person", reach: "nothing" },
  changePassword: { who: "person", reach: "nothing" },
  listSessions: { who: "person", reach: "nothing" },
  endSession: { who: "person", reach: "nothing" },
  lookAtLink: { who: "public", reach: "nothing" },
  useLink: { who: "public", reach: "nothing" },

  // A manager sees what was done to sites; what concerns the whole gateway is for administrators.
  listAudit: { who: "office", reach: "own" },
  getAuditHead: { who: "admin", reach: "gateway" },
  exportAudit: { who: "admin", reach: "gateway" },

  // An administrator of single sites manages those whose every role lies there.
  listPeople: { who: "admin", reach: "own" },
  addPerson: { who: "admin", reach: "own" },
  getPerson: { who: "admin", reach: "own" },
  changePerson: { who: "admin", reach: "own" },
  removePerson: { who: "admin", reach: "own" },
  makeLink: { who: "admin", reach: "own" },
  endPersonSessions: { who: "admin", reach: "own" },

  stream: { who: "everyone", reach: "own" },

  healthLive: { who: "public", reach: "nothing" },
  healthReady: { who: "public", reach: "nothing" },
  metrics: { who: "scrape", reach: "gateway" },
  openapi: { who: "public", reach: "nothing" },
  docs: { who: "public", reach: "nothing" },
  docsFiles: { who: "public", reach: "nothing" },
  // The screens show nothing without a session.
  landing: { who: "public", reach: "nothing" },
  screenPage: { who: "public", reach: "nothing" },
  screenFile: { who: "public", reach: "nothing" },
  authorityCertificate: { who: "public", reach: "nothing" },
  loginPage: { who: "public", reach: "nothing" },
  loginForm: { who: "public", reach: "nothing" },
  oidcBegin: { who: "public", reach: "nothing" },
  oidcCallback: { who: "public", reach: "nothing" },
  linkPage: { who: "public", reach: "nothing" },
  linkForm: { who: "public", reach: "nothing" },
  // The link itself is what opens the door.
  answerPage: { who: "public", reach: "nothing" },
  answerForm: { who: "public", reach: "nothing" },
  logoutForm: { who: "person", reach: "nothing" },
} as const satisfies Record<string, Right>;

/** The name of a route in the OpenAPI document and in the role table. */
export type OperationId = keyof typeof rights;

/** Every operation, for what chooses among them. */
export const operationIds = Object.keys(rights) as [OperationId, ...OperationId[]];

/** Whether a caller may, and at which sites: undefined is everywhere. */
export type Admission =
  | { readonly ok: true; readonly sites: readonly string[] | undefined }
  | { readonly ok: false; readonly refusal: string };

/** Decides by the role table. `site` is the one in the route's path. */
export function admit(caller: Caller, operation: OperationId, site: string | undefined): Admission {
  const { who, reach }: Right = rights[operation];
  if (caller.operations !== undefined && !caller.operations.includes(operation)) {
    return refuse(`this token is only for ${caller.operations.join(", ")}`);
  }
  if (who === "person" && caller.session === undefined)
    return refuse("this is for people who have logged in");
  const allowed: readonly Role[] =
    groups[Object.hasOwn(groups, who) ? (who as keyof typeof groups) : "everyone"];
  const fitting = caller.grants.filter(({ role }) => allowed.includes(role));
  if (fitting.length === 0 && who !== "person") {
    const roles = [...new Set(caller.grants.map(({ role }) => role))].join(", ") || "none";
    return refuse(`this needs the role ${allowed.join(" or ")}; you have ${roles}`);
  }
  if (reach === "nothing" || fitting.some((grant) => grant.site === undefined)) {
    return { ok: true, sites: undefined };
  }
  const sites = [...new Set(fitting.flatMap((grant) => grant.site ?? []))].sort();
  if (reach === "gateway")
    return refuse(`this concerns every site; your role is for ${sites.join(", ")} alone`);
  if (reach === "site" && !sites.includes(site ?? "")) {
    return refuse(`your role for this is for ${sites.join(", ")} alone`);
  }
  return { ok: true, sites };
}

/** Whether a caller has a role of a group at a site. */
export function isOf(group: keyof typeof groups, { grants }: Caller, site: string): boolean {
  const allowed: readonly Role[] = groups[group];
  return grants.some((grant) => allowed.includes(grant.role) && (grant.site ?? site) === site);
}

function refuse(refusal: string): Admission {
  return { ok: false, refusal };
}
