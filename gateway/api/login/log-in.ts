import { GatewayError } from "../../errors.ts";
import type { AuditEntry } from "../../state/audit/contract.ts";
import type { Person } from "../../state/people.ts";
import type { ApiParts } from "../parts.ts";
import { createBrowserMarks } from "./browser-mark.ts";
import { createLoginLimits } from "./limits.ts";

/** Where a request comes from. */
export interface Origin {
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
  /** The cookie that marks a browser in which somebody has logged in. */
  readonly mark: string | undefined;
}

/** A session that was opened, with the cookies for the browser. */
export interface LoggedIn {
  readonly person: Person;
  /** Id of the session. */
  readonly session: string;
  readonly cookie: string;
  readonly mark: string;
  /** Epoch ms. */
  readonly endsAt: number;
}

/** Lets people in. */
export interface LogIn {
  /** Throws `unauthorised`, `limit-reached` (wait) or `busy`; which of log-in and password was wrong is not said. */
  withPassword(given: { login: string; password: string }, origin: Origin): Promise<LoggedIn>;
  /** The same without opening a session: whose password it is. */
  check(given: { login: string; password: string }, origin: Origin): Promise<Person>;
  /** For somebody whom a link or an identity provider has proved. Throws `forbidden` for an inactive person. */
  open(person: Person, origin: Origin): LoggedIn;
}

/** Makes the log-in on people, sessions and their limits. */
export function createLogIn(
  parts: Pick<ApiParts, "identity" | "audit" | "settings" | "clock" | "metrics" | "log">,
): LogIn {
  const { people, sessions, passwords, seal } = parts.identity;
  const limits = createLoginLimits(parts);
  const marks = createBrowserMarks(seal);
  const results = parts.metrics.countBy("logins", "Log-ins by result", "result");
  const { audit, log } = parts;
  sessions.onStolen(({ person, address }) => {
    log.warn({ person, address }, "an old session secret came back; the session was ended");
    audit.note({ ...byPerson(person), address, action: "session-stolen", outcome: "refused" });
  });
  parts.metrics.gauge("login_waiting", "Passwords that wait to be checked", () => passwords.waiting());
  parts.metrics.gauge("sessions", "People's sessions that are kept", () => sessions.count());

  function open(person: Person, { address, agent, mark }: Origin): LoggedIn {
    if (!person.isActive)
      throw new GatewayError("forbidden", "this person is shut out; ask an administrator");
    const { cookie, session } = sessions.open({ person, address, agent });
    people.noteLogin(person.id);
    results.add("ok");
    audit.note({ ...byPerson(person.id), address, action: "login", outcome: "done" });
    const isMarked = marks.read(mark, person) !== undefined;
    const { id, endsAt } = session;
    return { person, session: id, cookie, mark: isMarked ? mark! : marks.make(person), endsAt };
  }

  async function check(
    { login, password }: { login: string; password: string },
    origin: Origin,
  ): Promise<Person> {
    const person = people.findLogin(login);
    const browser = marks.read(origin.mark, person);
    const attempt = limits.take({ address: origin.address, login, browser });
    if (attempt === undefined) {
      refuse(origin, person, "delayed");
      throw new GatewayError("limit-reached", "too many wrong log-ins; wait a minute and try again", {
        retryable: true,
      });
    }
    const stored = person === undefined ? undefined : people.passwordOf(person.id);
    const isRight = await passwords.matches(password, stored, browser === undefined ? "last" : "first");
    const now = person && people.find(person.id);
    if (!isRight || stored === undefined || now === undefined || people.passwordOf(now.id) !== stored) {
      refuse(origin, person, "wrong");
      throw new GatewayError("unauthorised", "log-in or password is wrong");
    }
    attempt.undo();
    if (passwords.isOld(stored)) people.setPassword(now.id, await passwords.hash(password));
    return people.find(now.id) ?? now;
  }

  /** Anybody can cause these at will, so they are counted together. A log-in that nobody has may be a mistyped password: it is not kept. */
  function refuse({ address }: Origin, person: Person | undefined, result: "delayed" | "wrong"): void {
    results.add(result);
    // Those that must wait come as fast as somebody likes; they are counted.
    log[result === "wrong" ? "warn" : "debug"]({ person: person?.id, address, result }, "log-in refused");
    const target = person && `person:${person.id}`;
    const who = { by: "nobody", via: "session", address } as const;
    audit.noteOften({ ...who, action: "login", outcome: "refused", code: result, target });
  }

  return {
    open,
    check,
    withPassword: async (given, origin) => open(await check(given, origin), origin),
  };
}

function byPerson(id: string): Pick<AuditEntry, "by" | "via"> {
  return { by: `person:${id}`, via: "session" };
}
