import type { DeviceName } from "../types.ts";

/** A port of MQTT of this gateway, as the gateway itself goes in. */
export interface MqttDoor {
  readonly way: "tcp" | "tls" | "websocket" | "secure-websocket";
  readonly host: string;
  readonly port: number;
}

/** A port of HTTP of this gateway. */
export interface HttpDoor {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
}

/** A part of the path at which a test alarm can stop. */
export type TrialStage = "broker" | "judge" | "journal" | "screen" | "dispatcher";

/** What came of one test alarm. `took`: ms from its beginning until it was through each stage. */
export type TrialResult = {
  readonly at: number;
  readonly took: Readonly<Partial<Record<TrialStage, number>>>;
} & ({ readonly ok: true } | { readonly ok: false; readonly stage: TrialStage; readonly reason: string });

/** What became of a notification of an incident. */
export interface DrillDelivery {
  readonly target: string;
  /** The name of the person, where it went to one. */
  readonly contact?: string;
  readonly state: "sent" | "failed" | "waiting";
  /** Epoch ms. */
  readonly at: number;
}

/** An alarm with which the people of a site exercise: real to everybody but the fire. */
export interface Drill {
  readonly id: string;
  readonly site: string;
  readonly building: string | undefined;
  readonly note: string | undefined;
  readonly by: string;
  /** Epoch ms, as all that follow; undefined for what has not been. */
  readonly startedAt: number;
  readonly publishedAt: number | undefined;
  readonly judgedAt: number | undefined;
  readonly durableAt: number | undefined;
  readonly shownAt: number | undefined;
  /** How many screens were shown it at once. */
  readonly screens: number | undefined;
  readonly incident: string | undefined;
  readonly endedAt: number | undefined;
  /** `crew`: its incident was closed, or called a false alarm; `asked`: somebody ended it; `time`: nobody did; `failed`: it did not get through. */
  readonly end: "crew" | "asked" | "time" | "failed" | undefined;
  readonly endedBy: string | undefined;
  /** Why it did not get through. */
  readonly fault: string | undefined;
}

/** How far a drill can come, in order. */
export type DrillStage =
  | "published"
  | "judged"
  | "durable"
  | "screens"
  | "notified"
  | "acknowledged"
  | "dispatched"
  | "arrived"
  | "controlled"
  | "closed";

/** One stage of a drill. */
export interface DrillStep {
  readonly stage: DrillStage;
  /** Epoch ms; undefined when it has not come so far. */
  readonly at: number | undefined;
  readonly by: string | undefined;
}

/** A drill and all that came of it. */
export interface DrillReport {
  readonly drill: Drill;
  /** The device that raised it. */
  readonly station: DeviceName;
  readonly steps: readonly DrillStep[];
  readonly deliveries: readonly DrillDelivery[];
}

/** The drills of all sites. */
export interface Drills {
  /** Begins one; the alarm is on its way when this returns. Throws `conflict` while another one of the site is open. */
  start(order: {
    readonly site: string;
    readonly building?: string | undefined;
    readonly note?: string | undefined;
    readonly by: string;
  }): DrillReport;
  /** Ends it, with its incident. Throws `not-found`, and `conflict` when it has ended. */
  end(id: string, by: string): Promise<DrillReport>;
  report(id: string): DrillReport | undefined;
  /** Newest first. */
  list(query: { readonly site: string; readonly limit: number; readonly cursor?: string | undefined }): {
    readonly items: readonly Drill[];
    readonly next: string | undefined;
  };
}
