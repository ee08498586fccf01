import type { Change, DeviceName, IncidentStep } from "../types.ts";

/** Names of the events of a stream that follow the snapshot. */
export type EventType =
  | "reading"
  | "presence"
  | "alert"
  | "incident"
  | "duty-check"
  | "mute"
  | "rejection"
  | "command";

/** What a screen wants to see; all given conditions hold together. */
export interface ScreenFilter {
  /** Absent: every site. */
  readonly sites?: readonly string[] | undefined;
  readonly kind?: string | undefined;
  readonly device?: DeviceName | undefined;
  /** Absent: every type. */
  readonly types?: readonly EventType[] | undefined;
}

/** Why a screen that asked to resume got a snapshot instead. */
export type ResetReason = "too-old" | "too-far" | "unknown-id";

/** Where a screen's bytes go: the part of `http.ServerResponse` that the hub uses. */
export interface Outlet {
  write(chunk: string | Buffer, flushed?: () => void): boolean;
  end(): unknown;
  destroy(): unknown;
  once(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  readonly destroyed: boolean;
}

/** A screen that asks to be served. */
export interface ScreenRequest {
  readonly filter: ScreenFilter;
  /** The last id that the screen has seen; NaN when it sent something that is no id. */
  readonly lastEventId: number | undefined;
  /** The present state that the filter selects, as plain JSON; called in the same turn in which live events begin. */
  readonly snapshot: (about: { sequence: number; reset: ResetReason | undefined }) => unknown;
  /** Asked at each heartbeat; false ends the stream (the token was removed). */
  readonly isAllowed: () => boolean;
  /** The gateway looks itself: it is shown the alarms of self-tests, which nobody else is, and counts as no screen. */
  readonly isGateway: boolean;
  readonly outlet: Outlet;
}

/** Sends what happens to the screens that watch. */
export interface Hub {
  /** True when no more screens are taken. */
  isFull(): boolean;
  /** Serves a screen until its outlet closes. The caller has written the HTTP head and checked `isFull`. */
  open(request: ScreenRequest): void;
  /**
   * Shows a critical change, or a step of an incident, before it is durable: without id. After the commit it comes again with one.
   * Returns how many screens it was sent to.
   */
  urgent(happening: Change | IncidentStep): number;
  /** Screens that are served now. */
  screens(): number;
  /** Ends every screen's stream; screens may come back. */
  endAll(): void;
  /** Ends every stream and stops listening to the journal. */
  close(): void;
}
