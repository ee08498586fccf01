import type { Caller } from "../types.ts";
import { callerOf, type People, type Person } from "./people.ts";
import { type Secrets, secretLength } from "./secrets.ts";
import { openSessionTable, type SessionRow } from "./session-table.ts";
import type { StateSettings } from "./settings.ts";
import { type TryWriteParts, tryWrite } from "./try-write.ts";

/** A log-in that lasts. */
export interface Session {
  readonly id: string;
  readonly person: string;
  readonly openedAt: number;
  /** To 5 minutes. */
  readonly usedAt: number;
  /** It ends here however much it is used. */
  readonly endsAt: number;
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
}

/** What a cookie says, and a new one when it is time. */
export interface SessionUse {
  readonly caller: Caller;
  /** Replaces the cookie that came; undefined while that is good for longer. */
  readonly cookie: string | undefined;
  readonly endsAt: number;
}

/** The sessions of people, in memory and in SQLite, so that a restart logs nobody out. */
export interface Sessions {
  open(about: { person: Person; address: string; agent: string }): { cookie: string; session: Session };
  /** Checks a cookie and counts as use. With `rotate` it may answer a new cookie, which the caller must send. */
  use(cookie: string, options: { readonly rotate: boolean }): SessionUse | undefined;
  /** Whether it lasts still; a stream that is open counts as use. */
  isOpen(id: string): boolean;
  of(person: string): readonly Session[];
  end(id: string): void;
  /** Ends all of a person's, except one. */
  endOf(person: string, except?: string): void;
  count(): number;
  /** Called when a secret came that was replaced long ago: somebody has a copy. The session is ended already. */
  onStolen(listener: (session: Session) => void): void;
}

/** How often the last use is written, ms. */
const useEveryMs = 300_000;
/** How long requests that were under way at a rotation may still bring the old secret, ms. */
const overlapMs = 60_000;

/** Reads the sessions back. People who are changed keep theirs; those who are shut out or get a new password do not. */
export function openSessions({ database, secrets, people, settings, clock, log }: SessionsParts): Sessions {
  const table = openSessionTable(database);
  const known = new Map<string, SessionRow>();
  const listeners: ((session: Session) => void)[] = [];
  for (const row of table.read()) known.set(row.id, row);

  function isOver({ usedAt, endsAt }: SessionRow): boolean {
    const now = clock.now();
    return now >= endsAt || now - usedAt >= settings.sessionIdleMs;
  }

  function end(id: string): void {
    if (!known.has(id)) return;
    database.transaction(() => table.remove(id));
    known.delete(id);
  }

  function alive(id: string): SessionRow | undefined {
    const row = known.get(id);
    if (row === undefined || !isOver(row)) return row;
    end(id);
    return undefined;
  }

  /** With `lax` a database that cannot take it does not matter: the memory has it. */
  function keep(row: SessionRow, how: "durable" | "lax"): SessionRow {
    if (how === "lax") tryWrite({ database, log }, () => table.write(row));
    else database.transaction(() => table.write(row));
    known.set(row.id, row);
    return row;
  }

  function touch(row: SessionRow): SessionRow {
    const now = clock.now();
    return now - row.usedAt < useEveryMs ? row : keep({ ...row, usedAt: now }, "lax");
  }

  /** Which of its two secrets it is. */
  function recognise(row: SessionRow | undefined, secret: string): "present" | "previous" | undefined {
    const text = `session ${secret}`;
    const isPresent = secrets.matches(text, row?.hash);
    const isPrevious = secrets.matches(text, row?.previousHash);
    if (row === undefined) return undefined;
    return isPresent ? "present" : isPrevious ? "previous" : undefined;
  }

  function isOld({ confirmedAt }: SessionRow): boolean {
    return confirmedAt !== undefined && clock.now() - confirmedAt > overlapMs;
  }

  function rotate(row: SessionRow): { row: SessionRow; cookie: string } {
    const secret = secrets.make(secretLength);
    const rotated = {
      ...row,
      ...{ hash: secrets.hash(`session ${secret}`), previousHash: row.hash },
      ...{ rotatedAt: clock.now(), confirmedAt: undefined },
    };
    return { row: keep(rotated, "lax"), cookie: `${row.id}.${secret}` };
  }

  function makeRoom(person: string): void {
    for (const row of [...known.values()]) if (isOver(row)) end(row.id);
    const oldestFirst = (rows: SessionRow[]) => rows.sort((a, b) => a.usedAt - b.usedAt);
    const own = oldestFirst([...known.values()].filter((row) => row.person === person));
    while (own.length >= settings.sessionsPerPerson) end(own.shift()!.id);
    if (known.size >= settings.maxSessions) end(oldestFirst([...known.values()])[0]!.id);
  }

  people.onChanged((id) => {
    const person = people.find(id);
    for (const row of [...known.values()]) {
      const isShutOut = person === undefined || !person.isActive || (person.passwordAt ?? 0) > row.openedAt;
      if (row.person === id && isShutOut) end(row.id);
    }
  });

  return {
    open({ person, address, agent }) {
      makeRoom(person.id);
      const id = secrets.make(10);
      const secret = secrets.make(secretLength);
      const now = clock.now();
      const isAdmin = person.grants.some(({ role }) => role === "admin");
      const session: Session = {
        ...{ id, person: person.id, openedAt: now, usedAt: now, address, agent: agent.slice(0, 200) },
        endsAt: now + (isAdmin ? settings.adminSessionMs : settings.sessionMs),
      };
      const hash = secrets.hash(`session ${secret}`);
      keep({ ...session, hash, previousHash: undefined, confirmedAt: now, rotatedAt: now }, "durable");
      return { cookie: `${id}.${secret}`, session };
    },
    use(cookie, options) {
      const [id = "", secret = ""] = cookie.split(".");
      const row = alive(id);
      const which = recognise(row, secret);
      if (row === undefined || which === undefined) return undefined;
      if (which === "previous" && isOld(row)) {
        end(id);
        for (const listener of listeners) listener(row);
        return undefined;
      }
      const person = people.find(row.person);
      if (person === undefined) return undefined;
      let now = touch(row);
      if (which === "present" && now.confirmedAt === undefined) {
        now = keep({ ...now, confirmedAt: clock.now() }, "lax");
      }
      const caller = callerOf(person, id);
      if (!options.rotate || clock.now() - now.rotatedAt < settings.sessionRotateMs) {
        return { caller, cookie: undefined, endsAt: now.endsAt };
      }
      return { caller, cookie: rotate(now).cookie, endsAt: now.endsAt };
    },
    isOpen(id) {
      const row = alive(id);
      if (row !== undefined) touch(row);
      return row !== undefined;
    },
    of: (person) => [...known.values()].filter((row) => row.person === person && !isOver(row)),
    end,
    endOf(person, except) {
      for (const row of [...known.values()]) if (row.person === person && row.id !== except) end(row.id);
    },
    count: () => known.size,
    onStolen: (listener) => void listeners.push(listener),
  };
}

/** What `openSessions` needs. */
export interface SessionsParts extends TryWriteParts {
  readonly secrets: Secrets;
  readonly people: People;
  readonly settings: Pick<
    StateSettings,
    "sessionIdleMs" | "sessionMs" | "adminSessionMs" | "sessionRotateMs" | "sessionsPerPerson" | "maxSessions"
  >;
  readonly clock: { now(): number };
}
