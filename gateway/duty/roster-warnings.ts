import type { Crew, RosterWarning, Shift } from "./contract.ts";

/** What gaps are looked for in. */
export interface WarningParts {
  readonly crews: readonly Crew[];
  /** Shifts of a crew that touch the time, of contacts that can be called. */
  readonly shifts: (crew: string, from: number, to: number) => readonly Shift[];
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/** Where a crew has nobody or too few, in order of time. One that grew or shrank meanwhile is told in pieces. */
export function findWarnings({ crews, shifts, from, to, most }: WarningParts): readonly RosterWarning[] {
  return crews
    .flatMap((crew) => warningsOf(crew, shifts(crew.id, from, to), from, to))
    .sort((a, b) => a.from - b.from || (a.crew < b.crew ? -1 : 1))
    .slice(0, most);
}

function warningsOf(
  { id: crew, least }: Crew,
  shifts: readonly Shift[],
  from: number,
  to: number,
): RosterWarning[] {
  const edges = shifts.flatMap((shift) => [shift.from, shift.to]).filter((at) => at > from && at < to);
  const marks = [...new Set([from, ...edges, to])].sort((a, b) => a - b);
  const found: RosterWarning[] = [];
  for (const [index, end] of marks.slice(1).entries()) {
    const begin = marks[index]!;
    const present = shifts.filter((shift) => shift.from <= begin && shift.to > begin);
    const people = new Set(present.map(({ contact }) => contact)).size;
    if (people >= least) continue;
    const last = found.at(-1);
    if (last?.to === begin && last.people === people) found[found.length - 1] = { ...last, to: end };
    else found.push({ crew, from: begin, to: end, people, least });
  }
  return found;
}
