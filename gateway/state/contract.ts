import type { DatabaseSync } from "node:sqlite";
import type { Facts } from "../../devices/kit/kind.ts";
import type { Caller, CommandStep, Device, DeviceName, KnownDevice, Principal, Role } from "../types.ts";

/** The SQLite database of this process: one connection, shared by all who keep state in it. */
export interface Database {
  /** For reads and prepared statements; writes go through `transaction`. */
  readonly db: DatabaseSync;
  /**
   * Runs `run` in one transaction: all of it is on disk when this returns, or nothing of it is and the error is thrown
   * (`database-unusable` or `busy`, with what to do). What `committed` is given runs after the commit, for what is kept
   * in memory. Not to be nested. With `durable: "with-the-next"` it costs no sync: a power cut may take it back whole,
   * until an ordinary transaction is through. For what can be made again from the journal.
   */
  transaction<T>(
    run: (committed: (apply: () => void) => void) => T,
    options?: { readonly durable: "now" | "with-the-next" },
  ): T;
  close(): void;
}

/** One page of a list; `next` is the cursor of the next page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** One residential community. */
export interface Site {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly buildings: readonly string[];
}

/** What MQTT asks of a device or account at CONNECT; the password is shown once and never stored. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A device as a person registers it. */
export interface NewDevice {
  readonly kind: string;
  readonly id: string;
  readonly name?: string | undefined;
  readonly building?: string | undefined;
  readonly floor?: string | undefined;
  readonly parent?: string | undefined;
  readonly facts?: Facts | undefined;
  readonly intervalMs?: number | undefined;
}

/** Overrides of a rule's limits for a whole site (`device` absent) or one device. */
export interface LimitOverride {
  readonly site: string;
  /** With `device` absent: the kind whose devices it holds for. */
  readonly kind: string;
  readonly device?: DeviceName | undefined;
  readonly rule: string;
  readonly limit: string;
  readonly value: number;
}

/** Which devices to list; all given conditions hold together. */
export interface DeviceQuery {
  readonly site?: string | undefined;
  readonly kind?: string | undefined;
  readonly building?: string | undefined;
  /** Part of the id or name, case-insensitive. */
  readonly text?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * Sites, buildings and devices, in SQLite and in memory. Reads answer from memory. Every refusal is a `GatewayError`
 * (`not-found`, `conflict`, `invalid-request` with `path`).
 */
export interface Registry {
  sites(): readonly Site[];
  site(id: string): Site | undefined;
  addSite(site: { id: string; name: string }): Site;
  removeSite(id: string): void;
  addBuilding(site: string, name: string): void;
  /** The device by its full name `site/kind/id`. */
  device(name: DeviceName): KnownDevice | undefined;
  /** The device by the pair that is unique over kinds. */
  deviceAt(site: string, id: string): KnownDevice | undefined;
  devices(): Iterable<KnownDevice>;
  deviceCount(): number;
  /** Registered devices whose kind the catalogue does not have: kept, but their messages are refused until the kind is back. */
  unusable(): readonly Device[];
  search(query: DeviceQuery): Page<KnownDevice>;
  /** Registers and makes credentials. Checks kind, id pattern, facts against the kind, parent. */
  addDevice(site: string, device: NewDevice): { device: KnownDevice; credentials: Credentials };
  /** All or nothing in one transaction; with `dryRun` only checks. Faults carry the row's index. */
  addDevices(
    site: string,
    devices: readonly NewDevice[],
    options: { dryRun: boolean },
  ): {
    added: readonly { device: Device; credentials: Credentials }[];
    faults: readonly { row: number; path: string; message: string }[];
  };
  updateDevice(name: DeviceName, change: Partial<Omit<NewDevice, "id" | "kind">>): KnownDevice;
  removeDevice(name: DeviceName): void;
  /** New password; the old one stops at once. */
  rotateCredentials(name: DeviceName): Credentials;
  limitOverrides(site: string): readonly LimitOverride[];
  /**
   * `value` undefined removes the override. Refuses an unknown rule or limit, a number out of the range of the field
   * that it is for, a negative time, and raise and clear turned round or made equal.
   */
  setLimit(override: Omit<LimitOverride, "value"> & { value: number | undefined }): void;
  /** Called after a device was added, changed (facts, limits, interval) or removed (`known` undefined). */
  onDevice(listener: (name: DeviceName, known: KnownDevice | undefined) => void): () => void;
}

/** Who may connect and call: MQTT credentials, service accounts, API tokens. */
export interface Access {
  /** Checks an MQTT user name and password in constant time; undefined is a refusal. Synchronous, about 3 µs. */
  identify(username: string, password: Buffer): Principal | undefined;
  addAccount(account: {
    name: string;
    publish: readonly string[];
    subscribe: readonly string[];
  }): Credentials;
  accounts(): readonly {
    name: string;
    publish: readonly string[];
    subscribe: readonly string[];
    createdAt: number;
  }[];
  removeAccount(name: string): void;
  /** A bearer token for a person or program; shown once. */
  addToken(token: { name: string; role: Role; site?: string | undefined }): {
    id: string;
    token: string;
  };
  tokens(): readonly { id: string; name: string; role: Role; site?: string; createdAt: number }[];
  /** Throws `conflict` for the last token with the role admin and no site, unless the settings have one. */
  removeToken(id: string): void;
  /** Whose token it is; undefined is a refusal. */
  caller(token: string): Caller | undefined;
  /** Called when credentials were rotated or removed, so that the connection ends. The name is the MQTT user name. */
  onRevoked(listener: (username: string) => void): () => void;
}

/** A command with its whole life, as the API shows it. */
export interface Command {
  readonly id: string;
  readonly device: DeviceName;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly state: CommandStep["step"];
  readonly by: string;
  readonly queuedAt: number;
  readonly expiresAt: number;
  readonly sentAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly error: string | undefined;
}

/** The commands view: made from the journal's `command` records, kept in SQLite with its cursor in the same transaction. */
export interface CommandView {
  apply(step: CommandStep, sequence: number): void;
  find(id: string): Command | undefined;
  list(query: { device: DeviceName; limit: number; cursor?: string | undefined }): Page<Command>;
  /** Commands that have not ended, also those whose time is over without an `expired` step, oldest first. */
  open(device?: DeviceName): readonly Command[];
  /** Last applied sequence number. */
  position(): number;
}

/** Per-device state of the path (twin, seen keys, rule memory), saved every few seconds so that a start replays little. */
export interface Checkpoints {
  load(): Iterable<{ readonly device: DeviceName; readonly state: string }>;
  /** Writes the rows in one transaction. */
  save(rows: readonly { readonly device: DeviceName; readonly state: string }[]): void;
  remove(device: DeviceName): void;
  /** The sequence number from which the journal must be replayed on start. */
  position(): number;
  setPosition(sequence: number): void;
}

/** How an actor was known: a log-in, an API token, the administrator's token of the settings, MQTT, or it was the gateway. */
export type AuditVia = "session" | "token" | "settings" | "device" | "system";

/** What became of an action. `unknown`: the gateway ended before it could be told. */
export type AuditOutcome = "done" | "refused" | "failed" | "unknown";

/** An action as it is told to the audit trail. Texts are cut to their bounds; nothing in it may be a secret. */
export interface AuditEntry {
  /** A stable id and never a person's name: `token:<id>`, `person:<id>`, `settings`, `system`, `nobody`. */
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
  /** Only rows of one of these. */
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
