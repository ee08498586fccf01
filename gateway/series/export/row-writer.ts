import type { SeriesRow } from "../contract.ts";

/** Takes rows and makes a file of them. */
export interface RowWriter {
  add(rows: readonly SeriesRow[]): Promise<void>;
  /** The file is whole when this resolves. */
  finish(): Promise<void>;
  /** Lets everything go; the file may be left in any state. */
  drop(): Promise<void>;
}
