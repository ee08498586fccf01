import type { Log } from "../log.ts";
import type { Database } from "./contract.ts";
import { type Links, openLinks } from "./links.ts";
import { createPasswords, type PasswordCost, type Passwords } from "./passwords.ts";
import { openPeople, type People } from "./people.ts";
import type { Secrets } from "./secrets.ts";
import { openSessions, type Sessions } from "./sessions.ts";
import type { StateSettings } from "./settings.ts";

/** Who people are and how they prove it. */
export interface Identity {
  readonly people: People;
  readonly sessions: Sessions;
  readonly links: Links;
  readonly passwords: Passwords;
  /** Keyed hash of a text, for what is given out and must come back unchanged. */
  seal(text: string): string;
}

/** Opens people, sessions and links on one database. */
export function openIdentity(parts: IdentityParts): Identity {
  const { secrets, randomBytes, settings, passwordCost: cost } = parts;
  const people = openPeople(parts);
  return {
    people,
    sessions: openSessions({ ...parts, people }),
    links: openLinks(parts),
    passwords: createPasswords({ randomBytes, maxWaiting: settings.maxWaitingLogins, cost }),
    seal: (text) => secrets.hash(`seal ${text}`),
  };
}

/** What `openIdentity` needs. */
export interface IdentityParts {
  readonly database: Database;
  readonly log: Pick<Log, "warn">;
  /** Of `openAccess`. */
  readonly secrets: Secrets;
  readonly settings: StateSettings;
  readonly clock: { now(): number };
  readonly randomBytes: (size: number) => Buffer;
  /** Cheaper hashes for tests. */
  readonly passwordCost?: PasswordCost | undefined;
}
