import type { Database } from "./contract.ts";
import { type Secrets, secretLength } from "./secrets.ts";

/** A link that lets one person set a password, once. */
export interface Link {
  readonly id: string;
  readonly person: string;
  readonly purpose: "invite" | "reset";
  readonly madeAt: number;
  readonly expiresAt: number;
}

/** Invitations and reset links. A person has one at most: a new one ends the earlier. */
export interface Links {
  /** The secret stands in the link and cannot be had again. */
  make(link: Pick<Link, "person" | "purpose"> & { readonly validMs: number }): { link: Link; secret: string };
  /** Looks without using it up; undefined for a forged, used, ended or expired one. */
  find(secret: string): Link | undefined;
  /** Ends a person's link; called in the turn in which it is used, before anything that takes time. */
  end(person: string): void;
}

/** Keeps links in SQLite, by hash. */
export function openLinks({ database, secrets, clock }: LinksParts): Links {
  const { db } = database;
  const insert = db.prepare("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?)");
  const eraseOf = db.prepare("DELETE FROM links WHERE person = ?");
  const eraseOld = db.prepare("DELETE FROM links WHERE expires_at <= ?");
  const select = db.prepare("SELECT * FROM links WHERE id = ?");

  return {
    make({ person, purpose, validMs }) {
      const id = secrets.make(10);
      const secret = `${id}${secrets.make(secretLength)}`;
      const madeAt = clock.now();
      const link: Link = { id, person, purpose, madeAt, expiresAt: madeAt + validMs };
      database.transaction(() => {
        eraseOld.run(madeAt);
        eraseOf.run(person);
        insert.run(id, person, purpose, secrets.hash(`link ${secret}`), madeAt, link.expiresAt);
      });
      return { link, secret };
    },
    find(secret) {
      const row = select.get(secret.slice(0, 10));
      if (!secrets.matches(`link ${secret}`, row === undefined ? undefined : String(row.hash)))
        return undefined;
      if (row === undefined || Number(row.expires_at) <= clock.now()) return undefined;
      return {
        ...{ id: String(row.id), person: String(row.person), purpose: row.purpose as Link["purpose"] },
        ...{ madeAt: Number(row.made_at), expiresAt: Number(row.expires_at) },
      };
    },
    end(person) {
      database.transaction(() => eraseOf.run(person));
    },
  };
}

interface LinksParts {
  readonly database: Database;
  readonly secrets: Secrets;
  readonly clock: { now(): number };
}
