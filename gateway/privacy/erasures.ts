import type { Database } from "../state/contract.ts";
import type { Erasure } from "../types.ts";

/** An erasure with its place in the journal: it concerns the records before it. */
export interface PlacedErasure extends Omit<Erasure, "by"> {
  readonly sequence: number;
}

/** Persons who were erased: a view of the journal's `erasure` records. */
export interface Erasures {
  /** Idempotent by sequence. */
  apply(erasure: Erasure, sequence: number): void;
  /** Each hash with the last journal record that may not show it. */
  masks(): ReadonlyMap<string, number>;
  /** The same as a list. */
  masked(): readonly { readonly persons: readonly string[]; readonly upTo: number }[];
  /** Those of which not everything was done, oldest first. */
  open(): readonly PlacedErasure[];
  /** Everything but the journal has been rid of the person. */
  done(sequence: number): void;
  /** Forgets those that are done and whose records the journal, which begins at `first`, does not hold any more. */
  forget(first: number): number;
  count(): number;
}

/** Reads the erasures into memory. */
export function openErasures({ db, transaction }: Database): Erasures {
  const insert = db.prepare(
    "INSERT OR IGNORE INTO erasures (sequence, site, persons, at) VALUES (?, ?, ?, ?)",
  );
  const finish = db.prepare("UPDATE erasures SET is_done = 1 WHERE sequence = ?");
  const remove = db.prepare("DELETE FROM erasures WHERE is_done = 1 AND sequence < ?");
  const rows = db.prepare("SELECT sequence, site, persons, at, is_done FROM erasures ORDER BY sequence");
  const isNotDone = db.prepare("SELECT sequence FROM erasures WHERE is_done = 0");
  let known = read();
  let masks = masksOf(known);

  function read(): PlacedErasure[] {
    return rows.all().map(({ sequence, site, persons, at }) => ({
      sequence: Number(sequence),
      site: String(site),
      persons: JSON.parse(String(persons)) as string[],
      at: Number(at),
    }));
  }

  function changed(): void {
    known = read();
    masks = masksOf(known);
  }

  return {
    apply({ site, persons, at }, sequence) {
      transaction((committed) => {
        insert.run(sequence, site, JSON.stringify(persons), at);
        committed(changed);
      });
    },
    masks: () => masks,
    masked: () => known.map(({ persons, sequence }) => ({ persons, upTo: sequence })),
    open() {
      const open = new Set(isNotDone.all().map(({ sequence }) => Number(sequence)));
      return known.filter(({ sequence }) => open.has(sequence));
    },
    done: (sequence) => transaction(() => void finish.run(sequence)),
    forget(first) {
      if (!known.some(({ sequence }) => sequence < first)) return 0;
      return transaction((committed) => {
        committed(changed);
        return Number(remove.run(first).changes);
      });
    },
    count: () => known.length,
  };
}

function masksOf(erasures: readonly PlacedErasure[]): Map<string, number> {
  return new Map(
    erasures.flatMap(({ persons, sequence }) => persons.map((person) => [person, sequence] as const)),
  );
}
