import { GatewayError } from "../errors.ts";
import type { Caller, Grant, Role } from "../types.ts";
import type { Database } from "./contract.ts";
import { checkLabel } from "./label.ts";
import type { Secrets } from "./secrets.ts";
import type { StateSettings } from "./settings.ts";

/** A person who may log in. */
export interface Person {
  readonly id: string;
  /** What is typed at the log-in; case does not matter. */
  readonly login: string;
  /** What alerts and commands record. */
  readonly name: string;
  readonly grants: readonly Grant[];
  /** An inactive one keeps everything and gets in nowhere. */
  readonly isActive: boolean;
  readonly createdAt: number;
  /** When the password was set; undefined while there is none. */
  readonly passwordAt: number | undefined;
  readonly loginAt: number | undefined;
  /** `issuer subject` at an identity provider. */
  readonly subject: string | undefined;
}

/** The people, in memory and in SQLite. Refusals are `not-found`, `conflict`, `invalid-request`, `limit-reached`. */
export interface People {
  all(): readonly Person[];
  find(id: string): Person | undefined;
  findLogin(login: string): Person | undefined;
  findSubject(subject: string): Person | undefined;
  add(person: Pick<Person, "login" | "name" | "grants"> & { readonly subject?: string | undefined }): Person;
  /** What is given replaces what was. Throws `conflict` when nobody would be left who is admin everywhere. */
  change(id: string, change: PersonChange): Person;

  remove(id: string): void;
  passwordOf(id: string): string | undefined;
  /** `hash` as `Passwords` made it. */
  setPassword(id: string, hash: string): void;
  noteLogin(id: string): void;
  /** Called after a person was changed or removed, or got another password. */
  onChanged(listener: (id: string) => void): void;
}

/** What is to be replaced; what is undefined stays. */
export interface PersonChange {
  readonly login?: string | undefined;
  readonly name?: string | undefined;
  readonly grants?: readonly Grant[] | undefined;
  readonly isActive?: boolean | undefined;
  readonly subject?: string | undefined;
}

/** What a person's session may do. */
export function callerOf(person: Person, session: string): Caller {
  return { id: `person:${person.id}`, name: person.name, grants: person.grants, session };
}

/** Reads the people into memory. */
export function openPeople({ database, secrets, settings, clock }: PeopleParts): People {
  const { db } = database;
  const insert = db.prepare(
    "INSERT INTO people (id, login, name, subject, is_active, created_at) VALUES (?, ?, ?, ?, 1, ?)",
  );
  const update = db.prepare("UPDATE people SET login = ?, name = ?, subject = ?, is_active = ? WHERE id = ?");
  const erase = db.prepare("DELETE FROM people WHERE id = ?");
  const eraseGrants = db.prepare("DELETE FROM person_grants WHERE person = ?");
  const insertGrant = db.prepare("INSERT INTO person_grants VALUES (?, ?, ?)");
  const setHash = db.prepare("UPDATE people SET password = ?, password_at = ? WHERE id = ?");
  const setLogin = db.prepare("UPDATE people SET login_at = ? WHERE id = ?");
  const known = new Map<string, { person: Person; hash: string | undefined }>();
  const listeners: ((id: string) => void)[] = [];
  for (const entry of readPeople(database)) known.set(entry.person.id, entry);

  function get(id: string): { person: Person; hash: string | undefined } {
    const entry = known.get(id);
    if (entry === undefined) throw new GatewayError("not-found", `there is no person "${id}"`);
    return entry;
  }

  function search(matches: (person: Person) => boolean): Person | undefined {
    for (const { person } of known.values()) if (matches(person)) return person;
    return undefined;
  }

  function check({ id, login, name, grants }: Person): void {
    checkLogin(login);
    checkLabel("a person's name", name);
    if (search((other) => other.id !== id && fold(other.login) === fold(login)) !== undefined) {
      throw new GatewayError("conflict", `somebody else logs in as ${login}`, { path: "login" });
    }
    if (search((other) => other.id !== id && other.name === name) !== undefined) {
      const message = `${name} is there already; records name people, so add what tells the two apart`;
      throw new GatewayError("conflict", message, { path: "name" });
    }
    for (const [index, { site }] of grants.entries()) {
      if (site === undefined || db.prepare("SELECT 1 FROM sites WHERE id = ?").get(site) !== undefined)
        continue;
      throw new GatewayError("not-found", `there is no site ${site}`, { path: `grants[${index}].site` });
    }
  }

  /** Somebody must be left who can let others in. */
  function keepAnAdmin(id: string, next: Person | undefined): void {
    if (!isWholeAdmin(get(id).person) || (next !== undefined && isWholeAdmin(next))) return;
    if (search((other) => other.id !== id && isWholeAdmin(other)) !== undefined) return;
    throw new GatewayError(
      "conflict",
      "this is the last active person with the role admin for all sites: give it to somebody else first",
    );
  }

  function writeGrants({ id, grants }: Person): void {
    eraseGrants.run(id);
    const rows = new Set(grants.map(({ role, site = "*" }) => `${role} ${site}`));
    for (const row of rows) insertGrant.run(id, ...(row.split(" ") as [string, string]));
  }

  function tell(id: string): void {
    for (const listener of listeners) listener(id);
  }

  return {
    all: () => [...known.values()].map(({ person }) => person),
    find: (id) => known.get(id)?.person,
    findLogin: (login) => search((person) => fold(person.login) === fold(login)),
    findSubject: (subject) => search((person) => person.subject === subject),
    add({ login, name, grants, subject }) {
      if (known.size >= settings.maxPeople) {
        throw new GatewayError("limit-reached", `there are ${known.size} people already, the most allowed`);
      }
      const id = secrets.make(12);
      const person: Person = {
        ...{ id, login, name, grants, subject, isActive: true, createdAt: clock.now() },
        ...{ passwordAt: undefined, loginAt: undefined },
      };
      check(person);
      database.transaction((committed) => {
        insert.run(id, login, name, subject ?? null, person.createdAt);
        writeGrants(person);
        committed(() => known.set(id, { person, hash: undefined }));
      });
      return person;
    },
    change(id, change) {
      const { person: before, hash } = get(id);
      const { login = before.login, name = before.name, grants = before.grants } = change;
      const { isActive = before.isActive, subject = before.subject } = change;
      const person: Person = { ...before, login, name, grants, isActive, subject };
      check(person);
      keepAnAdmin(id, person);
      database.transaction((committed) => {
        update.run(person.login, person.name, person.subject ?? null, Number(person.isActive), id);
        writeGrants(person);
        committed(() => known.set(id, { person, hash }));
      });
      tell(id);
      return person;
    },
    remove(id) {
      keepAnAdmin(get(id).person.id, undefined);
      database.transaction((committed) => {
        erase.run(id);
        committed(() => known.delete(id));
      });
      tell(id);
    },
    passwordOf: (id) => known.get(id)?.hash,
    setPassword(id, hash) {
      const { person } = get(id);
      const passwordAt = clock.now();
      database.transaction((committed) => {
        setHash.run(hash, passwordAt, id);
        committed(() => known.set(id, { person: { ...person, passwordAt }, hash }));
      });
      tell(id);
    },
    noteLogin(id) {
      const { person, hash } = get(id);
      const loginAt = clock.now();
      database.transaction((committed) => {
        setLogin.run(loginAt, id);
        committed(() => known.set(id, { person: { ...person, loginAt }, hash }));
      });
    },
    onChanged: (listener) => void listeners.push(listener),
  };
}

/** What `openPeople` needs. */
export interface PeopleParts {
  readonly database: Database;
  readonly secrets: Pick<Secrets, "make">;
  readonly settings: Pick<StateSettings, "maxPeople">;
  readonly clock: { now(): number };
}

function isWholeAdmin({ grants, isActive }: Person): boolean {
  return isActive && grants.some(({ role, site }) => role === "admin" && site === undefined);
}

function fold(login: string): string {
  return login.toLowerCase();
}

function checkLogin(login: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._@+-]{1,63}$/.test(login)) return;
  throw new GatewayError(
    "invalid-request",
    'has 2 to 64 letters, digits, ".", "_", "@", "+" or "-", and begins with a letter or digit; an e-mail address will do',
    { path: "login" },
  );
}

function* readPeople({ db }: Database): Iterable<{ person: Person; hash: string | undefined }> {
  const grants = new Map<string, Grant[]>();
  for (const row of db
    .prepare("SELECT person, role, site FROM person_grants ORDER BY person, role, site")
    .iterate()) {
    const { person, role, site } = row as Record<string, string>;
    const grant: Grant = { role: role as Role, site: site === "*" ? undefined : site };
    grants.set(person!, [...(grants.get(person!) ?? []), grant]);
  }
  for (const row of db.prepare("SELECT * FROM people ORDER BY created_at, id").iterate()) {
    const { id, login, name, password, subject, is_active, created_at, password_at, login_at } = row;
    const time = (value: unknown) => (value === null ? undefined : Number(value));
    const person: Person = {
      ...{ id: String(id), login: String(login), name: String(name), grants: grants.get(String(id)) ?? [] },
      ...{ isActive: is_active === 1, createdAt: Number(created_at), subject: textOf(subject) },
      ...{ passwordAt: time(password_at), loginAt: time(login_at) },
    };
    yield { person, hash: textOf(password) };
  }
}

function textOf(value: unknown): string | undefined {
  return value === null ? undefined : String(value);
}
