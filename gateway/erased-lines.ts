/** Hashes of persons who were erased, each with the last journal record that may not show it. */
export type ErasedUpTo = ReadonlyMap<string, number>;

/** How the keyed hash looks that stands for a person: a regular expression. */
export const personForm = "p_[0-9a-f]{32}";

const hashes = new RegExp(personForm, "g");
const payloads = /"payload":"([A-Za-z0-9+/=]*)"/;

/** What stands in the place of somebody who was erased. */
export const erasedWord = "erased";

/** A journal record as it may be shown: hashes of erased persons are gone from it, also from the payload of a rejection. */
export function withoutErased(record: string, sequence: number, erased: ErasedUpTo): string {
  const clean = (text: string) =>
    text.replace(hashes, (hash) => (sequence <= (erased.get(hash) ?? 0) ? erasedWord : hash));
  // The order to erase must still say whom, or a view that is made anew would not know.
  if (record.startsWith('{"type":"erasure"')) return record;
  const line = record.includes("p_") ? clean(record) : record;
  if (!line.startsWith('{"type":"rejection"')) return line;
  return line.replace(payloads, (whole, payload: string) => {
    // Byte by byte, because a payload may be anything.
    const before = Buffer.from(payload, "base64").toString("latin1");
    const after = clean(before);
    return after === before ? whole : `"payload":"${Buffer.from(after, "latin1").toString("base64")}"`;
  });
}

/** Whether a journal record names one of these persons. */
export function namesPerson(record: string, persons: readonly string[]): boolean {
  if (persons.some((person) => record.includes(person))) return true;
  if (!record.startsWith('{"type":"rejection"')) return false;
  const payload = Buffer.from(payloads.exec(record)?.[1] ?? "", "base64").toString("latin1");
  return persons.some((person) => payload.includes(person));
}
