import { momentOf } from "../zone.ts";
import type { Contact, Crew, RosterFault, RosterLine, Shift } from "./contract.ts";

/** What the lines of a roster are read with. */
export interface RosterParts {
  readonly crews: readonly Crew[];
  readonly contacts: readonly Contact[];
  readonly zone: string;
  readonly maxRows: number;
  readonly maxShiftMs: number;
}

/** Shifts of a roster, each with the line where it stands, and what could not be read. */
export interface ReadRoster {
  readonly shifts: readonly { readonly line: number; readonly shift: Omit<Shift, "id"> }[];
  readonly faults: readonly RosterFault[];
}

const columns = ["crew", "contact", "date", "from", "to", "leads"] as const;
type Column = (typeof columns)[number];

/** Column titles as people write them, in lower case. */
const titles: ReadonlyMap<string, Column> = new Map(
  Object.entries({
    crew: ["crew", "班组", "队伍"],
    contact: ["contact", "人员", "姓名"],
    date: ["date", "日期"],
    from: ["from", "上班", "开始"],
    to: ["to", "下班", "结束"],
    leads: ["leads", "带班", "班长"],
  } satisfies Record<Column, string[]>).flatMap(([column, names]) =>
    names.map((name) => [name, column as Column]),
  ),
);

/**
 * Reads a roster, the header first: `crew` and `contact` by id or name, `date` (`2026-01-15`), `from` and `to` (`08:00`; one that is
 * not after `from` is on the next day), and as wished `leads` (`yes`, `no`).
 */
export function readRoster([header, ...lines]: readonly RosterLine[], parts: RosterParts): ReadRoster {
  if (header === undefined)
    return { shifts: [], faults: [{ line: 1, path: "", message: "the file is empty" }] };
  const faults: RosterFault[] = [];
  const places = readHeader(header, faults);
  if (places === undefined) return { shifts: [], faults };
  if (lines.length > parts.maxRows) {
    const { line } = lines[parts.maxRows]!;
    return { shifts: [], faults: [{ line, path: "", message: `at most ${parts.maxRows} shifts at once` }] };
  }
  const shifts = lines.flatMap(({ line, cells }) => {
    const before = faults.length;
    const cell = (column: Column) => cells[places.get(column) ?? cells.length] ?? "";
    const shift = readLine(cell, parts, (path, message) => void faults.push({ line, path, message }));
    return faults.length === before ? [{ line, shift }] : [];
  });
  return { shifts, faults };
}

function readHeader({ line, cells }: RosterLine, faults: RosterFault[]): Map<Column, number> | undefined {
  const before = faults.length;
  const places = new Map<Column, number>();
  for (const [index, title] of cells.entries()) {
    const column = titles.get(title.toLowerCase());
    if (title === "") continue;
    if (column === undefined)
      faults.push({ line, path: title, message: `unknown column; known are ${columns.join(", ")}` });
    else if (places.has(column)) faults.push({ line, path: title, message: "this column is there twice" });
    else places.set(column, index);
  }
  for (const needed of columns.slice(0, 5)) {
    if (!places.has(needed))
      faults.push({
        line,
        path: needed,
        message: `the first line must name the columns, and ${needed} is missing`,
      });
  }
  return faults.length === before ? places : undefined;
}

type Refuse = (path: string, message: string) => void;

function readLine(
  cell: (column: Column) => string,
  { crews, contacts, zone, maxShiftMs }: RosterParts,
  refuse: Refuse,
): Omit<Shift, "id"> {
  const crew = findOne("crew", cell("crew"), crews, refuse);
  const contact = findOne("contact", cell("contact"), contacts, refuse);
  const [date, from, to] = [cell("date").replaceAll("/", "-"), padded(cell("from")), padded(cell("to"))];
  const begin = momentOf(date, from, zone);
  const end = momentOf(date, to, zone);
  const isDate = Number.isFinite(momentOf(date, "00:00", zone));
  if (!isDate) refuse("date", `a date such as 2026-01-15, got "${cell("date")}"`);
  if (isDate && Number.isNaN(begin)) refuse("from", `a time such as 08:00, got "${cell("from")}"`);
  if (isDate && Number.isNaN(end)) refuse("to", `a time such as 20:00, got "${cell("to")}"`);
  const until = end > begin ? end : end + 86_400_000;
  if (until - begin > maxShiftMs)
    refuse("to", `a shift of ${(until - begin) / 3_600_000} h is longer than one may be`);
  return {
    crew: crew?.id ?? "",
    contact: contact?.id ?? "",
    leads: readLeads(cell("leads"), refuse),
    from: begin,
    to: until,
  };
}

/** By id, or by a name that only one has. */
function findOne<T extends { readonly id: string; readonly name: string }>(
  column: Column,
  text: string,
  known: readonly T[],
  refuse: Refuse,
): T | undefined {
  const byId = known.find(({ id }) => id === text);
  if (byId !== undefined) return byId;
  const named = known.filter(({ name }) => name === text);
  if (named.length === 0) refuse(column, text === "" ? "is missing" : `the site has no ${column} "${text}"`);
  if (named.length > 1) refuse(column, `${named.length} are called "${text}"; write the id`);
  return named.length === 1 ? named[0] : undefined;
}

/** Spreadsheets drop the zero in front. */
function padded(time: string): string {
  return /^\d:\d{2}$/.test(time)
    ? `0${time}`
    : time.replace(/^(\d{1,2}:\d{2}):00$/, (_, short: string) => padded(short));
}

function readLeads(text: string, refuse: Refuse): boolean {
  if (/^(yes|true|1|是)$/i.test(text)) return true;
  if (!/^(|no|false|0|否)$/i.test(text)) refuse("leads", `yes or no, got "${text}"`);
  return false;
}
