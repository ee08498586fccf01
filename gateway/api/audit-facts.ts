import type { AuditAnswer } from "./app.ts";
import type { OperationId } from "./roles.ts";

/**
 * How the audit trail treats an operation. `write`: nothing is done unless a row of it is sure. `urgent`: the same, but it
 * goes on while the trail is full or cannot be written, and its row follows. `read`: data leaves the house; repetitions are counted.
 * `self`: the route writes its own rows. `none`: it changes nothing.
 */
export type AuditMode = "write" | "urgent" | "read" | "self" | "none";

/** What the audit trail keeps of an operation. */
export interface AuditFacts {
  /** `none` for GET and `write` for every other method unless it stands here. */
  readonly mode?: AuditMode;
  /** Keys of body and query whose values are kept; of all others only the names. Never a secret, a person's name or free text. */
  readonly fields?: readonly string[];
  /** What is kept of the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation knows the shape of its own answer
  readonly answer?: (answer: any) => AuditAnswer;
}

const deviceFields = ["kind", "id", "name", "building", "floor", "parent", "facts", "intervalMs"];
const crewFields = ["id", "name", "station", "buildings", "neighbours", "least", "checks"];
const shiftFields = ["crew", "contact", "from", "to", "leads"];
const limitFields = ["kind", "rule", "limit", "value"];
const muteFields = ["type", "building", "kind", "device", "rule", "from", "to"];
const made = (kind: string, key: string) => (answer: Record<string, string>) => ({
  target: `${kind}:${answer[key]}`,
});

/** By operation; one that is not listed keeps the names of what was sent. */
export const auditFacts: Readonly<Partial<Record<OperationId, AuditFacts>>> = {
  addSite: { fields: ["id", "name", "address"], answer: made("site", "id") },
  updateSite: { fields: ["name", "address"] },
  addBuilding: { fields: ["name"] },
  setSiteLimit: { fields: limitFields },
  removeSiteLimit: { fields: limitFields },

  addPlan: { fields: ["name", "building", "floor", "metresPerUnit"], answer: made("plan", "id") },
  changePlan: { fields: ["name", "building", "floor", "metresPerUnit", "version"] },

  addDevice: {
    fields: deviceFields,
    answer: ({ device }) => ({ target: `device:${device.site}/${device.id}` }),
  },
  updateDevice: { fields: deviceFields },
  claimDevice: { answer: ({ site, id }) => ({ target: `device:${site}/${id}` }) },
  makeClaimCodes: { fields: ["kind"] },
  importDevices: {
    fields: ["dryRun"],
    answer: ({ rows, added }) => ({ detail: { rows, added: added.length } }),
  },
  exportDevices: { mode: "read" },
  setDeviceLimit: { fields: limitFields },
  removeDeviceLimit: { fields: limitFields },

  exportSeries: { mode: "read", fields: ["kind", "devices", "building", "fields", "from", "to", "format"] },

  // A crew must be able to open a gate and answer a fire whatever state the disk is in.
  sendCommand: {
    mode: "urgent",
    fields: ["name", "args", "maxAgeMs"],
    answer: ({ id }) => ({ detail: { command: id } }),
  },
  acknowledgeAlert: { mode: "urgent" },
  acknowledgeIncident: { mode: "urgent" },
  dispatchIncident: { mode: "urgent" },
  arriveIncident: { mode: "urgent" },
  controlIncident: { mode: "urgent" },
  closeIncident: { mode: "urgent" },
  falseAlarm: { mode: "urgent" },
  noteIncident: { mode: "urgent" },
  startDrill: { fields: ["building"], answer: made("drill", "id") },
  // Who ends what sends people running must not wait for a disk.
  endDrill: { mode: "urgent" },
  setIncidentTimes: { fields: ["acknowledgeMs", "arriveMs", "controlMs"] },

  // Never a name or an address.
  addContact: { fields: ["id", "role", "crew", "person", "active"], answer: made("contact", "id") },
  changeContact: { fields: ["role", "crew", "person", "active"] },
  addCrew: { fields: crewFields, answer: made("crew", "id") },
  changeCrew: { fields: crewFields },
  addShift: { fields: shiftFields, answer: ({ shift }) => ({ target: `shift:${shift.id}` }) },
  changeShift: { fields: shiftFields },
  importShifts: {
    fields: ["dryRun", "replace"],
    answer: ({ added, replaced }) => ({ detail: { added, replaced } }),
  },
  copyShifts: {
    fields: ["from", "to", "crew"],
    answer: ({ added, skipped }) => ({ detail: { added, skipped } }),
  },
  setChain: { fields: ["stages", "repeatMs"] },
  exportDutyChecks: { mode: "read", fields: ["month"] },
  // A crew must be able to say that it is there whatever state the disk is in.
  askDutyCheck: { mode: "urgent" },
  answerDutyCheck: { mode: "urgent" },
  addMute: { fields: muteFields, answer: made("mute", "id") },
  changeMute: { fields: muteFields },
  // What holds people's messages back must end whatever state the trail is in.
  endMute: { mode: "urgent" },
  commentAlert: { mode: "urgent" },
  // The timeline of the alert has the name.
  assignAlert: { mode: "urgent" },
  resolveAlert: { mode: "urgent" },

  // Never the identifier: the site alone says where.
  exportPerson: { mode: "write" },

  listRejections: { mode: "read", fields: ["code", "site", "kind", "device"] },
  getRejection: { mode: "read" },
  reingestRejections: { fields: ["ids", "group"], answer: (counts) => ({ detail: counts }) },

  // Whoever fills the trail must not be able to keep his own credentials alive with that.
  rotateCredentials: { mode: "urgent", fields: ["overlapS"] },
  rotateSiteCredentials: { mode: "urgent", fields: ["kind", "overlapS"] },
  revokeCredentials: { mode: "urgent" },
  rotateAccount: { mode: "urgent", fields: ["overlapS"] },
  revokeAccount: { mode: "urgent" },
  removeAccount: { mode: "urgent" },
  removeToken: { mode: "urgent" },

  addAccount: { fields: ["name", "publish", "subscribe"], answer: made("account", "name") },
  addToken: { fields: ["name", "role", "site", "expiresAt", "operations"], answer: made("token", "id") },

  // Every way in ends at one place, which writes the row.
  logIn: { mode: "self" },
  loginForm: { mode: "self" },
  useLink: { mode: "self" },
  linkForm: { mode: "self" },
  lookAtLink: { mode: "none" },
  answerForm: { mode: "self" },

  addPerson: { fields: ["grants"], answer: ({ person }) => ({ target: `person:${person.id}` }) },
  // Who is to be shut out may be the one who fills the trail.
  changePerson: { mode: "urgent", fields: ["grants", "active"] },
  removePerson: { mode: "urgent" },
  endPersonSessions: { mode: "urgent" },

  exportAudit: { mode: "read", fields: ["from", "to"] },
};

/** How the trail treats an operation that is called with this method. What is not declared is never left out. */
export function auditModeOf(id: OperationId, method: string): AuditMode {
  return auditFacts[id]?.mode ?? (method === "GET" || method === "HEAD" ? "none" : "write");
}
