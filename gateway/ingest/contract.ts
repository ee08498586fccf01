import type { Rejection } from "../types.ts";

/** Which rejections to list, newest first; all given conditions hold together. */
export interface RejectionQuery {
  readonly code?: string | undefined;
  /** Of any of these sites; absent: every site. */
  readonly sites?: readonly string[] | undefined;
  readonly kind?: string | undefined;
  /** `site/kind/id` */
  readonly device?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Rejections that have the same cause. */
export interface RejectionGroup {
  /** Names the group to `ingest again`. */
  readonly key: string;
  readonly code: string;
  readonly kind: string;
  readonly path: string;
  readonly count: number;
  readonly devices: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The newest one's sentence. */
  readonly message: string;
}

/** Refused messages for people to look at: a view of the journal's `rejection` records, bounded by number. */
export interface Quarantine {
  /** Never throws: what the database refuses waits in memory. */
  apply(rejection: Rejection, sequence: number): void;
  find(id: string): Rejection | undefined;
  list(query: RejectionQuery): { items: Rejection[]; next: string | undefined };
  groups(sites?: readonly string[]): RejectionGroup[];
  /** The members of a group, oldest first, at most `limit`. */
  members(key: string, limit: number): Rejection[];
  /** Takes out what was ingested again. */
  remove(ids: readonly string[]): void;
  /** Last sequence number that is in the database. */
  position(): number;
  /** Writes what waits in memory. Throws what the database throws. */
  flush(): void;
}
