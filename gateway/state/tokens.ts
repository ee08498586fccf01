import { GatewayError } from "../errors.ts";
import type { Caller, Role } from "../types.ts";
import type { Access, Database } from "./contract.ts";
import { type Secrets, secretLength } from "./secrets.ts";
import type { StateSettings } from "./settings.ts";

/** The API tokens, in memory and in SQLite. */
export type Tokens = Pick<Access, "addToken" | "tokens" | "removeToken" | "caller">;

/** Reads the tokens into memory. `adminToken` is a further one with the role admin that comes from the settings. */
export function openTokens({ database, secrets, settings, clock, adminToken }: TokensParts): Tokens {
  const { db } = database;
  const insert = db.prepare("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)");
  const erase = db.prepare("DELETE FROM tokens WHERE id = ?");
  const known = new Map<string, Token>();
  const adminHash = adminToken === undefined ? undefined : secrets.hash(adminToken);

  for (const row of db.prepare("SELECT * FROM tokens ORDER BY created_at, id").iterate()) {
    const { id, name, role, site, hash, created_at } = row as Record<string, string | null>;
    const limits = site === null ? {} : { site: site! };
    const caller = { name: name!, role: role as Role, ...limits };
    known.set(id!, { id: id!, ...caller, createdAt: Number(created_at), hash: hash!, caller });
  }

  function isLastAdmin(id: string): boolean {
    const admins = [...known.values()].filter(({ role, site }) => role === "admin" && site === undefined);
    return admins.length === 1 && admins[0]!.id === id;
  }

  return {
    addToken({ name, role, site }) {
      checkName(name);
      if (known.size >= settings.maxTokens) {
        throw new GatewayError("limit-reached", `there are ${known.size} tokens already, the most allowed`);
      }
      if (site !== undefined && db.prepare("SELECT 1 FROM sites WHERE id = ?").get(site) === undefined) {
        throw new GatewayError("not-found", `there is no site ${site}`, { path: "site" });
      }
      const id = secrets.make(10);
      const token = `linli_${id}_${secrets.make(secretLength)}`;
      const caller = { name, role, ...(site === undefined ? {} : { site }) };
      const entry = { id, ...caller, createdAt: clock.now(), hash: secrets.hash(token), caller };
      database.transaction((committed) => {
        insert.run(id, name, role, site ?? null, entry.hash, entry.createdAt);
        committed(() => known.set(id, entry));
      });
      return { id, token };
    },
    tokens: () => [...known.values()].map(({ hash: _, caller: __, ...token }) => token),
    removeToken(id) {
      if (!known.has(id)) throw new GatewayError("not-found", `there is no token ${id}`);
      if (adminHash === undefined && isLastAdmin(id)) {
        throw new GatewayError(
          "conflict",
          `token ${id} is the last one with the role admin for all sites: make another one first, or nobody could make tokens any more`,
        );
      }
      database.transaction((committed) => {
        erase.run(id);
        committed(() => known.delete(id));
      });
    },
    caller(token) {
      const entry = known.get(/^linli_([0-9a-z]{10})_/.exec(token)?.[1] ?? "");
      if (secrets.matches(token, entry?.hash)) return entry?.caller;
      return adminHash !== undefined && secrets.matches(token, adminHash) ? settingsAdmin : undefined;
    },
  };
}

interface Token extends Caller {
  readonly id: string;
  readonly createdAt: number;
  readonly hash: string;
  readonly caller: Caller;
}

interface TokensParts {
  readonly database: Database;
  readonly secrets: Secrets;
  readonly settings: Pick<StateSettings, "maxTokens">;
  readonly clock: { now(): number };
  readonly adminToken: string | undefined;
}

const settingsAdmin: Caller = { name: "admin", role: "admin" };

function checkName(name: string): void {
  if (/^[^\p{C}]{1,100}$/u.test(name) && name.trim() === name) return;
  throw new GatewayError(
    "invalid-request",
    "a token's name says who uses it, in 1 to 100 characters without control characters or spaces at its ends",
    { path: "name" },
  );
}
