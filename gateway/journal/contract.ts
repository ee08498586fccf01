/** `alarm` records use the reserve when the disk is full and pass waiting `normal` ones. */
export type Lane = "normal" | "alarm";

/** Records that become durable together, in one frame. */
export interface Entry {
  /** One JSON object each, without line feeds. Empty: only waits until everything before it is durable. */
  readonly records: readonly string[];
  readonly lane: Lane;
  /**
   * Called once the records are on disk (after `fdatasync`), with the sequence number of the first.
   * Entries of a lane are released in the order they were appended. Never called when the journal is closed before.
   */
  readonly committed: (sequence: number) => void;
}

/** One durable record. */
export interface Sequenced {
  /** Starts at 1, rises by 1 for each record, never used twice. */
  readonly sequence: number;
  /** The JSON line as appended. */
  readonly record: string;
}

/** Something about the journal that a person must know. */
export interface JournalFault {
  readonly fault: "disk-full" | "write-failed" | "frame-damaged" | "torn-tail" | "segment-missing";
  /** False when it is over (space returned, a new segment works). */
  readonly active: boolean;
  readonly message: string;
}

/** The append-only log: the one durable truth. */
export interface Journal {
  /** Takes records at once and answers through `entry.committed`. Never throws for a storage failure: it waits and tries again. */
  append(entry: Entry): void;
  /** Appends and waits; the sequence number of the first record. Rejects with `journal-closed`. */
  write(records: readonly string[], lane?: Lane): Promise<number>;
  /** Durable records from `sequence` on, oldest first, up to the last durable one at the time of the call. Damaged frames are left out. */
  read(sequence: number): AsyncIterable<readonly Sequenced[]>;
  /** First sequence number still kept; `last() + 1` when empty. */
  first(): number;
  /** Last durable sequence number; 0 when empty. */
  last(): number;
  /** Called after each commit with the records in order. Must not throw and must not block. */
  onCommit(listener: (first: number, records: readonly string[]) => void): () => void;
  /** Called when a fault begins or ends. */
  onFault(listener: (fault: JournalFault) => void): () => void;
  /** The named view's cursor: moves the point up to which it no longer needs records. Kept across restarts. */
  cursor(view: string): Cursor;
  /** Bytes that wait to become durable. */
  pendingBytes(): number;
  /** Stops taking records, makes the waiting ones durable, closes. */
  close(): Promise<void>;
}

/** How far a view has come. A segment is deleted only when every view has passed it and the retention is over. */
export interface Cursor {
  /** Last sequence number that the view has made its own; 0 at the beginning. */
  position(): number;
  /** Moves it forward; written to disk lazily, so a view that keeps its own cursor with its data stays the truth. */
  advance(sequence: number): void;
  /** Sets it, also backward: a view that was made anew needs the records again, and until then none may go. */
  reset(sequence: number): void;
}
