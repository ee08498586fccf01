import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { AnswerLink, AnswerTokens } from "./answer-token.ts";
import type { Database } from "./contract.ts";
import type { Secrets } from "./secrets.ts";

/** A link that was signed here, and whether it can be used. `over`: its time has passed. */
export interface FoundLink {
  readonly state: "open" | "used" | "over";
  readonly link: AnswerLink;
}

/** What came of using a link. */
export type LinkUse<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: "forged" | "used" | "over" };

/** Links by which the people who are told of an alarm answer it without logging in. Each takes one step and has an end. */
export interface AnswerLinks {
  /** The token of a new link. Writes nothing, so that a storm of notifications costs nothing. */
  sign(link: Omit<AnswerLink, "expiresAt" | "salt">): string;
  /** Looks without using it up; undefined for one that was not signed here. */
  read(token: string): FoundLink | undefined;
  /**
   * Acts once. While `act` runs the link counts as used; it is used up when `act` keeps its promise, and as before when it does
   * not. Rejects with what `act` rejects with.
   */
  use<T>(token: string, act: (link: AnswerLink) => Promise<T>): Promise<LinkUse<T>>;
}

/** Keeps the used ones in SQLite until they are over. */
export function openAnswerLinks({
  tokens,
  secrets,
  database,
  settings,
  clock,
  log,
}: AnswerLinksParts): AnswerLinks {
  const { db } = database;
  const insert = db.prepare("INSERT OR IGNORE INTO used_answer_links VALUES (?, ?)");
  const eraseOver = db.prepare("DELETE FROM used_answer_links WHERE expires_at <= ?");
  const select = db.prepare("SELECT 1 FROM used_answer_links WHERE mark = ?");
  /** Marks of those that are being used at this moment. */
  const busy = new Set<string>();

  function read(token: string): FoundLink | undefined {
    const link = tokens.read(token);
    if (link === undefined) return undefined;
    const mark = tokens.markOf(token);
    const isUsed = busy.has(mark) || select.get(mark) !== undefined;
    return { link, state: clock.now() >= link.expiresAt ? "over" : isUsed ? "used" : "open" };
  }

  function keep(mark: string, { expiresAt }: AnswerLink): void {
    try {
      database.transaction(() => {
        eraseOver.run(clock.now());
        insert.run(mark, expiresAt);
      });
    } catch (error) {
      // The step is done and on disk. Used again, the link could only say what has been said.
      log.error({ reason: messageOf(error) }, "a used answer link was not written down");
    }
  }

  return {
    sign: (link) =>
      tokens.sign({ ...link, expiresAt: clock.now() + settings.answerLinkMs, salt: secrets.make(5) }),
    read,
    async use(token, act) {
      const found = read(token);
      if (found === undefined) return { ok: false, reason: "forged" };
      if (found.state !== "open") return { ok: false, reason: found.state };
      const mark = tokens.markOf(token);
      busy.add(mark);
      try {
        const value = await act(found.link);
        // Not before: a crash in between must leave a link that still works, for the step may not be on disk.
        keep(mark, found.link);
        return { ok: true, value };
      } finally {
        busy.delete(mark);
      }
    },
  };
}

/** What `openAnswerLinks` needs. */
export interface AnswerLinksParts {
  readonly tokens: AnswerTokens;
  readonly secrets: Pick<Secrets, "make">;
  readonly database: Database;
  readonly settings: { readonly answerLinkMs: number };
  readonly clock: { now(): number };
  readonly log: Pick<Log, "error">;
}
