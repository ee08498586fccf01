import type { Severity, Text, Values } from "../../devices/kit/kind.ts";
import type { DeviceName } from "../types.ts";

/** How far a notification may be held back. `fire`: never, and it has a budget of its own. */
export type Urgency = "fire" | "critical" | "normal";

/** What a notification tells of. `call`: somebody is called because nobody has answered yet. */
export type NotificationKind = "alert" | "incident" | "call" | "duty-check" | "summary" | "test";

/** What people are told. It holds everything that its text is made of, and nothing that names a resident. */
export interface Notification {
  /** Unique, the same each time it is sent: by it a receiver tells doubles. The id of the change or step, or made of a call's. */
  readonly id: string;
  readonly kind: NotificationKind;
  /** When that happened, epoch ms. */
  readonly at: number;
  readonly urgency: Urgency;
  readonly severity: Severity;
  readonly site: string;
  /** The site as people call it. */
  readonly siteName: string;
  /** `raised`, `cleared`, `detected`, `escalated`, `acknowledged` …; of a call the stage, from 1. */
  readonly step: string;
  /** What it is called: the title of the rule, of the fault. */
  readonly title: Text;
  /** What to do. */
  readonly advice?: Text;
  readonly device?: DeviceName;
  readonly deviceName?: string;
  readonly building?: string;
  readonly floor?: string;
  readonly rule?: string;
  readonly alert?: string;
  readonly incident?: string;
  /** In canonical units, without fields that name a person. */
  readonly values?: Values;
  /** The same for people: `温度 72 °C`. */
  readonly readings?: readonly Text[];
  readonly reason?: string;
  readonly by?: string;
  /** Of `assigned`: who takes care of it. */
  readonly assignee?: string;
  readonly note?: string;
  /** Of a call: how often it was made before, from 0. */
  readonly round?: number;
  /** Of a call: when that began which nobody has answered, epoch ms. */
  readonly since?: number;
  /** Id of the drill that it belongs to; texts begin with 【演练】 and say that nothing burns. */
  readonly drill?: string;
  /** The window that it came in (maintenance, drill), for people to know; it did not hold the notification back. */
  readonly during?: string;
  /** For `summary`: what it stands for, the most urgent first. */
  readonly parts?: readonly Notification[];
}

/** A person to whom a notification goes, as a channel knows him. */
export interface Recipient {
  /** Id of the contact. */
  readonly contact: string;
  /** As people call him. */
  readonly name: string;
  /** What the channel needs to reach him: a phone number, an address of e-mail, a user id. */
  readonly address: string;
}

/** One notification on its way to a target, or to one person through it. */
export interface Delivery {
  readonly notification: Notification;
  /** Undefined: everybody who is at the target, such as a group with a robot. */
  readonly recipient?: Recipient;
  /** Where this recipient acknowledges it without logging in; the page shows, and only its button acts. */
  readonly link?: string;
}

/** A way to tell people or machines. One attempt each `send`; who calls it tries again. */
export interface Channel {
  /** One word for the type: `webhook`, `wecom`, `email`. */
  readonly type: string;
  /**
   * Resolves when it was taken. Rejects with a `GatewayError` `notify-failed`: `retryable` when trying again may help, with
   * `retryAfterMs` when the other side said when. Must not throw, and must not block.
   */
  send(delivery: Delivery): Promise<void>;
  /** Lets go of what it holds: connections, timers. */
  close?(): void;
}

/** Where notifications go: a channel with an address, and what is meant for it. */
export interface Target {
  /** Unique, from the settings; chains and ways of contacts name it. */
  readonly name: string;
  readonly channel: Channel;
  /** Sites whose notifications it takes; undefined: all. */
  readonly sites: readonly string[] | undefined;
  /** Least severity that it takes. */
  readonly least: Severity;
  /** Takes everything but fires: its own grouping would hold them back. */
  readonly refusesFire: boolean;
  /** Reaches one person at a time, by an address: it takes calls, and no stream of everything. */
  readonly isAddressed: boolean;
  /** Messages in any 60 s; Infinity for machines. */
  readonly perMinute: number;
  /** People read it: several notifications may become one summary. */
  readonly merges: boolean;
}

/** Where a notification is told: a target, or one person through it. */
export interface Address {
  readonly target: string;
  readonly recipient?: Recipient | undefined;
}

/** How far a delivery has come. `held`: a silence or the like kept it back; `expired`: it was needed no more. */
export type DeliveryState = "waiting" | "sent" | "failed" | "expired" | "held";

/** What became of one notification at one target, or for one person. */
export interface DeliveryRecord {
  /** Id of the notification. */
  readonly notification: string;
  readonly target: string;
  /** Id of the contact; undefined: everybody who is at the target. */
  readonly contact: string | undefined;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When the state was reached, epoch ms; of one that waits, its last attempt. */
  readonly changedAt: number;
  /** Why it failed, waits, was held or is needed no more. */
  readonly reason: string | undefined;
  /** Id of the summary that it was sent in. */
  readonly summary: string | undefined;
}

/** A notification with everything that became of it. */
export interface Told {
  readonly notification: Notification;
  readonly deliveries: readonly DeliveryRecord[];
}

/** Which notifications to list, newest first; all given conditions hold together. */
export interface ToldQuery {
  readonly sites?: readonly string[] | undefined;
  readonly incident?: string | undefined;
  readonly alert?: string | undefined;
  /** With a delivery in this state. */
  readonly state?: DeliveryState | undefined;
  readonly target?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How a target does. */
export interface TargetState {
  readonly name: string;
  /** `webhook`, `wecom` … */
  readonly type: string;
  readonly sites: readonly string[] | undefined;
  readonly least: Severity;
  readonly isAddressed: boolean;
  readonly waiting: number;
  /** When it took something last, epoch ms. */
  readonly sentAt: number | undefined;
  /** Why it does not take what it is sent; undefined while it does. */
  readonly failing: string | undefined;
}
