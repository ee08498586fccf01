import type { Facts, Kind, Limits, Severity, Values } from "../devices/kit/kind.ts";
import type { Affected, During, MuteStep } from "./window-types.ts";

export type { Affected, During, Mute, MuteStep, MuteType } from "./window-types.ts";

/** How far a value can be believed. */
export type Quality = "good" | "stale" | "offline" | "suspect" | "simulated";

/** `site/kind/id`: the name of one device everywhere inside the gateway. */
export type DeviceName = string;

/** Who is behind a connection. */
export interface Principal {
  /**
   * `device` speaks for one device; `account` is a service account with declared topic filters; `gateway` is the gateway itself,
   * which tests its own path and speaks for the stations of drills.
   */
  readonly type: "device" | "account" | "gateway";
  /** `site/id` of a device, the account's name, `$gateway`; also the MQTT user name. */
  readonly name: string;
  /** Set for a device. */
  readonly device?: DeviceName;
  /** Topic filters that may be published to. For a device: its own topic. */
  readonly publish: readonly string[];
  /** Topic filters that may be subscribed to. For a device: its own `command` and `reject`. */
  readonly subscribe: readonly string[];
  /** Which of its passwords the connection came with; another number for each while the gateway runs. */
  readonly issue?: number;
}

/** The certificate that a client showed in its TLS handshake. */
export interface PeerCertificate {
  /** Whom it names, `site/id`; undefined when it is not believed. */
  readonly name: string | undefined;
  /** Serial number, upper-case hexadecimal. */
  readonly serial: string;
  /** Why it is not believed, as OpenSSL says it. */
  readonly fault: string | undefined;
}

/** Bytes that arrived on a topic. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  /** The sender marked it as sent again. */
  readonly dup: boolean;
  /** Undefined for a will whose sender is gone. */
  readonly principal: Principal | undefined;
  /** It is a will: it may report presence, never raise an alarm. */
  readonly will: boolean;
  /** Set when it is ingested again: when it came first, epoch ms. It tells of then, and is no sign of life now. */
  readonly receivedAt?: number;
  /** Set where the sender is the gateway itself, and nowhere else: nothing in a payload can make a message a trial. */
  readonly trial?: Trial;
}

/** What a message that the gateway sends to itself is for: a test of the path that nobody sees, or an alarm with which people drill. */
export type Trial = { readonly selfTest: string } | { readonly drill: string };

/** One message of a device that was decoded and validated. */
export interface Reading {
  readonly device: DeviceName;
  readonly stream: "telemetry" | "event";
  readonly event: string | undefined;
  /** Receive time, epoch ms. */
  readonly at: number;
  /** Device time, epoch ms; equals `at` when the device sent none. */
  readonly ts: number;
  readonly quality: Quality;
  /** In canonical units, by field. */
  readonly values: Values;
}

/** Why a message was refused. */
export type RejectionCode =
  | "topic-invalid"
  | "topic-unknown"
  | "device-unknown"
  | "kind-mismatch"
  | "payload-too-large"
  | "payload-not-utf8"
  | "payload-not-json"
  | "payload-too-deep"
  | "payload-too-many-keys"
  | "payload-duplicate-key"
  | "payload-not-object"
  | "batch-empty"
  | "batch-too-long"
  | "event-unknown"
  | "event-missing"
  | "field-invalid"
  | "no-known-field"
  | "status-invalid"
  | "reply-invalid"
  | "frame-unreadable"
  | "component-unknown"
  | "source-unknown"
  | "internal-fault"
  | "series-refused";

/** The reason of a rejection, as the device and people read it. */
export interface Refusal {
  readonly code: RejectionCode;
  /** Where in the payload: `fill`, `[3].ts`; empty for the whole. */
  readonly path: string;
  /** The offending value as JSON, cut to 80 characters. */
  readonly value: string;
  /** What was wrong and what would be right, one sentence. */
  readonly message: string;
}

/** A message that was refused; kept with all that is needed so that it can be ingested again. */
export interface Rejection extends Refusal {
  readonly id: string;
  /** Receive time, epoch ms. */
  readonly at: number;
  readonly topic: string;
  /** User name of the sender, when known. */
  readonly principal: string | undefined;
  /** Bytes as they came but for personal data, base64. */
  readonly payload: string;
}

/** One step in the life of an alert; what is journalled and notified. */
export interface Change {
  /** Unique; receivers use it against doubles. */
  readonly id: string;
  readonly alert: string;
  /** `pending` and `dropped` are the debounce before an alert exists; people do not see them. */
  readonly step:
    | "pending"
    | "dropped"
    | "raised"
    // It was held back when it was raised, holds still, and people are told now.
    | "reminded"
    | "cleared"
    | "acknowledged"
    // Given to somebody, or to nobody any more.
    | "assigned"
    | "commented"
    | "resolved";
  readonly device: DeviceName;
  readonly rule: string;
  readonly severity: Severity;
  /** When it happened by the gateway's clock, epoch ms. */
  readonly at: number;
  /** For `pending`: when it will be raised, epoch ms. */
  readonly due?: number;
  /** Values that made it so. */
  readonly values?: Values;
  /** Why, for quiet alerts and faults: `will`, `closed`, `silent`, `children` (most of what hangs on it is gone), or a sentence. */
  readonly reason?: string;
  /** Who did it; absent when the gateway did. */
  readonly by?: string;
  readonly comment?: string;
  /** Of `assigned`: who takes care of it; null when nobody does any more. */
  readonly assignee?: string | null;
  /** From a replay or a drill. */
  readonly simulated?: true;
  /** Id of the drill that raised it: people are told, and told that nothing burns. */
  readonly drill?: string;
  /** Id of the self-test that raised it: it goes the way of every alarm, and nobody is told. */
  readonly selfTest?: string;
  /** The window that it happened in. */
  readonly during?: During;
  /** Nobody is told of it, because of a window. Never set on what is critical or of the fire lane. */
  readonly muted?: true;
  /** Of a quiet alert: the device above it that is down, whose alert is told in place of this one. */
  readonly under?: DeviceName;
  /** Of a quiet alert that is told: what is cut off with the device. */
  readonly affects?: Affected;
}

/** A mark in the time of an incident by which something must have happened. */
export type IncidentMark = "acknowledge" | "arrive" | "control";

/** One step in the life of an incident: an alarm that a crew must answer. */
export interface IncidentStep {
  /** Unique; receivers use it against doubles. */
  readonly id: string;
  readonly incident: string;
  /** `joined`: another alarm of the place. `escalated`: a mark has passed with nobody there. Only people do what follows `escalated`. */
  readonly step:
    | "detected"
    | "joined"
    | "escalated"
    | "acknowledged"
    | "dispatched"
    | "arrived"
    | "controlled"
    | "closed"
    | "false-alarm"
    | "noted";
  readonly site: string;
  /** When it happened by the gateway's clock, epoch ms. */
  readonly at: number;
  /** With `detected` and `joined`: the alarm. */
  readonly alert?: string;
  readonly device?: DeviceName;
  readonly rule?: string;
  readonly building?: string;
  readonly floor?: string;
  readonly values?: Values;
  /** Id of the drill that it belongs to. */
  readonly drill?: string;
  /** With `detected` and `joined`: the window that the alarm came in. */
  readonly during?: During;
  /** With `detected`: when each mark passes, epoch ms; they stay as they are, whatever happens to settings and gateway. */
  readonly marks?: Readonly<Record<IncidentMark, number>>;
  /** With `escalated`. */
  readonly mark?: IncidentMark;
  /** Who did it; absent when the gateway did. */
  readonly by?: string;
  readonly note?: string;
}

/** One step of a duty check: a crew is asked whether somebody is there. */
export interface DutyCheckStep {
  /** Unique; receivers use it against doubles. */
  readonly id: string;
  readonly check: string;
  readonly step: "asked" | "answered" | "missed";
  readonly site: string;
  /** Id of the crew. */
  readonly crew: string;
  /** When it happened by the gateway's clock, epoch ms. */
  readonly at: number;
  /** With `asked`: when it is missed, epoch ms; it stays as it is, whatever happens to settings and gateway. */
  readonly due?: number;
  /** With `asked`: the moment that it was planned for, epoch ms; absent when a person asked. */
  readonly slot?: number;
  /** With `asked`: name of the crew, and ids of the contacts on duty. */
  readonly crewName?: string;
  readonly onDuty?: readonly string[];
  /** Who asked or answered; absent when the gateway or a device did. */
  readonly by?: string;
  /** With `answered`: the contact who answered, or the device on which somebody did. */
  readonly contact?: string;
  readonly device?: DeviceName;
}

/** A device came or went. */
export interface Presence {
  readonly device: DeviceName;
  readonly online: boolean;
  readonly at: number;
  readonly reason: "connected" | "message" | "status" | "will" | "closed" | "silent";
}

/** A time in which the gateway did not run, or stood still: of it nobody knows which devices could be reached. */
export interface GatewayGap {
  /** The last moment before it at which the gateway is known to have run, epoch ms. */
  readonly from: number;
  /** When it ran again, epoch ms. */
  readonly at: number;
}

/** One step in the life of a command to a device. */
export interface CommandStep {
  /** The command's id. */
  readonly id: string;
  readonly step: "queued" | "sent" | "acknowledged" | "done" | "failed" | "expired";
  readonly device: DeviceName;
  readonly at: number;
  /** With `queued`. */
  readonly name?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly expiresAt?: number;
  readonly by?: string;
  /** With `failed`. */
  readonly error?: string;
}

/** What one journal record says; one JSON object on one line. */
export type JournalRecord =
  | ReadingRecord
  | ({ readonly type: "rejection" } & Rejection)
  | ({ readonly type: "change" } & Change)
  | ({ readonly type: "presence" } & Presence)
  | ({ readonly type: "gap" } & GatewayGap)
  | ({ readonly type: "command" } & CommandStep)
  | ({ readonly type: "incident" } & IncidentStep)
  | ({ readonly type: "duty-check" } & DutyCheckStep)
  | ({ readonly type: "mute" } & MuteStep)
  | ({ readonly type: "erasure" } & Erasure)
  | AuditHeadRecord
  | TrialRecord;

/**
 * An alarm of the gateway's own: of a self-test or a drill. It proves that the disk took it, and stands in the place of a reading, so
 * that no list, series or replay takes it for one.
 */
export type TrialRecord = {
  readonly type: "trial";
  readonly at: number;
  readonly device: DeviceName;
} & Trial;

/** Where the audit trail was, so that it cannot be cut or written anew without a contradiction here. */
export interface AuditHeadRecord {
  readonly type: "audit";
  readonly at: number;
  /** Number of the newest row. */
  readonly row: number;
  /** Its hash. */
  readonly hash: string;
}

/**
 * A reading in the journal. `message` is the payload as the device sent it where that is already canonical, otherwise as
 * coerced: envelope (`ts`, `seq`, `boot`, `event`) and fields side by side. `ts` is the device time in epoch ms.
 */
export interface ReadingRecord {
  readonly type: "reading";
  readonly at: number;
  readonly ts: number;
  readonly device: DeviceName;
  readonly stream: "telemetry" | "event";
  /** It was ingested again after newer ones had come, and tells nothing of the present. */
  readonly history?: true;
  readonly quality: Quality;
  readonly message: Readonly<Record<string, unknown>>;
}

/** Somebody's data was erased: whoever reads earlier records of the site shows `erased` instead of these hashes. */
export interface Erasure {
  readonly site: string;
  /** Keyed hashes. */
  readonly persons: readonly string[];
  readonly at: number;
  readonly by: string;
}

/** One thing that is installed somewhere. */
export interface Device {
  /** `site/kind/id`. */
  readonly device: DeviceName;
  readonly site: string;
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly building: string | undefined;
  readonly floor: string | undefined;
  /** Device or uplink that it hangs on: an id of the same site. */
  readonly parent: string | undefined;
  readonly facts: Facts;
  /** Overrides the kind's interval, ms. */
  readonly intervalMs: number | undefined;
  readonly createdAt: number;
}

/** A registered device with all that the path needs, resolved once: no look-ups per message. */
export interface KnownDevice extends Device {
  readonly definition: Kind;
  /** Numbers of each rule after the overrides of kind, site and device, by rule id. */
  readonly limits: Readonly<Record<string, Limits>>;
}

/** What a person or program may be; what each may do says the role table of the API. */
export type Role = "viewer" | "firefighter" | "manager" | "engineer" | "admin";

/** A role at one site and everything below it, or, without a site, everywhere. */
export interface Grant {
  readonly role: Role;
  readonly site?: string | undefined;
}

/** A person or program that calls the API. */
export interface Caller {
  /** Stays the same when the name changes: `person:4f…`, `token:2k…`, `settings`. */
  readonly id: string;
  /** What alerts and commands record as `by`. */
  readonly name: string;
  readonly grants: readonly Grant[];
  /** When given, nothing but these operations may be called. */
  readonly operations?: readonly string[] | undefined;
  /** The id of the session, when a person has logged in. */
  readonly session?: string | undefined;
  /** The gateway itself, which looks whether screens are served. */
  readonly isGateway?: true;
}
