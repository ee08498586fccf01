import { GatewayError } from "../errors.ts";
import type { DutyCheckStep } from "../types.ts";
import type { CheckWatch } from "./check-watch.ts";
import type { Contacts, Crews, DutyBook, DutyCheck, DutyDesk } from "./contract.ts";

/** What the desk needs. */
export interface CheckDeskParts {
  readonly watch: Pick<CheckWatch, "ask" | "answer" | "find" | "ofCrew" | "after">;
  readonly book: Pick<DutyBook, "find">;
  readonly crews: Pick<Crews, "anywhere">;
  readonly contacts: Pick<Contacts, "ofPerson">;
  /** Journals a step; keeps its promise when it is on disk. */
  readonly report: (step: DutyCheckStep) => Promise<void>;
}

/** Makes the desk. Of two people who answer only one is the first; the answer waits for the disk. */
export function createDutyDesk({ watch, book, crews, contacts, report }: CheckDeskParts): DutyDesk {
  return {
    async ask(id, by) {
      const crew = crews.anywhere(id);
      if (crew === undefined) throw new GatewayError("not-found", `there is no crew "${id}"`);
      const step = watch.ask(crew, by);
      if (step === undefined) {
        const due = new Date(watch.ofCrew(id)?.due ?? 0).toISOString();
        throw new GatewayError("conflict", `the crew ${crew.name} is being asked already, until ${due}`);
      }
      await report(step);
      return watch.after(step) as DutyCheck;
    },
    async answer(id, { by, person }) {
      const before = watch.find(id) ?? book.find(id);
      if (before === undefined) throw new GatewayError("not-found", `there is no duty check "${id}"`);
      const contact = person === undefined ? undefined : contacts.ofPerson(before.site, person);
      // It asks whether the crew is there; whoever is known to belong elsewhere cannot say so.
      if (contact !== undefined && contact.crew !== before.crew) {
        throw new GatewayError(
          "forbidden",
          `only the crew ${before.crewName} can answer this; you are not of it`,
        );
      }
      // The same person again, after an answer that got lost on the way.
      if (before.state === "answered" && before.answeredBy === by) return before;
      const step = watch.answer(id, { by, ...(contact && { contact: contact.id }) });
      if (step === undefined) {
        const end = new Date(before.endedAt ?? before.due).toISOString();
        throw new GatewayError("conflict", `duty check ${id} is over: ${before.state} at ${end}`);
      }
      await report(step);
      return watch.after(step) ?? before;
    },
  };
}
