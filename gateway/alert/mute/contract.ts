import type { Change, KnownDevice, Mute, MuteStep } from "../../types.ts";

/** What a window is laid over: one rule of one device at its place. */
export interface MutePlace {
  readonly known: KnownDevice;
  readonly rule: string;
}

/** Which windows of a site to list, the latest beginning first. */
export interface MuteQuery {
  readonly site: string;
  /** Those that last now, or those that do not. */
  readonly active?: boolean | undefined;
  /** Not over by then, epoch ms. */
  readonly from?: number | undefined;
  /** Begin before, epoch ms. */
  readonly to?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The windows: kept in SQLite, those that are not over in memory too. */
export interface Mutes {
  /** The window that lasts at a moment and covers a place: a drill before maintenance before a silence, then the one that lasts longest. */
  covering(place: MutePlace, at: number): Mute | undefined;
  find(id: string): Mute | undefined;
  list(query: MuteQuery): { readonly items: readonly Mute[]; readonly next: string | undefined };
  /** All that are not over, planned ones too. */
  open(): readonly Mute[];
  /** Puts a window there, or changes it; the step that screens are told. Throws `limit-reached`. */
  put(mute: Mute, at: number): MuteStep;
  /** What begins and ends by itself. */
  due(now: number): readonly MuteStep[];
}

/** Who asks for a window: a crew may silence one device for a while, the office everything within the bounds. */
export type MuteRank = "crew" | "office";

/** A person, and what he may. */
export interface MuteActor {
  readonly by: string;
  readonly rank: MuteRank;
}

/** A window as it is asked for. `from` absent: it begins now. */
export type NewMute = Omit<Mute, "id" | "from" | "by" | "endedAt" | "endedBy"> & {
  readonly from?: number | undefined;
};

/** What people do with windows. Each answers once it is on disk. Throws `not-found`, `forbidden`, `conflict`, `invalid-request`, `limit-reached`. */
export interface MuteDesk {
  find(site: string, id: string): Mute;
  list: Mutes["list"];
  open: Mutes["open"];
  add(order: NewMute, actor: MuteActor): Promise<Mute>;
  /** Another end, or another reason. The end may not lie in the past. */
  change(
    which: { readonly site: string; readonly id: string },
    change: { readonly to?: number | undefined; readonly reason?: string | undefined },
    actor: MuteActor,
  ): Promise<Mute>;
  /** Ends it now; a planned one never begins. */
  end(which: { readonly site: string; readonly id: string }, actor: MuteActor): Promise<Mute>;
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
