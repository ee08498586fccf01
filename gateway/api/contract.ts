import type { z } from "zod";
import type {
  account,
  accountPreset,
  registeredAccount,
  registeredToken,
  role,
  token,
} from "./schemas/access.ts";
import type { alert, alertDetail, assignee, change } from "./schemas/alert.ts";
import type { auditRow } from "./schemas/audit.ts";
import type { availability, deviceAvailability } from "./schemas/availability.ts";
import type { command } from "./schemas/command.ts";
import type { claimOffer, credentials, rotated, rotatedDevice } from "./schemas/credentials.ts";
import type {
  building,
  deviceDetail,
  deviceItem,
  importResult,
  liveValue,
  readingItem,
  registeredDevice,
  siteDetail,
  siteItem,
  snapshotDevice,
} from "./schemas/device.ts";
import type { drill, drillReport } from "./schemas/drill.ts";
import type { chain, contact, crew, duty, dutyCheck, dutySheet, roster } from "./schemas/duty.ts";
import type { incident, incidentDetail, responseReport } from "./schemas/incident.ts";
import type { kindDetail, kindItem } from "./schemas/kind.ts";
import type { effectiveLimit, siteLimit } from "./schemas/limit.ts";
import type { limitPreview } from "./schemas/limit-preview.ts";
import type { mute } from "./schemas/mute.ts";
import type { notification, target } from "./schemas/notification.ts";
import type { liveness, readiness } from "./schemas/operation.ts";
import type { invitedPerson, link, person, session, whoAmI } from "./schemas/people.ts";
import type { incidentPlace, placement, plan, planDetail, point } from "./schemas/plan.ts";
import type { problem } from "./schemas/problem.ts";
import type { reingestResult, rejection, rejectionGroup } from "./schemas/rejection.ts";
import type { deviceSeriesAnswer, seriesAnswer, totalAnswer } from "./schemas/series.ts";
import type {
  alertEvent,
  commandEvent,
  dutyCheckEvent,
  incidentEvent,
  presenceEvent,
  readingEvent,
  rejectionEvent,
  snapshotEvent,
} from "./schemas/stream.ts";

// What the API answers, as it is on the wire. The schemas are the truth; they make the OpenAPI document too.

/** What every failed request is answered with (RFC 9457). */
export type Problem = z.output<typeof problem>;

/** A page of a list. */
export interface Page<T> {
  items: T[];
  /** Cursor of the next page; null on the last. */
  next: string | null;
}

/** A kind in a list. */
export type KindItem = z.output<typeof kindItem>;
/** A kind with all its facts. */
export type KindDetail = z.output<typeof kindDetail>;
/** A site in a list. */
export type SiteItem = z.output<typeof siteItem>;
/** A site with its counts. */
export type Site = z.output<typeof siteDetail>;
/** A building and how many devices it has. */
export type Building = z.output<typeof building>;
/** One live value with unit, times and quality. */
export type LiveValue = z.output<typeof liveValue>;
/** A device in a list, with its summary values. */
export type DeviceItem = z.output<typeof deviceItem>;
/** A device and its twin. */
export type Device = z.output<typeof deviceDetail>;
/** The present value of one field. */
export type LatestReading = z.output<typeof readingItem>;
/** User name and password for MQTT. */
export type Credentials = z.output<typeof credentials>;
/** A new device and its credentials. */
export type RegisteredDevice = z.output<typeof registeredDevice>;
/** What became of an import. */
export type ImportResult = z.output<typeof importResult>;
/** A number of a rule as it holds for a device. */
export type EffectiveLimit = z.output<typeof effectiveLimit>;
/** An override for all devices of a kind on a site. */
export type SiteLimit = z.output<typeof siteLimit>;
/** What other numbers of a rule would have done. */
export type LimitPreview = z.output<typeof limitPreview>;
/** A new password of a device, shown once. */
export type RotatedDevice = z.output<typeof rotatedDevice>;
/** A new password of an account, shown once. */
export type RotatedCredentials = z.output<typeof rotated>;
/** A code that an installer exchanges for a password, shown once. */
export type ClaimOffer = z.output<typeof claimOffer>;
/** A command with its whole life. */
export type Command = z.output<typeof command>;
/** An alert. */
export type Alert = z.output<typeof alert>;
/** An alert with its timeline. */
export type AlertDetail = z.output<typeof alertDetail>;
/** Somebody who may be given an alert. */
export type Assignee = z.output<typeof assignee>;
/** One step in the life of an alert. */
export type Change = z.output<typeof change>;
/** An incident with its alarms and response times. */
export type Incident = z.output<typeof incident>;
/** An incident with its timeline. */
export type IncidentDetail = z.output<typeof incidentDetail>;
/** What people were told, and what became of it. */
export type Notification = z.output<typeof notification>;
/** How a target does. */
export type Target = z.output<typeof target>;
/** Who is on duty, and who would be called. */
export type Duty = z.output<typeof duty>;
/** A crew of a site. */
export type Crew = z.output<typeof crew>;
/** Who is called, and when, while nobody answers. */
export type Chain = z.output<typeof chain>;
/** Somebody who is called. */
export type Contact = z.output<typeof contact>;
/** Shifts of a time, and what the roster lacks. */
export type Roster = z.output<typeof roster>;
/** How long the devices of a site could be reached. */
export type Availability = z.output<typeof availability>;
/** How long one device could be reached. */
export type DeviceAvailability = z.output<typeof deviceAvailability>;
/** A drill in a list. */
export type Drill = z.output<typeof drill>;
/** How far a drill has come. */
export type DrillReport = z.output<typeof drillReport>;
/** How fast incidents were answered. */
export type ResponseReport = z.output<typeof responseReport>;
/** A duty check. */
export type DutyCheck = z.output<typeof dutyCheck>;
/** The duty checks of a month. */
export type DutySheet = z.output<typeof dutySheet>;
/** A plan in a list. */
export type Plan = z.output<typeof plan>;
/** A plan with all that is drawn on it. */
export type PlanDetail = z.output<typeof planDetail>;
/** Where a device stands on a plan. */
export type Placement = z.output<typeof placement>;
/** Something on a plan that is no device. */
export type PlanPoint = z.output<typeof point>;
/** Where an incident is, and what a crew finds near it. */
export type IncidentPlace = z.output<typeof incidentPlace>;
/** History for a chart. */
export type SeriesAnswer = z.output<typeof seriesAnswer>;
/** History of one device, with its alerts and events. */
export type DeviceSeriesAnswer = z.output<typeof deviceSeriesAnswer>;
/** One field over many devices. */
export type TotalAnswer = z.output<typeof totalAnswer>;
/** A refused message. */
export type Rejection = z.output<typeof rejection>;
/** Rejections that have the same cause. */
export type RejectionGroup = z.output<typeof rejectionGroup>;
/** What became of rejections that were ingested again. */
export type ReingestResult = z.output<typeof reingestResult>;
/** A service account. */
export type Account = z.output<typeof account>;
/** The topics that a well-known program needs. */
export type AccountPreset = z.output<typeof accountPreset>;
/** A new service account and its credentials. */
export type RegisteredAccount = z.output<typeof registeredAccount>;
/** Roles of people and programs, least first. */
export type Role = z.output<typeof role>;
/** A bearer token without its secret. */
export type Token = z.output<typeof token>;
/** A new token with its secret. */
export type RegisteredToken = z.output<typeof registeredToken>;
/** Who asks, and what he may. */
export type WhoAmI = z.output<typeof whoAmI>;
/** Somebody who may log in. */
export type Person = z.output<typeof person>;
/** A link that lets a person set a password, once. */
export type PersonLink = z.output<typeof link>;
/** An invited person with the link. */
export type InvitedPerson = z.output<typeof invitedPerson>;
/** One thing that was done. */
export type AuditRow = z.output<typeof auditRow>;
/** A window in which nobody is told of what is below critical. */
export type Mute = z.output<typeof mute>;
/** A log-in that lasts. */
export type Session = z.output<typeof session>;
/** Whether the process lives. */
export type Liveness = z.output<typeof liveness>;
/** Whether every part works. */
export type Readiness = z.output<typeof readiness>;
/** A device in a snapshot, with every value. */
export type SnapshotDevice = z.output<typeof snapshotDevice>;
/** `data` of the first event of a stream. */
export type SnapshotEvent = z.output<typeof snapshotEvent>;
/** `data` of a `reading` event. */
export type ReadingEvent = z.output<typeof readingEvent>;
/** `data` of a `presence` event. */
export type PresenceEvent = z.output<typeof presenceEvent>;
/** `data` of an `alert` event. */
export type AlertEvent = z.output<typeof alertEvent>;
/** `data` of an `incident` event. */
export type IncidentEvent = z.output<typeof incidentEvent>;
/** `data` of a `duty-check` event. */
export type DutyCheckEvent = z.output<typeof dutyCheckEvent>;
/** `data` of a `rejection` event. */
export type RejectionEvent = z.output<typeof rejectionEvent>;
/** `data` of a `command` event. */
export type CommandEvent = z.output<typeof commandEvent>;
