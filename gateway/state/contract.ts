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
  /** As it is read out to the fire brigade. */
  readonly address: string | undefined;
  /** Where the fire brigade calls back. */
  readonly phone: string | undefined;
  readonly createdAt: number;
  readonly buildings: readonly string[];
}

/** A site as a person registers it. */
export interface NewSite {
  readonly id: string;
  readonly name: string;
  readonly address?: string | undefined;
  readonly phone?: string | undefined;
}

/** What changes of a site: an absent part stays, null takes it away. */
export interface SiteChange {
  readonly name?: string | undefined;
  readonly address?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

/** What MQTT asks of a device or account at CONNECT; the password is shown once and never stored. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Credentials that take the place of others. */
export interface IssuedCredentials extends Credentials {
  /** Until when the password before holds too, epoch ms. */
  readonly previousUntil: number | undefined;
}

/** A code that is exchanged for a password, once; shown once and never stored. */
export interface ClaimOffer {
  /** 4 groups of 5 letters and digits. */
  readonly code: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** What a registration answers, once: a password, or the code with which the installer gets it. */
export type Handover = { readonly credentials: Credentials } | { readonly claim: ClaimOffer };

/** Where the credentials of a device or account stand, without secrets; times in epoch ms. */
export interface KeyState {
  /**
   * `rotating`: two passwords hold. `unclaimed`: nobody can connect before the claim code is used. `revoked`: nobody can
   * connect.
   */
  readonly state: "active" | "rotating" | "unclaimed" | "claim-expired" | "revoked";
  readonly issuedAt: number | undefined;
  /** Whether anybody connected with the present password. */
  readonly isUsed: boolean;
  readonly previousUntil: number | undefined;
  /** With any password. */
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
  /** Until when the device's claim code holds. */
  readonly claimUntil: number | undefined;
}

/** The credentials of registered devices. */
export interface DeviceKeys {
  /**
   * A new password for each, all or none. Without `overlapS` as the settings say. The old one ends at its time, at the first
   * connection with the new one, or at once; an open claim code ends. A new password that nobody used is replaced, and the one in
   * use holds on.
   */
  rotate(devices: readonly Device[], overlapS?: number): readonly IssuedCredentials[];
  /** Whether anybody can connect as this device. */
  hasPassword(device: Device): boolean;
  /** Nobody can connect as this device until it is rotated or claimed. */
  revoke(device: Device): void;
  /** A new claim code for each, all or none. MqttPasswords hold until the code is used. */
  makeCodes(devices: readonly Device[]): readonly ClaimOffer[];
  /** Ids of a site's devices that wait for their code to be used. */
  unclaimed(site: string): readonly string[];
  /** Exchanges a code; undefined for one that is unknown, used or expired. Throws `invalid-request` for what can be no code. */
  claim(code: string): (Pick<Device, "site" | "kind" | "id"> & { credentials: Credentials }) | undefined;
  state(device: Pick<Device, "site" | "kind" | "id">): KeyState;
}

/** MqttPasswords that hold no more, after the commit. */
export interface Revocation {
  /** The MQTT user name. */
  readonly username: string;
  /** The only password that ended (`Principal.issue`); every one when absent. */
  readonly issue?: number;
  /**
   * What goes with the connections. `wills`: what they left to be published, because it may come from a thief.
   * `wills-and-sessions`: also what waits for them.
   */
  readonly drops: "nothing" | "wills" | "wills-and-sessions";
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
  /** It gets a claim code in place of a password. */
  readonly claim?: boolean | undefined;
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
  /** Id of the device that they hang on. */
  readonly parent?: string | undefined;
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
  addSite(site: NewSite): Site;
  updateSite(id: string, change: SiteChange): Site;
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
  /** Registers and makes a password or claim code. Checks kind, id pattern, facts against the kind, parent. */
  addDevice(
    site: string,
    device: NewDevice & { readonly claim?: false | undefined },
  ): { device: KnownDevice; credentials: Credentials };
  addDevice(site: string, device: NewDevice): { device: KnownDevice } & Handover;
  /** All or nothing in one transaction; with `dryRun` only checks. Faults carry the row's index. */
  addDevices(
    site: string,
    devices: readonly NewDevice[],
    options: { dryRun: boolean },
  ): {
    added: readonly ({ device: Device } & Handover)[];
    faults: readonly { row: number; path: string; message: string }[];
  };
  updateDevice(name: DeviceName, change: Partial<Omit<NewDevice, "id" | "kind" | "claim">>): KnownDevice;
  removeDevice(name: DeviceName): void;
  limitOverrides(site: string): readonly LimitOverride[];
  /**
   * `value` undefined removes the override. Refuses an unknown rule or limit, a number out of the range of the field
   * that it is for, a negative time, and raise and clear turned round or made equal.
   */
  setLimit(override: Omit<LimitOverride, "value"> & { value: number | undefined }): void;
  /** Called after a device was added, changed (facts, limits, interval) or removed (`known` undefined). */
  onDevice(listener: (name: DeviceName, known: KnownDevice | undefined) => void): () => void;
}

/** A bearer token without its secret. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The only site that it reaches; undefined: all. */
  readonly site: string | undefined;
  readonly createdAt: number;
  /** From here on it is refused, epoch ms; undefined: never. */
  readonly expiresAt: number | undefined;
  /** The only operations that it may call; undefined: all that its role may. */
  readonly operations: readonly string[] | undefined;
  /** To the hour, epoch ms; undefined: never used. */
  readonly usedAt: number | undefined;
}

/** Who may connect and call: MQTT credentials, service accounts, API tokens. */
export interface Access {
  /** Checks an MQTT user name and password in constant time; undefined is a refusal. Synchronous, about 3 µs. */
  identify(username: string, password: Buffer): Principal | undefined;
  readonly devices: DeviceKeys;
  /** The device of a user name, for one that has proved itself otherwise. */
  deviceOf(username: string): Principal | undefined;
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
  /** Where the account's password stands. Throws `not-found`. */
  accountState(name: string): KeyState;
  /**
   * A new password; the old one holds for `overlapS`, without it as the settings say. It does not end earlier: several
   * programs may share an account. Throws `not-found`, `invalid-request`.
   */
  rotateAccount(name: string, overlapS?: number): IssuedCredentials;
  /** Nobody can connect with the account until it is rotated. Throws `not-found`. */
  revokeAccount(name: string): void;
  /** A bearer token for a person or program; shown once. */
  addToken(
    token: Pick<ApiToken, "name" | "role"> & Partial<Pick<ApiToken, "site" | "expiresAt" | "operations">>,
  ): {
    id: string;
    token: string;
  };
  tokens(): readonly ApiToken[];
  /** Throws `conflict` for the last token with the role admin and no site, unless the settings have one. */
  removeToken(id: string): void;
  /** Whose token it is; undefined is a refusal, also when it has expired. */
  caller(token: string): Caller | undefined;
  /** Called when passwords ended, so that the connections end that came with them. */
  onRevoked(listener: (revocation: Revocation) => void): () => void;
  /** To be called about every second: ends passwords whose time is over, and saves when others were last used. */
  tick(): void;
  /** Saves all that `tick` has not saved yet. */
  close(): void;
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
  /** Removes commands that ended and were queued before a time, at most `limit`; how many there were. */
  expire(before: number, limit: number): number;
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
