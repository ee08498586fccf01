import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Person } from "../../state/people.ts";

/** Marks browsers in which a person has logged in, so that guesses made elsewhere do not slow them down there. */
export interface BrowserMarks {
  /** The cookie for a browser in which this person has just logged in. */
  make(person: Person): string;
  /** What the browser is counted under; undefined when it has no mark for this person, or one from before the present password. */
  read(mark: string | undefined, person: Person | undefined): string | undefined;
}

/** Marks that `seal` signs; nothing is kept. */
export function createBrowserMarks(seal: (text: string) => string): BrowserMarks {
  function sign(id: string, { id: person, passwordAt = 0 }: Person): string {
    return seal(`browser ${id} ${person} ${passwordAt}`);
  }

  return {
    make(person) {
      const id = randomBytes(12).toString("base64url");
      return `${id}.${sign(id, person)}`;
    },
    read(mark, person) {
      const [id = "", signature = ""] = mark?.split(".") ?? [];
      if (person === undefined) return undefined;
      const right = Buffer.from(sign(id, person));
      const given = Buffer.from(signature);
      return given.length === right.length && timingSafeEqual(given, right) ? id : undefined;
    },
  };
}
