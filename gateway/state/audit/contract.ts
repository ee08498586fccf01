import type { Page } from "../contract.ts";

/** How an actor was known: a log-in, an API token, the administrator's token of the settings, MQTT, the link of a notification, or it was the gateway. */
export type AuditVia = "session" | "token" | "settings" | "device" | "link" | "system";

/** What became of an action. `unknown`: the gateway ended before it could be told. */
export type AuditOutcome = "done" | "refused" | "failed" | "unknown";

/** An action as it is told to the audit trail. Texts are cut to their bounds; nothing in it may be a secret. */
export interface AuditEntry {
  /** A stable id and never a person's name: `token:<id>`, `person:<id>`, `contact:<id>`, `settings`, `system`, `nobody`. */
  readonly by: string;
  readonly via: AuditVia;
  /** Network address that it came from. */
  readonly address?: string | undefined;
  /** An operation id of the API, or a word such as `login`, `mqtt-refused`, `gateway-started`. */
  readonly action: string;
  readonly site?: string | undefined;
  /** What it was done to: `device:<site>/<id>`, `token:<id>`, `alert:<id>`. */
  readonly target?: string | undefined;
  readonly outcome: AuditOutcome;
  /** Why it was refused or failed. */
  readonly code?: string | undefined;
  /** What changed, in a few words; more than `audit.detailChars` is left out. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** A row's place in the chain. Who remembers one can prove later that everything up to it is unchanged. */
export interface AuditHead {
  readonly sequence: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}

/** A row of the audit trail; `detail` is JSON text, `at` epoch ms. */
export interface AuditRow extends AuditHead {
  readonly at: number;
  readonly by: string;
  readonly via: string;
  readonly address: string | null;
  readonly action: string;
  readonly site: string | null;
  readonly target: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly detail: string;
  /** Hash of the row before. */
  readonly previous: string;
}

/** Which rows to list, newest first; all given conditions hold together. */
export interface AuditQuery {
  /** Epoch ms, inclusive and exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly by?: string | undefined;
  readonly action?: string | undefined;
  /** Of any of these sites; absent: every site and what belongs to none. */
  readonly sites?: readonly string[] | undefined;
  /** Only rows that belong to some site. */
  readonly ofSites?: boolean | undefined;
  readonly outcome?: AuditOutcome | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How an action that begins is treated. */
export interface AuditManner {
  /** It cannot wait: it goes on while the trail is full or cannot be written, and its row follows. */
  readonly isUrgent?: boolean;
  /** Repetitions of it may be counted in one row. */
  readonly isRepeatable?: boolean;
}

/** An action that has begun. */
export interface BegunAction {
  /**
   * Writes its row; durable when this returns. Refusals, and repeatable actions, may be counted instead. When the row
   * cannot be written this throws, and the row follows as soon as it can. To be called once.
   */
  end(result: Pick<AuditEntry, "outcome" | "code" | "target" | "detail">): void;
}

/** The trail of what people and credentials did. Synchronous. */
export interface Audit {
  /**
   * Writes a row; durable when this returns. Inside a database transaction it becomes a part of it: both are on disk, or
   * neither. Throws `database-unusable` or `busy`.
   */
  record(entry: AuditEntry): AuditHead;
  /** For what has happened and cannot be undone: never throws; a row that cannot be written now waits in memory. */
  note(entry: AuditEntry): void;
  /** For what strangers can cause at will, such as wrong passwords: repetitions within a while become one row that counts them. */
  noteOften(entry: AuditEntry): void;
  /**
   * Before an action: from now on a row will tell of it, even if the gateway is killed the next moment.
   * Throws when the trail cannot be written (`busy`) or is full (`limit-reached`): nothing is done without a row.
   */
  begin(entry: Omit<AuditEntry, "outcome" | "code">, manner?: AuditManner): BegunAction;
  /** The newest row's place. */
  head(): AuditHead;
  list(query: AuditQuery): Page<AuditRow>;
  /** Rows from `sequence` on, oldest first, a page at a time. */
  read(sequence: number): Iterable<readonly AuditRow[]>;
}
