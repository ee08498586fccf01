import { genesis, hashOf, type Link } from "./chain.ts";
import type { AuditHead } from "./contract.ts";

/** A place where the trail was changed. */
export interface ChainFault {
  /** The row at which it shows; undefined for a line that is no row. */
  readonly sequence: number | undefined;
  readonly reason: string;
}

/** What a check found. */
export interface ChainVerdict {
  readonly rows: number;
  readonly first: number | undefined;
  /** The newest row; undefined when there is none. */
  readonly head: AuditHead | undefined;
  /** The first of them; `faultCount` is how many there are. */
  readonly faults: readonly ChainFault[];
  readonly faultCount: number;
  /** Remembered heads that this trail contains. */
  readonly known: readonly AuditHead[];
  /** Remembered heads before the first row, or after the last of a part: nothing can be said of them. */
  readonly outside: readonly AuditHead[];
}

/** Looks at one row after the other. */
export interface ChainCheck {
  take(link: Link): void;
  /** A line that is no row. */
  unreadable(line: number): void;
  end(): ChainVerdict;
}

/** A head that was written down elsewhere. */
export interface RememberedHead extends AuditHead {
  /** It is younger than retention may reach, so that it must be there. */
  readonly isRecent?: boolean;
}

/** What a check knows beforehand. */
export interface CheckParts {
  /** Each must be in the trail as it is remembered; several may contradict each other. */
  readonly heads?: readonly RememberedHead[] | undefined;
  /** The anchor of the database; without it the trail's own rows must say where it begins. */
  readonly anchor?: AuditHead | undefined;
  /** The beginning and the end are left out on purpose, so that nothing is said of them. */
  readonly isPart?: boolean | undefined;
}

/** Checks that rows, oldest first, are those that were written: contents, order, none missing, and the remembered heads. */
export function createChainCheck({ heads = [], anchor, isPart = false }: CheckParts = {}): ChainCheck {
  const faults: ChainFault[] = [];
  const waiting = Map.groupBy(heads, ({ sequence }) => sequence);
  const known: AuditHead[] = [];
  let faultCount = 0;
  let rows = 0;
  let first: Link | undefined;
  let last: Link | undefined;
  /** Where the newest deletion by retention ended. */
  let through: AuditHead = genesis;

  function fault(sequence: number | undefined, reason: string): void {
    faultCount++;
    if (faults.length < maxFaults) faults.push({ sequence, reason });
  }

  function follows(link: Link, before: Link): void {
    const { sequence } = link;
    if (sequence <= before.sequence) {
      fault(sequence, `stands after row ${before.sequence}: rows were put in or change places`);
    } else if (sequence > before.sequence + 1) {
      fault(sequence, `follows row ${before.sequence}: ${rowsBetween(before, link)} are missing`);
    } else if (link.previous !== before.hash) {
      fault(sequence, `does not follow row ${before.sequence} as it is now: one of them was changed`);
    }
  }

  function remembered({ sequence, hash }: AuditHead): void {
    for (const head of waiting.get(sequence) ?? []) {
      if (head.hash === hash) known.push(head);
      else
        fault(sequence, `has the hash ${hash}, but ${head.hash} is remembered: the trail was written anew`);
    }
    waiting.delete(sequence);
  }

  function begins({ sequence, previous }: Link): void {
    const begin = sequence === through.sequence + 1 && previous === through.hash;
    if (begin) return;
    const cause = `the trail's rows say that it begins after row ${through.sequence}`;
    fault(sequence, `is the first row, but ${cause}: the beginning was cut off or changed`);
  }

  return {
    take(link) {
      rows++;
      if (hashOf(link.text) !== link.hash) fault(link.sequence, "its content was changed");
      if (last !== undefined) follows(link, last);
      else first = link;
      last = link;
      through = link.through ?? through;
      remembered(link);
    },
    unreadable: (line) => fault(undefined, `line ${line} is no row of an audit trail`),
    end() {
      if (!isPart) {
        if (first !== undefined) begins(first);
        else fault(undefined, "the trail is empty");
        if (anchor !== undefined && !isSame(anchor, through)) {
          fault(anchor.sequence, `is the anchor, but the rows say ${through.sequence}: it was changed`);
        }
      }
      const beginning =
        first === undefined ? genesis : { sequence: first.sequence - 1, hash: first.previous };
      remembered(beginning);
      const isOutside = ({ sequence, isRecent }: RememberedHead) =>
        isPart
          ? sequence < beginning.sequence || sequence > (last?.sequence ?? 0)
          : sequence < beginning.sequence && isRecent !== true;
      const missing = [...waiting.values()].flat();
      for (const { sequence, hash } of missing.filter((head) => !isOutside(head))) {
        fault(sequence, `is remembered with the hash ${hash} and is not there: the trail was cut`);
      }
      const head = last && { sequence: last.sequence, hash: last.hash };
      const outside = missing.filter(isOutside);
      return { rows, first: first?.sequence, head, faults, faultCount, known, outside };
    },
  };
}

/** Faults that are told; after a change in the middle of everything a person needs the first. */
const maxFaults = 20;

function rowsBetween(before: AuditHead, after: AuditHead): string {
  const from = before.sequence + 1;
  const to = after.sequence - 1;
  return from === to ? `row ${from}` : `rows ${from} to ${to}`;
}

function isSame(a: AuditHead, b: AuditHead): boolean {
  return a.sequence === b.sequence && a.hash === b.hash;
}
