import { GatewayError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Database, IssuedCredentials, Revocation } from "./contract.ts";
import { openMqttPasswordTable } from "./mqtt-password-table.ts";
import { type Secrets, secretLength } from "./secrets.ts";
import type { StateSettings } from "./settings.ts";

type Committed = (apply: () => void) => void;

/** Whose password it was, and which of theirs. */
export interface Match {
  /** Of a device; undefined for an account. */
  readonly kind: string | undefined;
  readonly issue: number;
}

/** What is known of a user's passwords; times in epoch ms. */
export interface PasswordFacts {
  readonly hasPassword: boolean;
  readonly issuedAt: number | undefined;
  /** Whether anybody connected with the present password. */
  readonly isUsed: boolean;
  /** Until when the one before holds too. */
  readonly previousUntil: number | undefined;
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

/** The passwords of MQTT, in memory and in SQLite. What takes `committed` belongs inside the caller's transaction. */
export interface MqttPasswords {
  /** Checks in constant time, however many passwords hold. */
  check(username: string, password: Buffer): Match | undefined;
  /** A new password. The one in use holds on for `overlapS`; with 0 it ends at once. Throws `invalid-request`. */
  issue(order: Order, committed: Committed): IssuedCredentials;
  /** Makes the user known without a password. */
  reserve(user: { username: string; kind: string }): void;
  /** Ends every password; the user stays known. */
  revoke(username: string, committed: Committed): void;
  /** Ends every password and forgets the user. */
  erase(username: string, committed: Committed): void;
  /** Whether anybody can connect as this user. */
  has(username: string): boolean;
  facts(username: string): PasswordFacts;
  kindOf(username: string): string | undefined;
  /** To be called about every second: ends what has run out, and saves some of the times of last use. */
  tick(): void;
  /** Saves every time of last use. */
  save(): void;
}

/** Reads all passwords into memory. */
export function openMqttPasswords(parts: PasswordsParts): MqttPasswords {
  const { database, secrets, settings, clock, log, ended } = parts;
  const table = openMqttPasswordTable(database);
  /** Who can connect. 100,000 devices are usual, so an entry holds no more than a check needs. */
  const known = new Map<string, Entry>();
  /** Only of users with two passwords. */
  const previous = new Map<string, Previous>();
  /** Users whose row is behind the memory. */
  const unsaved = new Set<string>();
  let issues = 0;
  /** When the next overlap ends. */
  let due = Number.POSITIVE_INFINITY;
  let isFailing = false;

  for (const { username, kind, hash, isUsed, usedAt, before } of table.read()) {
    known.set(username, { kind, hash, issue: ++issues, isUsed, usedAtS: secondsOf(usedAt) });
    if (before !== undefined) keep(username, { ...before, issue: ++issues });
  }

  function keep(username: string, before: Previous): void {
    previous.set(username, before);
    due = Math.min(due, before.until);
  }

  function endOverlaps(now: number): void {
    if (now < due) return;
    due = Number.POSITIVE_INFINITY;
    for (const [username, { until, issue }] of previous) {
      if (now < until) {
        due = Math.min(due, until);
        continue;
      }
      previous.delete(username);
      unsaved.add(username);
      ended({ username, issue, drops: "nothing" });
    }
  }

  function save(most: number): void {
    if (unsaved.size === 0) return;
    const names: string[] = [];
    for (const name of unsaved) {
      if (names.length >= most) break;
      names.push(name);
    }
    try {
      // A power cut may take it back: then an old password holds until its time, and a last use is a little older.
      database.transaction(
        () => {
          for (const name of names) {
            const entry = known.get(name);
            if (entry !== undefined) table.saveUse(name, { ...entry, before: previous.get(name) });
          }
        },
        { durable: "with-the-next" },
      );
      for (const name of names) unsaved.delete(name);
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, "times of last use could not be saved; they are tried again");
      isFailing = true;
    }
  }

  /** After the commit: nobody connects with any of them again. */
  function forget(username: string): void {
    previous.delete(username);
    unsaved.delete(username);
    // Also without a password there may be a session to drop.
    known.delete(username);
    ended({ username, drops: "wills-and-sessions" });
  }

  return {
    check(username, password) {
      const entry = known.get(username);
      const before = previous.get(username);
      const now = clock.now();
      const old = before !== undefined && now < before.until ? before : undefined;
      const which = secrets.which(password, entry?.hash, old?.hash);
      if (entry === undefined || which === undefined) return undefined;
      entry.usedAtS = Math.floor(now / 1000);
      unsaved.add(username);
      if (which === "second") return { kind: entry.kind, issue: old!.issue };
      entry.isUsed = true;
      if (old !== undefined && entry.kind !== undefined) {
        // The device has taken up the new one. Programs may share an account, and each takes its own time.
        old.until = now;
        due = now;
      }
      return { kind: entry.kind, issue: entry.issue };
    },
    issue({ username, kind, overlapS = 0 }, committed) {
      if (overlapS > settings.maxOverlapS) {
        const message = `two passwords may hold for at most ${settings.maxOverlapS} s (state.maxOverlapS); got ${overlapS}`;
        throw new GatewayError("invalid-request", message, { path: "overlapS" });
      }
      const now = clock.now();
      const password = secrets.make(secretLength);
      const hash = secrets.hash(password);
      const entry = known.get(username);
      const before = previous.get(username);
      const isBeforeInUse = before !== undefined && now < before.until && entry?.isUsed === false;
      // One that nobody has connected with was never delivered: what is to hold on is the password in use.
      const inUse = isBeforeInUse ? before : entry;
      const kept =
        overlapS === 0 || inUse === undefined
          ? undefined
          : { hash: inUse.hash, issue: inUse.issue, until: now + overlapS * 1000 };
      table.put({ username, kind, hash, issuedAt: now, before: kept });
      committed(() => {
        known.set(username, { kind, hash, issue: ++issues, isUsed: false, usedAtS: entry?.usedAtS ?? 0 });
        previous.delete(username);
        if (kept !== undefined) keep(username, kept);
        if (entry === undefined) return;
        if (kept === undefined) ended({ username, drops: "wills" });
        else if (before !== undefined && !isBeforeInUse) {
          ended({ username, issue: before.issue, drops: "nothing" });
        }
      });
      return { username, password, previousUntil: kept?.until };
    },
    reserve: ({ username, kind }) => table.put({ username, kind }),
    revoke(username, committed) {
      table.revoke(username, { at: clock.now(), usedAt: msOf(known.get(username)?.usedAtS) });
      committed(() => forget(username));
    },
    erase(username, committed) {
      table.erase(username);
      committed(() => forget(username));
    },
    has: (username) => known.has(username),
    facts(username) {
      const entry = known.get(username);
      const before = previous.get(username);
      const { issuedAt, usedAt, revokedAt } = table.times(username);
      return {
        hasPassword: entry !== undefined,
        issuedAt,
        isUsed: entry?.isUsed ?? false,
        previousUntil: before !== undefined && clock.now() < before.until ? before.until : undefined,
        lastUsedAt: msOf(entry?.usedAtS) ?? usedAt,
        revokedAt,
      };
    },
    kindOf: table.kindOf,
    tick() {
      endOverlaps(clock.now());
      save(settings.savedUses);
    },
    save: () => save(Number.POSITIVE_INFINITY),
  };
}

interface Order {
  readonly username: string;
  /** Of a device. */
  readonly kind?: string | undefined;
  readonly overlapS?: number | undefined;
}

interface PasswordsParts {
  readonly database: Database;
  readonly secrets: Secrets;
  readonly settings: Pick<StateSettings, "maxOverlapS" | "savedUses">;
  readonly clock: { now(): number };
  readonly log: Pick<Log, "warn">;
  /** Called after the commit. */
  readonly ended: (revocation: Revocation) => void;
}

interface Entry {
  readonly kind: string | undefined;
  readonly hash: string;
  /** Tells the passwords of one user apart while the gateway runs. */
  readonly issue: number;
  isUsed: boolean;
  /** Epoch seconds, 0 for never: small numbers need no object of their own. */
  usedAtS: number;
}

interface Previous {
  readonly hash: string;
  readonly issue: number;
  /** Epoch ms. */
  until: number;
}

function secondsOf(ms: number | undefined): number {
  return ms === undefined ? 0 : Math.floor(ms / 1000);
}

function msOf(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}
