import type { Contact, Crew } from "../../../../../gateway/api/contract.ts";
import type { Shift } from "./groups.ts";

/** A time in which a crew has nobody, or too few. Epoch ms. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** How many are missing. */
  readonly missing: number;
  readonly isEmpty: boolean;
}

/** Where a crew has too few from `from` until before `to`, as the gateway counts: different people who can be called. */
export function gapsOf(
  { id, least }: Pick<Crew, "id" | "least">,
  shifts: readonly Shift[],
  contacts: readonly Pick<Contact, "id" | "active">[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly Gap[] {
  if (to <= from) return [];
  const active = new Set(contacts.flatMap((contact) => (contact.active ? [contact.id] : [])));
  const present = shifts
    .filter(({ crew, contact }) => crew === id && active.has(contact))
    .map((shift) => ({ contact: shift.contact, from: Date.parse(shift.from), to: Date.parse(shift.to) }));
  const edges = present.flatMap((shift) => [shift.from, shift.to]).filter((at) => at > from && at < to);
  const marks = [...new Set([from, ...edges, to])].sort((a, b) => a - b);
  const found: Gap[] = [];
  for (const [index, end] of marks.slice(1).entries()) {
    const begin = marks[index] ?? from;
    const people = new Set(
      present.filter((one) => one.from <= begin && one.to > begin).map(({ contact }) => contact),
    ).size;
    if (people >= least) continue;
    const last = found.at(-1);
    const gap = { from: begin, to: end, missing: least - people, isEmpty: people === 0 };
    if (last?.to === begin && last.missing === gap.missing) found[found.length - 1] = { ...last, to: end };
    else found.push(gap);
  }
  return found;
}
