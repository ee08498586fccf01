import type { Book } from "./alert/contract.ts";
import type { Quarantine } from "./ingest/quarantine.ts";
import type { Cursor, Journal } from "./journal/contract.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { CommandView } from "./state/contract.ts";
import type { JournalRecord } from "./types.ts";

/** What people look at in lists: alerts, commands and rejections, each made from the journal's records. */
export interface Views {
  /** Takes what was committed while the views were away. */
  catchUp(): Promise<void>;
  /** From now on takes each commit. */
  follow(): void;
  /** Brings what waits in memory to the database and moves the cursors. */
  flush(): void;
}

interface Parts {
  readonly journal: Pick<Journal, "read" | "onCommit" | "cursor">;
  readonly book: Book;
  readonly commands: CommandView;
  readonly quarantine: Quarantine;
  readonly metrics: Metrics;
  readonly log: Log;
}

interface View {
  readonly name: string;
  readonly cursor: Cursor;
  readonly apply: (record: JournalRecord, sequence: number) => void;
  readonly flush: () => void;
  /** A record could not be taken: the cursor stays before it, so that it comes again at the next start. */
  isStuck: boolean;
}

/** Joins the views to the journal. A view that fails is counted and stops nobody. */
export function createViews({ journal, book, commands, quarantine, metrics, log }: Parts): Views {
  const failures = metrics.countBy("view_failures", "Records that a view could not take", "view");
  const views = new Map<JournalRecord["type"], View>([
    ["change", createView("alerts", book as Appliable, () => book.flush())],
    ["command", createView("commands", commands as Appliable, () => {})],
    ["rejection", createView("rejections", quarantine as Appliable, () => quarantine.flush())],
  ]);
  let taken = 0;

  function createView(name: string, { apply, position }: Appliable, flush: () => void): View {
    const cursor = journal.cursor(name);
    if (position() > cursor.position()) cursor.advance(position());
    return { name, cursor, apply, flush, isStuck: false };
  }

  function take(line: string, sequence: number): void {
    taken = sequence;
    // Readings are almost everything and no list's business: they are not even parsed.
    if (line.startsWith('{"type":"reading"')) return;
    const record = JSON.parse(line) as JournalRecord;
    const view = views.get(record.type);
    if (view !== undefined) guard(view, () => view.apply(record, sequence));
  }

  function guard(view: View, run: () => void): void {
    try {
      run();
    } catch (error) {
      view.isStuck = true;
      failures.add(view.name);
      log.error({ err: error, view: view.name, sequence: taken }, "view could not take a record");
    }
  }

  function flush(): void {
    book.advance(taken);
    for (const view of views.values()) {
      guard(view, view.flush);
      if (!view.isStuck && taken > view.cursor.position()) view.cursor.advance(taken);
    }
  }

  return {
    async catchUp() {
      const from = Math.min(...[...views.values()].map(({ cursor }) => cursor.position())) + 1;
      for await (const records of journal.read(from)) {
        for (const { sequence, record } of records) take(record, sequence);
      }
      flush();
    },
    follow() {
      journal.onCommit((first, records) => {
        for (let i = 0; i < records.length; i++) take(records[i]!, first + i);
      });
    },
    flush,
  };
}

interface Appliable {
  readonly apply: (record: JournalRecord, sequence: number) => void;
  readonly position: () => number;
}
