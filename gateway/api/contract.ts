import type { z } from "zod";
import type { account, registeredAccount, registeredToken, role, token } from "./schemas/access.ts";
import type { alert, alertDetail, change } from "./schemas/alert.ts";
import type { command } from "./schemas/command.ts";
import type {
  building,
  credentials,
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
import type { kindDetail, kindItem } from "./schemas/kind.ts";
import type { effectiveLimit, siteLimit } from "./schemas/limit.ts";
import type { liveness, readiness } from "./schemas/operation.ts";
import type { problem } from "./schemas/problem.ts";
import type { reingestResult, rejection, rejectionGroup } from "./schemas/rejection.ts";
import type {
  alertEvent,
  commandEvent,
  presenceEvent,
  readingEvent,
  rejectionEvent,
  snapshotEvent,
} from "./schemas/stream.ts";

/** What the API answers, as it is on the wire; the schemas beside it are the truth and make the OpenAPI document. */
export type Problem = z.output<typeof problem>;

/** A page of a list. */
export interface Page<T> {
  items: T[];
  /** Cursor of the next page; null on the last. */
  next: string | null;
}

export type KindItem = z.output<typeof kindItem>;
export type KindDetail = z.output<typeof kindDetail>;
export type SiteItem = z.output<typeof siteItem>;
export type Site = z.output<typeof siteDetail>;
export type Building = z.output<typeof building>;
export type LiveValue = z.output<typeof liveValue>;
export type DeviceItem = z.output<typeof deviceItem>;
export type Device = z.output<typeof deviceDetail>;
export type LatestReading = z.output<typeof readingItem>;
export type Credentials = z.output<typeof credentials>;
export type RegisteredDevice = z.output<typeof registeredDevice>;
export type ImportResult = z.output<typeof importResult>;
export type EffectiveLimit = z.output<typeof effectiveLimit>;
export type SiteLimit = z.output<typeof siteLimit>;
export type Command = z.output<typeof command>;
export type Alert = z.output<typeof alert>;
export type AlertDetail = z.output<typeof alertDetail>;
export type Change = z.output<typeof change>;
export type Rejection = z.output<typeof rejection>;
export type RejectionGroup = z.output<typeof rejectionGroup>;
export type ReingestResult = z.output<typeof reingestResult>;
export type Account = z.output<typeof account>;
export type RegisteredAccount = z.output<typeof registeredAccount>;
export type Role = z.output<typeof role>;
export type Token = z.output<typeof token>;
export type RegisteredToken = z.output<typeof registeredToken>;
export type Liveness = z.output<typeof liveness>;
export type Readiness = z.output<typeof readiness>;
export type SnapshotDevice = z.output<typeof snapshotDevice>;
export type SnapshotEvent = z.output<typeof snapshotEvent>;
export type ReadingEvent = z.output<typeof readingEvent>;
export type PresenceEvent = z.output<typeof presenceEvent>;
export type AlertEvent = z.output<typeof alertEvent>;
export type RejectionEvent = z.output<typeof rejectionEvent>;
export type CommandEvent = z.output<typeof commandEvent>;
