import { GatewayError } from "../errors.ts";
import type { Caller, Role } from "../types.ts";
import type { Access, ApiToken } from "./contract.ts";
import { checkLabel } from "./label.ts";
import { type Secrets, secretLength } from "./secrets.ts";
import type { StateSettings } from "./settings.ts";
import { type TryWriteParts, tryWrite } from "./try-write.ts";

/** The API tokens, in memory and in SQLite. */
export type Tokens = Pick<Access, "addToken" | "tokens" | "removeToken" | "caller">;

/** How often the last use of a token is written, ms. */
const useEveryMs = 3_600_000;

/** Reads the tokens into memory. `adminToken` is a further one with the role admin that comes from the settings. */
export function openTokens({ database, secrets, settings, clock, log, adminToken }: TokensParts): Tokens {
  const { db } = database;
  const insert = db.prepare(
    "INSERT INTO tokens (id, name, role, site, hash, created_at, expires_at, operations) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const erase = db.prepare("DELETE FROM tokens WHERE id = ?");
  const use = db.prepare("UPDATE tokens SET used_at = ? WHERE id = ?");
  const known = new Map<string, Entry>();
  const adminHash = adminToken === undefined ? undefined : secrets.hash(adminToken);

  for (const row of db.prepare("SELECT * FROM tokens ORDER BY created_at, id").iterate()) {
    const token = readRow(row as Record<string, string | null>);
    known.set(token.id, { token, hash: String(row.hash), caller: callerOf(token) });
  }

  function isOver({ expiresAt }: ApiToken): boolean {
    return expiresAt !== undefined && clock.now() >= expiresAt;
  }

  function isLastAdmin(id: string): boolean {
    const admins = [...known.values()].filter(({ token }) => isWholeAdmin(token) && !isOver(token));
    return admins.length === 1 && admins[0]!.token.id === id;
  }

  function noteUse(entry: Entry): void {
    const now = clock.now();
    const { id, usedAt } = entry.token;
    if (usedAt !== undefined && now - usedAt < useEveryMs) return;
    entry.token = { ...entry.token, usedAt: now };
    tryWrite({ database, log }, () => void use.run(now, id));
  }

  return {
    addToken({ name, role, site, expiresAt, operations }) {
      checkLabel("a token's name", name);
      if (known.size >= settings.maxTokens) {
        throw new GatewayError("limit-reached", `there are ${known.size} tokens already, the most allowed`);
      }
      if (site !== undefined && db.prepare("SELECT 1 FROM sites WHERE id = ?").get(site) === undefined) {
        throw new GatewayError("not-found", `there is no site ${site}`, { path: "site" });
      }
      const createdAt = clock.now();
      if (expiresAt !== undefined && expiresAt <= createdAt) {
        throw new GatewayError("invalid-request", "must lie in the future", { path: "expiresAt" });
      }
      const id = secrets.make(10);
      const secret = `linli_${id}_${secrets.make(secretLength)}`;
      const token: ApiToken = { id, name, role, site, createdAt, expiresAt, operations, usedAt: undefined };
      const hash = secrets.hash(secret);
      database.transaction((committed) => {
        const list = operations === undefined ? null : JSON.stringify(operations);
        insert.run(id, name, role, site ?? null, hash, createdAt, expiresAt ?? null, list);
        committed(() => known.set(id, { token, hash, caller: callerOf(token) }));
      });
      return { id, token: secret };
    },
    tokens: () => [...known.values()].map(({ token }) => token),
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
    caller(secret) {
      const entry = known.get(/^linli_([0-9a-z]{10})_/.exec(secret)?.[1] ?? "");
      if (secrets.matches(secret, entry?.hash)) {
        if (entry === undefined || isOver(entry.token)) return undefined;
        noteUse(entry);
        return entry.caller;
      }
      return adminHash !== undefined && secrets.matches(secret, adminHash) ? settingsAdmin : undefined;
    },
  };
}

interface Entry {
  token: ApiToken;
  readonly hash: string;
  readonly caller: Caller;
}

interface TokensParts extends TryWriteParts {
  readonly secrets: Secrets;
  readonly settings: Pick<StateSettings, "maxTokens">;
  readonly clock: { now(): number };
  readonly adminToken: string | undefined;
}

const settingsAdmin: Caller = { id: "settings", name: "admin", grants: [{ role: "admin" }] };

function isWholeAdmin({ role, site, operations }: ApiToken): boolean {
  return role === "admin" && site === undefined && operations === undefined;
}

function callerOf({ id, name, role, site, operations }: ApiToken): Caller {
  return { id: `token:${id}`, name, grants: [{ role, site }], operations };
}

function readRow(row: Record<string, string | null>): ApiToken {
  const { id, name, role, site, operations } = row;
  const time = (column: string) => (row[column] === null ? undefined : Number(row[column]));
  return {
    id: id!,
    name: name!,
    role: role as Role,
    site: site ?? undefined,
    createdAt: Number(row.created_at),
    expiresAt: time("expires_at"),
    operations: operations === null ? undefined : (JSON.parse(operations!) as string[]),
    usedAt: time("used_at"),
  };
}
