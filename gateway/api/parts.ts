import type { Readable } from "node:stream";
import type { Catalogue, Text, Value } from "../../devices/kit/kind.ts";
import type { Alert, Book, IncidentBook, IncidentDesk, MuteDesk, Rehearse } from "../alert/contract.ts";
import type { Clock } from "../clock.ts";
import type { Duty, DutyBook, DutyCheck, DutyDesk } from "../duty/contract.ts";
import type { RejectionGroup, RejectionQuery } from "../ingest/contract.ts";
import type { Hub } from "../live/contract.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { TargetState, Told, ToldQuery } from "../notify/contract.ts";
import type { PersonRow, Series } from "../series/contract.ts";
import type { AnswerLinks } from "../state/answer-links.ts";
import type { Audit } from "../state/audit/contract.ts";
import type { Availability } from "../state/availability/contract.ts";
import type { Access, Command, CommandView, Page, Registry } from "../state/contract.ts";
import type { Identity } from "../state/identity.ts";
import type { IncidentTimes } from "../state/incident-times.ts";
import type { Plans } from "../state/plans/contract.ts";
import type { Drills } from "../trial/contract.ts";
import type { Caller, DeviceName, IncidentMark, Quality, Rejection } from "../types.ts";
import type { ScreenFiles } from "./screens/files.ts";
import type { ApiSettings } from "./settings.ts";

/** Everything that the API needs from the rest of the gateway. */
export interface ApiParts {
  readonly settings: ApiSettings;
  readonly version: string;
  /** Where devices connect: over TLS for one that claims over HTTPS, where there is TLS. */
  readonly mqttDoor: (isSecure: boolean) => MqttDoor;
  readonly catalogue: Catalogue;
  readonly registry: Registry;
  readonly access: Access;
  readonly identity: Identity;
  /** The gateway itself, by the token with which it looks whether screens are served; undefined for any other. */
  readonly ownCaller: (token: string) => Caller | undefined;
  readonly audit: Audit;
  readonly book: Pick<Book, "find" | "list" | "timeline" | "counts">;
  readonly twins: Twins;
  /** What people read about an alert of the gateway itself; undefined for a rule that is none of its own. */
  readonly faultOf: (rule: string) => { readonly title: Text; readonly advice: Text } | undefined;
  readonly desk: AlertDesk;
  /** Who may be given the alerts of a site, by name; `contact` is how he is told. Undefined: there is no such site. */
  readonly assignees: (
    site: string,
  ) => readonly { readonly name: string; readonly contact: unknown }[] | undefined;
  readonly incidents: Pick<IncidentBook, "find" | "list" | "timeline" | "open">;
  readonly incidentDesk: IncidentDesk;
  readonly incidentTimes: IncidentTimes;
  readonly plans: Plans;
  /** Longest image of a plan, bytes. */
  readonly planImageBytes: number;
  readonly notifications: Notifications;
  readonly answerLinks: AnswerLinks;
  /** As a contact is called; undefined for one who is not called any more. */
  readonly contactName: (id: string) => string | undefined;
  /** The same, also for one who was called once and is not any more. */
  readonly contactNameEver: (id: string) => string | undefined;
  /** Offset of the times on pages: `+08:00`. */
  readonly zone: string;
  /** Contacts, crews, rosters and chains. */
  readonly duty: Duty;
  readonly dutyChecks: DutyChecks;
  readonly muteDesk: MuteDesk;
  readonly drills: Drills;
  readonly availability: Pick<Availability, "report">;
  readonly commandView: Pick<CommandView, "find" | "list">;
  readonly commands: Commands;
  readonly rejections: Rejections;
  readonly persons: Persons;
  readonly live: Hub;
  readonly series: Pick<Series, "range" | "total" | "export">;
  /** Tries numbers of a rule on the past. */
  readonly rehearse: Rehearse;
  /** Most devices of one query of the history. */
  readonly historyLimits: { readonly maxDevices: number };
  readonly backups: Downloads;
  /** The built screens; empty when they were not built. */
  readonly screens: ScreenFiles;
  readonly health: Health;
  /** The root certificate that people install to trust this gateway, DER; undefined where a public authority signs. */
  readonly authorityCertificate?: (() => Buffer | undefined) | undefined;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Duty checks, and what local times and marks their sheets and previews go by. */
export interface DutyChecks {
  readonly book: Pick<DutyBook, "find" | "list">;
  readonly desk: DutyDesk;
  /** Those that wait for an answer. */
  readonly open: () => readonly DutyCheck[];
  /** Offset of local times, `+08:00`. */
  readonly zone: string;
  /** When the marks of a site's incidents pass, ms after detection. */
  readonly marksOf: (site: string) => Readonly<Record<IncidentMark, number>>;
}

/** A listener of MQTT. */
export interface MqttDoor {
  readonly port: number;
  readonly tls: boolean;
}

/** Whether a device talks: `unknown` until it did for the first time. */
export type PresenceState = "online" | "offline" | "unknown";

/** One live value with all that is needed to believe it or not. */
export interface LiveValue {
  readonly value: Value;
  readonly unit: string | undefined;
  /** Device time, epoch ms. */
  readonly ts: number;
  /** Receive time, epoch ms. */
  readonly at: number;
  /** As of the call: a value gets `stale` or `offline` while nobody touches it. */
  readonly quality: Quality;
}

/** What is known of a device right now. */
export interface Twin {
  readonly presence: PresenceState;
  /** When it was last heard, epoch ms; undefined when never. */
  readonly lastAt: number | undefined;
  readonly values: Readonly<Record<string, LiveValue>>;
}

/** Live values and presence of the registered devices. */
export interface Twins {
  /** A device that never talked has `unknown` presence and no values. */
  twin(device: DeviceName): Twin;
  /** Presence alone; called for every device of a site, so it must be cheap. */
  presence(device: DeviceName): PresenceState;
}

/** What people do with an alert. Each step is journalled before the promise is kept; `not-found` and `conflict` reject. */
export interface AlertDesk {
  acknowledge(step: { alert: string; by: string; comment?: string | undefined }): Promise<Alert>;
  comment(step: { alert: string; by: string; comment: string }): Promise<Alert>;
  assign(step: {
    alert: string;
    by: string;
    assignee: string | null;
    comment?: string | undefined;
  }): Promise<Alert>;
  resolve(step: { alert: string; by: string; comment?: string | undefined }): Promise<Alert>;
}

/** Who was told of what. */
export interface Notifications {
  list(query: ToldQuery): Page<Told>;
  targets(): readonly TargetState[];
}

/** Sends commands to devices. Name, arguments and age are already checked against the kind. */
export interface Commands {
  send(order: {
    device: DeviceName;
    name: string;
    args: Readonly<Record<string, unknown>>;
    by: string;
    maxAgeMs: number;
  }): Promise<Command>;
}

/** What became of rejections that were ingested again. */
export interface ReingestResult {
  readonly accepted: number;
  /** Refused again, each with a new rejection. */
  readonly refused: number;
  /** Ids that are not kept (any more). */
  readonly missing: number;
}

/** The refused messages that are kept. */
export interface Rejections {
  list(query: RejectionQuery): Page<Rejection>;
  /** Most frequent first. */
  groups(sites?: readonly string[]): readonly RejectionGroup[];
  find(id: string): Rejection | undefined;
  /** Sends them through the path again; `group` is the key of a `RejectionGroup`. */
  reingest(choice: {
    ids?: readonly string[] | undefined;
    group?: string | undefined;
    by: string;
  }): Promise<ReingestResult>;
}

/** Everything that is kept of one person of a site. */
export interface PersonData {
  readonly site: string;
  /** The keyed hashes that stand for the person. */
  readonly hashes: readonly string[];
  /** From the history, oldest first. */
  readonly readings: readonly PersonRow[];
  /** From the recording, as they stand there, oldest first. */
  readonly records: readonly object[];
  readonly rejections: readonly object[];
  /** Alerts and their steps. */
  readonly alerts: readonly object[];
  /** Devices whose present values name the person. */
  readonly present: readonly DeviceName[];
  /** There is more than one answer holds (`privacy.maxFound`). */
  readonly isCut: boolean;
}

/** What an erasure found, and what became of it. */
export interface PersonReport {
  readonly site: string;
  readonly hashes: readonly string[];
  readonly at: number;
  /** How much was erased, by place; undefined while it is not done. */
  readonly erased:
    | {
        readonly readings: number;
        readonly rejections: number;
        readonly alerts: number;
        readonly present: number;
      }
    | undefined;
  /** Why it is not done yet; it is tried again by itself. */
  readonly pending: string | undefined;
  /** Records of the recording that named the person: nobody is shown the name any more, and the last of them are deleted at `recordedUntil`. Undefined when they could not be counted. */
  readonly records: number | undefined;
  readonly recordedUntil: number;
  /** There were more records than are counted. */
  readonly isCut: boolean;
}

/** Answers what a resident may ask for: what is kept, and that it goes. */
export interface Persons {
  export(site: string, identity: string): Promise<PersonData>;
  erase(site: string, identity: string, by: string): Promise<PersonReport>;
}

/** Makes backups. */
export interface Downloads {
  /** The file as it is made. Rejects with `busy` while another one is made. */
  download(): Promise<{ readonly name: string; readonly content: Readable }>;
}

/** One part that must work before the gateway may be called ready. */
export interface Stage {
  readonly stage: string;
  readonly ok: boolean;
  readonly detail: string;
  /** It is told, and readiness does not hang on it. */
  readonly isDetail?: true;
}

/** Whether the gateway lives and works. */
export interface Health {
  live(): boolean;
  ready(): readonly Stage[];
}
