import type { Book, IncidentBook } from "./alert/contract.ts";
import type { Clock } from "./clock.ts";
import type { DutyBook } from "./duty/contract.ts";
import { messageOf } from "./errors.ts";
import type { Quarantine } from "./ingest/contract.ts";
import type { Journal } from "./journal/contract.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Erasures } from "./privacy/erasures.ts";
import type { Availability } from "./state/availability/contract.ts";
import type { CommandView } from "./state/contract.ts";
import type { Telling } from "./telling.ts";
import type { JournalRecord } from "./types.ts";

/** What people look at in lists: alerts, incidents, duty checks, commands, rejections, when devices were there; each made from the journal's records. */
export interface Views {
  /** Takes what was committed while the views were away. */
  catchUp(): Promise<void>;
  /** From now on takes each commit. */
  follow(): void;
  /** Brings what waits in memory to the database and moves the cursors. */
  flush(): void;
  /** Called when a view begins to fail, and when all of them work again. */
  onFailing(listener: (isFailing: boolean, reason: string) => void): void;
}

interface Parts {
  readonly journal: Pick<Journal, "read" | "onCommit" | "cursor">;
  /** The place up to which all views have the journal, kept in their database: an older copy of it catches up from there. */
  readonly place: { position(): number; move(sequence: number): void };
  readonly book: Book;
  readonly incidents: IncidentBook;
  readonly dutyChecks: DutyBook;
  readonly commands: CommandView;
  readonly quarantine: Quarantine;
  readonly availability: Pick<Availability, "apply" | "flush" | "position" | "ran">;
  readonly erasures: Pick<Erasures, "apply">;
  readonly telling: Pick<Telling, "apply" | "outbox">;
  readonly clock: Pick<Clock, "now">;
  readonly metrics: Metrics;
  readonly log: Log;
}

interface View {
  readonly name: string;
  readonly type: JournalRecord["type"];
  readonly apply: Apply;
  readonly flush: () => void;
  /** First record that it could not take, from which it catches up; Infinity while it is abreast of the commits. */
  stuckAt: number;
  isCatchingUp: boolean;
}

const never = Number.POSITIVE_INFINITY;
/** How often the place is written down, ms; a start reads what came since. */
const placeEveryMs = 5_000;

/** Joins the views to the journal. A view that fails is counted and stops nobody. */
export function createViews(parts: Parts): Views {
  const { journal, place, book, incidents, dutyChecks, commands, quarantine, erasures, telling } = parts;
  const { availability, clock, metrics, log } = parts;
  const failures = metrics.countBy("view_failures", "Records that a view could not take, or write", "view");
  const views: readonly View[] = [
    createView("alerts", "change", book.apply as Apply, () => book.flush()),
    createView("incidents", "incident", incidents.apply as Apply, () => incidents.flush()),
    createView("duty-checks", "duty-check", dutyChecks.apply as Apply, () => {}),
    createView("commands", "command", commands.apply as Apply, () => {}),
    createView("rejections", "rejection", quarantine.apply as Apply, () => quarantine.flush()),
    createView("availability", "presence", availability.apply as Apply, () => availability.flush()),
    createView("gaps", "gap", availability.apply as Apply, () => {}),
    createView("erasures", "erasure", erasures.apply as Apply, () => {}),
    // After the books: who is told may look at them.
    createView("notifications of alerts", "change", telling.apply as Apply, () => telling.outbox.flush()),
    createView("notifications of incidents", "incident", telling.apply as Apply, () => {}),
  ];
  const byType = Map.groupBy(views, ({ type }) => type);
  const places: Pick<View, "name"> = { name: "places" };
  const cursor = journal.cursor("views");
  const failing = new Set<string>();
  const listeners: ((isFailing: boolean, reason: string) => void)[] = [];
  let taken = place.position();
  let placedAt = clock.now();

  function take(line: string, sequence: number): void {
    taken = sequence;
    // Readings are almost everything and no list's business: they are not even parsed.
    if (line.startsWith('{"type":"reading"')) return;
    for (const view of byType.get(typeOf(line)) ?? []) {
      if (view.stuckAt === never && !applies(view, line, sequence)) view.stuckAt = sequence;
    }
  }

  function applies(view: View, line: string, sequence: number): boolean {
    return succeeds(view, () => view.apply(JSON.parse(line) as JournalRecord, sequence));
  }

  /** What a view could not take comes again from the journal, in order, until it is abreast of the commits. */
  async function catchUp(view: View): Promise<void> {
    if (view.isCatchingUp || view.stuckAt === never) return;
    view.isCatchingUp = true;
    try {
      while (view.stuckAt <= taken) {
        const from = view.stuckAt;
        for await (const records of journal.read(from)) {
          for (const { sequence, record } of records) {
            if (typeOf(record) === view.type && !applies(view, record, sequence)) return;
            view.stuckAt = sequence + 1;
          }
        }
        // What the journal cannot read any more will never come.
        if (view.stuckAt === from) view.stuckAt = taken + 1;
      }
      view.stuckAt = never;
    } catch (error) {
      log.error({ err: error, view: view.name }, "view could not catch up");
    } finally {
      view.isCatchingUp = false;
    }
  }

  function tell(isFailing: boolean, reason: string): void {
    for (const listener of listeners) listener(isFailing, reason);
  }

  function succeeds(view: Pick<View, "name">, run: () => void): boolean {
    try {
      run();
      if (failing.delete(view.name) && failing.size === 0) tell(false, "all views are written again");
      return true;
    } catch (error) {
      failures.add(view.name);
      // A full disk fails every flush: said once.
      if (!failing.has(view.name)) {
        log.error({ err: error, view: view.name, sequence: taken }, "view could not take a record");
        tell(true, `${view.name}: ${messageOf(error)}`);
      }
      failing.add(view.name);
      return false;
    }
  }

  function flush(): void {
    book.advance(taken);
    for (const view of views) void catchUp(view);
    const written = views.map((view) => view.stuckAt === never && succeeds(view, view.flush));
    if (written.every(Boolean) && clock.now() - placedAt >= placeEveryMs) succeeds(places, writePlace);
  }

  function writePlace(): void {
    placedAt = clock.now();
    const safe = Math.min(book.position(), availability.position());
    if (safe <= cursor.position()) return;
    place.move(safe);
    cursor.advance(safe);
  }

  return {
    async catchUp() {
      let last: string | undefined;
      for await (const records of journal.read(place.position() + 1)) {
        for (const { sequence, record } of records) take(record, sequence);
        last = records.at(-1)?.record ?? last;
      }
      if (last !== undefined) availability.ran((JSON.parse(last) as JournalRecord).at);
      flush();
    },
    follow() {
      journal.onCommit((first, records) => {
        for (let i = 0; i < records.length; i++) take(records[i]!, first + i);
      });
    },
    flush,
    onFailing: (listener) => void listeners.push(listener),
  };
}

function createView(name: string, type: View["type"], apply: Apply, flush: () => void): View {
  return { name, type, apply, flush, stuckAt: never, isCatchingUp: false };
}

/** The path writes `type` first. */
function typeOf(line: string): JournalRecord["type"] {
  return /^\{"type":"([a-z-]+)"/.exec(line)?.[1] as JournalRecord["type"];
}

type Apply = (record: JournalRecord, sequence: number) => void;
