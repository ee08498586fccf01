import { withoutErased as clean, type ErasedUpTo, namesPerson } from "../erased-lines.ts";
import type { PersonFound, PersonQuery, SeriesStore } from "./contract.ts";
import type { FollowParts } from "./follow.ts";
import type { ErasedPersons } from "./protocol.ts";

/** What the store and the recording hold of a person; the journal is read in this process, where it delays no message. */
export async function findPerson(
  { store, read }: { store: Pick<SeriesStore, "findPersons">; read: FollowParts["read"] },
  { limit, ...query }: PersonQuery & { readonly limit: number },
): Promise<PersonFound> {
  const found: { sequence: number; record: string }[] = [];
  for await (const records of read(1, query.upTo)) {
    for (const one of records) if (namesPerson(one.record, query.persons)) found.push(one);
    if (found.length >= limit) break;
  }
  return { readings: await store.findPersons(query, limit), records: found.slice(0, limit) };
}

/** Reads the journal without the persons of a list that may grow. */
export function withoutErased(
  read: FollowParts["read"],
  list: readonly ErasedPersons[],
): FollowParts["read"] {
  return async function* readClean(from, upTo) {
    const erased: ErasedUpTo = new Map(
      list.flatMap(({ persons, upTo }) => persons.map((one) => [one, upTo] as const)),
    );
    for await (const records of read(from, upTo)) {
      yield erased.size === 0
        ? records
        : records.map(({ sequence, record }) => ({ sequence, record: clean(record, sequence, erased) }));
    }
  };
}
