import { GatewayError } from "../errors.ts";
import type { Principal } from "../types.ts";
import type { Access, Credentials, Database } from "./contract.ts";
import { type Secrets, secretLength } from "./secrets.ts";
import type { StateSettings } from "./settings.ts";
import { refuseFilter } from "./topic-filter.ts";

type Account = ReturnType<Access["accounts"]>[number];

/** The service accounts, in memory and in SQLite. */
export interface Accounts {
  add(account: Omit<Account, "createdAt">): Credentials;
  /** Throws `not-found`. */
  remove(name: string): void;
  all(): readonly Account[];
  /** The hash of the account's password. */
  hashOf(name: string): string | undefined;
  principal(name: string): Principal | undefined;
}

/** Reads the accounts into memory. */
export function openAccounts({ database, secrets, settings, clock, removed }: AccountsParts): Accounts {
  const { db } = database;
  const insert = db.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)");
  const erase = db.prepare("DELETE FROM accounts WHERE name = ?");
  const known = new Map<string, { account: Account; hash: string; principal: Principal }>();

  function keep(account: Account, hash: string): void {
    const { name, publish, subscribe } = account;
    known.set(name, { account, hash, principal: { type: "account", name, publish, subscribe } });
  }

  for (const row of db.prepare("SELECT * FROM accounts ORDER BY name").iterate()) {
    const { name, publish, subscribe, hash, created_at } = row as Record<string, string>;
    const filters = { publish: JSON.parse(publish!), subscribe: JSON.parse(subscribe!) };
    keep({ name: name!, ...filters, createdAt: Number(created_at) }, hash!);
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
      const password = secrets.make(secretLength);
      const account = { name, publish: [...publish], subscribe: [...subscribe], createdAt: clock.now() };
      const hash = secrets.hash(password);
      database.transaction((committed) => {
        insert.run(name, JSON.stringify(publish), JSON.stringify(subscribe), hash, account.createdAt);
        committed(() => keep(account, hash));
      });
      return { username: name, password };
    },
    remove(name) {
      if (!known.has(name)) throw new GatewayError("not-found", `there is no account ${name}`);
      database.transaction((committed) => {
        erase.run(name);
        committed(() => {
          known.delete(name);
          removed(name);
        });
      });
    },
    all: () => [...known.values()].map(({ account }) => account),
    hashOf: (name) => known.get(name)?.hash,
    principal: (name) => known.get(name)?.principal,
  };
}

interface AccountsParts {
  readonly database: Database;
  readonly secrets: Secrets;
  readonly settings: Pick<StateSettings, "maxAccounts" | "maxFilters">;
  readonly clock: { now(): number };
  readonly removed: (name: string) => void;
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
