import { faultsByPath, sayRefusal } from "../faults.ts";
import { addDays, spanOf } from "./week.ts";

/** A shift as the API takes it. */
export interface NewShift {
  readonly crew: string;
  readonly contact: string;
  readonly leads: boolean;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
}

/** What is chosen in the form: the people, the days, and the hours of each. */
export interface Wish {
  readonly crew: string;
  readonly contacts: readonly string[];
  /** Who leads; empty: nobody in particular. */
  readonly leader: string;
  readonly date: string;
  /** The last day; empty: the first is the only one. */
  readonly until: string;
  readonly from: string;
  readonly to: string;
}

/** Days that are filled at once; a longer roster comes from a file. */
export const mostDays = 31;

/** The shifts that a wish makes, day by day; undefined while the days or hours are not right. */
export function shiftsOf({
  crew,
  contacts,
  leader,
  date,
  until,
  from,
  to,
}: Wish): readonly NewShift[] | undefined {
  const last = until === "" ? date : until;
  if (last < date || last > addDays(date, mostDays - 1)) return undefined;
  const shifts: NewShift[] = [];
  for (let day = date; day <= last; day = addDays(day, 1)) {
    const span = spanOf({ date: day, from, to });
    if (span === undefined) return undefined;
    const hours = { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() };
    shifts.push(...contacts.map((contact) => ({ crew, contact, leads: contact === leader, ...hours })));
  }
  return shifts;
}

/** What tells a shift from every other one. */
export function keyOf({ crew, contact, from, to }: NewShift): string {
  return [crew, contact, from, to].join(" ");
}

/** Adds one shift after the other, whatever becomes of those before; says which are there, and the first refusal of each person. */
export async function addShifts(
  shifts: readonly NewShift[],
  add: (shift: NewShift) => Promise<unknown>,
): Promise<{ readonly added: readonly NewShift[]; readonly faults: Readonly<Record<string, string>> }> {
  const added: NewShift[] = [];
  const faults: Record<string, string> = {};
  for (const shift of shifts) {
    try {
      await add(shift);
      added.push(shift);
    } catch (failure) {
      faults[shift.contact] ??= Object.values(faultsByPath(failure))[0] ?? sayRefusal(failure);
    }
  }
  return { added, faults };
}
