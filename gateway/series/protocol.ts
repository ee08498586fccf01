import { type ErrorCode, GatewayError, messageOf } from "../errors.ts";
import type { Series, SeriesFields, StoreStats } from "./contract.ts";
import type { SeriesSettings } from "./settings.ts";

/** What the store's process can be asked. */
export type Method = "range" | "total" | "export" | "find" | "erase" | "copy";

/** What the gateway says to the store's process. */
export type ToStore =
  | { readonly say: "open"; readonly options: OpenOptions }
  /** Journal records up to here are durable. */
  | { readonly say: "follow"; readonly upTo: number }
  | { readonly say: "call"; readonly id: number; readonly method: Method; readonly request: unknown }
  | { readonly say: "stop" };

/** What the process must know to begin. */
export interface OpenOptions {
  readonly settings: SeriesSettings;
  readonly fields: SeriesFields;
  /** Folder of the store. */
  readonly directory: string;
  readonly journalDirectory: string;
  readonly logLevel: string;
  /** How long values may name a person, ms. */
  readonly keepPersonsMs: number;
  /** Persons who were erased while the journal still names them. */
  readonly erased: readonly ErasedPersons[];
  /** First and last record of the journal; `last + 1` and `last` when it is empty. */
  readonly first: number;
  readonly last: number;
  /** The store's file made the process end again and again. */
  readonly isDamaged: boolean;
}

/** Hashes that nobody may be shown any more in records up to a number. */
export interface ErasedPersons {
  readonly persons: readonly string[];
  readonly upTo: number;
}

/** What the store's process says to the gateway. */
export type FromStore =
  | { readonly say: "opened"; readonly position: number }
  | { readonly say: "wrote"; readonly position: number; readonly failure: string | undefined }
  | { readonly say: "refused"; readonly refused: readonly RefusedRecord[] }
  /** A sign of life, whatever the engine does. */
  | { readonly say: "alive" }
  | { readonly say: "stats"; readonly stats: StoreStats }
  /** It cannot be opened, or go on; the process ends. */
  | { readonly say: "failed"; readonly reason: string; readonly damage: Damage }
  | { readonly say: "answer"; readonly id: number; readonly result: unknown }
  | { readonly say: "error"; readonly id: number; readonly error: PlainError };

/** What an end of the process says of the store's file. `certain`: it cannot be read; `likely`: it may be the cause. */
export type Damage = "none" | "likely" | "certain";

/** A record that the store can never take. */
export interface RefusedRecord {
  readonly sequence: number;
  /** The journal record. */
  readonly record: string;
  readonly reason: string;
}

/** An error on its way between processes. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly path: string | undefined;
}

/** What goes into a call and what comes out. */
export type Request<M extends Method> = Parameters<Series[M]>[0];
export type Answer<M extends Method> = Awaited<ReturnType<Series[M]>>;

/** Takes an error apart for the way. */
export function packError(error: unknown): PlainError {
  if (!(error instanceof GatewayError)) {
    return { code: "series-failed", message: messageOf(error), retryable: false, path: undefined };
  }
  const { code, message, retryable, path } = error;
  return { code, message, retryable, path };
}

/** Puts an error together again. */
export function unpackError({ code, message, retryable, path }: PlainError): GatewayError {
  return new GatewayError(code, message, { retryable, ...(path !== undefined && { path }) });
}
