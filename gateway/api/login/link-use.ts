import { GatewayError } from "../../errors.ts";
import type { Link } from "../../state/links.ts";
import { faultOfPassword } from "../../state/password-rule.ts";
import type { Person } from "../../state/people.ts";
import type { ApiParts } from "../parts.ts";
import { RequestFaults } from "../problem.ts";
import type { LoggedIn, LogIn, Origin } from "./log-in.ts";

/** What people do with an invitation or a reset link. */
export interface LinkUse {
  /** Throws `not-found` for one that is forged, used or over; looking does not use it up. */
  look(secret: string): { link: Link; person: Person };
  /** Sets the password and opens a session; the link ends. Throws as `look`, and `invalid-request` for a weak password. */
  setPassword(given: { link: string; password: string }, origin: Origin): Promise<LoggedIn>;
}

/** Makes the use of links. */
export function createLinkUse({ identity, logIn }: Pick<ApiParts, "identity"> & { logIn: LogIn }): LinkUse {
  const { people, links, passwords } = identity;

  function look(secret: string): { link: Link; person: Person } {
    const link = links.find(secret);
    const person = link && people.find(link.person);
    if (link === undefined || person?.isActive !== true) {
      throw new GatewayError("not-found", "this link is used, over or not known; ask for a new one");
    }
    return { link, person };
  }

  return {
    look,
    async setPassword({ link: secret, password }, origin) {
      const { link, person } = look(secret);
      const fault = faultOfPassword(password, [person.login, person.name]);
      if (fault !== undefined) throw new RequestFaults([{ path: "body.password", message: fault }]);
      const hash = await passwords.hash(password);
      // Of two uses at the same moment only the first to come here may pass.
      look(secret);
      links.end(link.person);
      people.setPassword(person.id, hash);
      return logIn.open(people.find(person.id) ?? person, origin);
    },
  };
}
