import type { BackupFacts, Manifest } from "./manifest.ts";
import type { Part } from "./write.ts";

/** What the gateway says to the process that makes a backup. */
export type ToBackup =
  /** Copy the frozen database, and the sessions beside their owner. */
  | { readonly say: "copy"; readonly database: Way; readonly sessions: Way }
  | { readonly say: "pack"; readonly order: PackOrder };

/** What the process says; it ends after `packed` or `failed`. */
export type FromBackup =
  | { readonly say: "ready" }
  | { readonly say: "copied" }
  | { readonly say: "packed"; readonly manifest: Manifest; readonly bytes: number }
  | { readonly say: "failed"; readonly reason: string };

/** From one path to another. */
export interface Way {
  readonly from: string;
  readonly to: string;
}

/** What goes into an archive, and where it goes. */
export interface PackOrder {
  readonly facts: BackupFacts;
  readonly parts: readonly Part[];
  /** The archive holds the journal up to this record. */
  readonly lastSequence: number;
  /** The file; undefined for standard output. */
  readonly file: string | undefined;
  readonly passphrase: string | undefined;
}
