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
  /**
   * Brings everything that is committed into the main file, and leaves that file as it is until the returned function is called:
   * another process may copy it meanwhile and has the database of this moment. Writing goes on beside it. Never copy it from
   * within this process: closing the file would drop SQLite's locks. Throws `busy` when it is frozen already.
   */
  freeze(): () => void;
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
