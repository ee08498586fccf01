import type { Change, KnownDevice, Mute, MuteStep } from "../../types.ts";
import type { MuteList, MuteQuery } from "../contract.ts";

/** What a window is laid over: one rule of one device at its place. */
export interface MutePlace {
  readonly known: KnownDevice;
  readonly rule: string;
}

/** The windows: kept in SQLite, those that are not over in memory too. */
export interface Mutes {
  /** The window that lasts at a moment and covers a place: a drill before maintenance before a silence, then the one that lasts longest. */
  covering(place: MutePlace, at: number): Mute | undefined;
  find(id: string): Mute | undefined;
  list(query: MuteQuery): MuteList;
  /** All that are not over, planned ones too. */
  open(): readonly Mute[];
  /** Puts a window there, or changes it; the step that screens are told. Throws `limit-reached`. */
  put(mute: Mute, at: number): MuteStep;
  /** What begins and ends by itself. */
  due(now: number): readonly MuteStep[];
}

/** Notes on each change whether people are told of it, and tells them later of what was held back and holds still. */
export interface Marks {
  /** The change with `during`, `muted` and `under` as they are now. */
  mark(change: Change): Change;
  /** Reminders of alerts whose window is over; they are for the journal and for everybody like any change. */
  due(now: number): readonly Change[];
}

/** Answers why nobody is told. */
export interface Holds {
  /** Why nobody is told of a change through channels, one sentence; undefined: people are told. Never for critical and fire. */
  hold(change: Change): string | undefined;
  /**
   * The same for telling again of an alert that people were told of before, as a chain of calls does: whether a window covers it
   * now. `change` is any of its changes.
   */
  pause(change: Change): string | undefined;
}
