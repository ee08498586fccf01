import type { Contact, Crew } from "../../../../../gateway/api/contract.ts";
import { wordsOf } from "../../../i18n/words.ts";
import type { Shift } from "./groups.ts";
import { clockOf, dateOf, spanOf } from "./week.ts";
import { rosterArea } from "./words.ts";

/** Titles of the columns, by the gateway's names, in the order of a file. */
const titles: ReadonlyMap<string, "ofCrew" | "ofContact" | "ofDate" | "ofFrom" | "ofTo" | "ofLeads"> =
  new Map([
    ["crew", "ofCrew"],
    ["contact", "ofContact"],
    ["date", "ofDate"],
    ["from", "ofFrom"],
    ["to", "ofTo"],
    ["leads", "ofLeads"],
  ]);

/** A column of the file in the language of the screen; one that the gateway does not know stays as it is written. */
export function sayColumn(name: string): string {
  const title = titles.get(name);
  return title === undefined ? name : wordsOf(rosterArea)(title);
}

/** Shifts as rows of a file that can be imported again, the titles first. Who shares his name with another is written by his id. */
export function rosterRows(
  shifts: readonly Shift[],
  crews: readonly Crew[],
  contacts: readonly Pick<Contact, "id" | "name">[],
): string[][] {
  const t = wordsOf(rosterArea);
  const crewName = (id: string) => crews.find((crew) => crew.id === id)?.name ?? id;
  const contactName = (id: string) => {
    const name = contacts.find((contact) => contact.id === id)?.name ?? id;
    return contacts.filter((contact) => contact.name === name).length > 1 ? id : name;
  };
  const rows = shifts.map(({ crew, contact, from, to, leads }) => [
    ...[crewName(crew), contactName(contact), dateOf(Date.parse(from))],
    ...[clockOf(Date.parse(from)), clockOf(Date.parse(to)), t(leads ? "yes" : "no")],
  ]);
  return [[...titles.keys()].map(sayColumn), ...rows];
}

/** A day and a night of the crews with their own people, to be filled on. */
export function exampleRows(crews: readonly Crew[], contacts: readonly Contact[], date: string): string[][] {
  const hours = [
    { date, from: "08:00", to: "20:00" },
    { date, from: "20:00", to: "08:00" },
  ];
  const shifts = crews.flatMap(({ id: crew, least }) => {
    const people = contacts.filter((contact) => contact.crew === crew && contact.active);
    return hours.flatMap((typed, half) => {
      const span = spanOf(typed);
      if (span === undefined) return [];
      const [from, to] = [new Date(span.from).toISOString(), new Date(span.to).toISOString()];
      return people.slice(half * least, (half + 1) * least).map(({ id, name }, index) => ({
        id,
        crew,
        contact: id,
        contactName: name,
        from,
        to,
        leads: index === 0,
      }));
    });
  });
  return rosterRows(shifts, crews, contacts);
}

/** The text of a file in the encodings that spreadsheets write, so that a faulty line can be shown: UTF-16 with a mark, UTF-8, GB 18030. */
export function decodeFile(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** The first date in a file, from which the roster is then shown; undefined when there is none. */
export function firstDate(text: string): string | undefined {
  const [, year, month, day] = /\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
