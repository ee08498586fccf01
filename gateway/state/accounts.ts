import { GatewayError } from "../errors.ts";
import type { Principal } from "../types.ts";
import type { Access, Credentials, Database, IssuedCredentials, KeyState } from "./contract.ts";
import type { MqttPasswords } from "./mqtt-passwords.ts";
import type { StateSettings } from "./settings.ts";
import { refuseFilter } from "./topic-filter.ts";

type Account = ReturnType<Access["accounts"]>[number];

/** The service accounts, in memory and in SQLite. */
export interface Accounts {
  add(account: Omit<Account, "createdAt">): Credentials;
  /** Throws `not-found`. */
  remove(name: string): void;
  all(): readonly Account[];
  /** Throws `not-found`, `invalid-request`. */
  rotate(name: string, overlapS?: number): IssuedCredentials;
  /** Throws `not-found`. */
  revoke(name: string): void;
  /** Throws `not-found`. */
  state(name: string): KeyState;
  /** Who it is that came with this one of the account's passwords. */
  principal(name: string, issue: number): Principal | undefined;
}

/** Reads the accounts into memory. */
export function openAccounts({ database, passwords, settings, clock }: AccountsParts): Accounts {
  const { db } = database;
  const insert = db.prepare(
    "INSERT INTO accounts (name, publish, subscribe, created_at) VALUES (?, ?, ?, ?)",
  );
  const erase = db.prepare("DELETE FROM accounts WHERE name = ?");
  const known = new Map<string, Account>();

  function check(name: string): void {
    if (!known.has(name)) throw new GatewayError("not-found", `there is no account ${name}`);
  }

  for (const row of db.prepare("SELECT * FROM accounts ORDER BY name").iterate()) {
    const { name, publish, subscribe, created_at } = row as Record<string, string>;
    const filters = { publish: JSON.parse(publish!), subscribe: JSON.parse(subscribe!) };
    known.set(name!, { name: name!, ...filters, createdAt: Number(created_at) });
  }

  return {
    add({ name, publish, subscribe }) {
      checkName(name);
      checkFilters("publish", publish, settings.maxFilters);
      checkFilters("subscribe", subscribe, settings.maxFilters);
      if (known.has(name))
        throw new GatewayError("conflict", `account ${name} exists already`, { path: "name" });
      if (known.size >= settings.maxAccounts) {
        throw new GatewayError("limit-reached", `there are ${known.size} accounts already, the most allowed`);
      }
      const account = { name, publish: [...publish], subscribe: [...subscribe], createdAt: clock.now() };
      return database.transaction((committed) => {
        insert.run(name, JSON.stringify(publish), JSON.stringify(subscribe), account.createdAt);
        committed(() => known.set(name, account));
        const { username, password } = passwords.issue({ username: name }, committed);
        return { username, password };
      });
    },
    remove(name) {
      check(name);
      database.transaction((committed) => {
        erase.run(name);
        committed(() => known.delete(name));
        passwords.erase(name, committed);
      });
    },
    all: () => [...known.values()],
    rotate(name, overlapS = settings.rotationOverlapS) {
      check(name);
      return database.transaction((committed) => passwords.issue({ username: name, overlapS }, committed));
    },
    revoke(name) {
      check(name);
      database.transaction((committed) => passwords.revoke(name, committed));
    },
    state(name) {
      check(name);
      const { hasPassword, ...facts } = passwords.facts(name);
      const word = facts.previousUntil === undefined ? "active" : "rotating";
      return { state: hasPassword ? word : "revoked", ...facts, claimUntil: undefined };
    },
    principal(name, issue) {
      const account = known.get(name);
      if (account === undefined) return undefined;
      const { publish, subscribe } = account;
      return { type: "account", name, publish, subscribe, issue };
    },
  };
}

interface AccountsParts {
  readonly database: Database;
  readonly passwords: MqttPasswords;
  readonly settings: Pick<StateSettings, "maxAccounts" | "maxFilters" | "rotationOverlapS">;
  readonly clock: { now(): number };
}

function checkName(name: string): void {
  // Without a slash it can never be the user name of a device.
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) return;
  throw new GatewayError(
    "invalid-request",
    `an account's name has 1 to 64 letters, digits, "_", "-" or ".", and begins with a letter or digit; got ${JSON.stringify(name.slice(0, 80))}`,
    { path: "name" },
  );
}

function checkFilters(path: "publish" | "subscribe", filters: readonly string[], most: number): void {
  if (filters.length > most) {
    throw new GatewayError("invalid-request", `at most ${most} filters, got ${filters.length}`, { path });
  }
  for (const [index, filter] of filters.entries()) {
    const refusal = refuseFilter(filter);
    if (refusal !== undefined)
      throw new GatewayError("invalid-request", refusal, { path: `${path}[${index}]` });
  }
}
