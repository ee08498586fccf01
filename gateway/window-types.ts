import type { DeviceName } from "./types.ts";

/** What a window is for. */
export type MuteType = "silence" | "maintenance" | "drill";

/** A window in which nobody is told of what is below critical at a site, or at a part of it. All given conditions hold together. */
export interface Mute {
  readonly id: string;
  readonly type: MuteType;
  readonly site: string;
  readonly building?: string;
  readonly kind?: string;
  readonly device?: DeviceName;
  readonly rule?: string;
  /** From here on, epoch ms. */
  readonly from: number;
  /** Until before, epoch ms. */
  readonly to: number;
  readonly reason: string;
  readonly by: string;
  /** A person ended it before its time, epoch ms. */
  readonly endedAt?: number;
  readonly endedBy?: string;
}

/** The window that something happened in, as far as it stays true when the window is changed. */
export interface During {
  /** Its id. */
  readonly mute: string;
  readonly type: MuteType;
  readonly reason: string;
}

/** Devices that are cut off with another one. */
export interface Affected {
  readonly count: number;
  /** What people call some of them. */
  readonly names: readonly string[];
}

/** One step in the life of a window, for screens; the truth about windows is in SQLite. */
export interface MuteStep {
  /** Unique; receivers use it against doubles. */
  readonly id: string;
  readonly step: "planned" | "begun" | "changed" | "ended";
  /** When it happened by the gateway's clock, epoch ms. */
  readonly at: number;
  /** The window as it is then. */
  readonly mute: Mute;
}
