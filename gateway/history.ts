import { join } from "node:path";
import { openBook } from "./alert/book.ts";
import type { Book, IncidentBook } from "./alert/contract.ts";
import { openIncidentBook } from "./alert/incident/book.ts";
import { keepAvailability } from "./availability.ts";
import { openDutyBook } from "./duty/check-book.ts";
import type { DutyBook } from "./duty/contract.ts";
import { withoutErased } from "./erased-lines.ts";
import type { Quarantine } from "./ingest/contract.ts";
import { openQuarantine } from "./ingest/quarantine.ts";
import type { Journal } from "./journal/contract.ts";
import { openJournal } from "./journal/file-journal.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Hub } from "./live/contract.ts";
import { createHub } from "./live/hub.ts";
import { type Erasures, openErasures } from "./privacy/erasures.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { Availability } from "./state/availability/contract.ts";
import { openCommandView } from "./state/command-view.ts";
import type { CommandView, Database } from "./state/contract.ts";
import { openViewCursor } from "./state/view-cursor.ts";
import type { Telling } from "./telling.ts";
import { createViews, type Views } from "./views.ts";

/** What happened: the journal, and everything that people look at and that is made from it. */
export interface History {
  readonly journal: Journal;
  readonly book: Book;
  readonly incidentBook: IncidentBook;
  readonly dutyBook: DutyBook;
  readonly quarantine: Quarantine;
  readonly commandView: CommandView;
  /** When devices could be reached. */
  readonly availability: Availability;
  readonly views: Views;
  readonly hub: Hub;
  readonly erasures: Erasures;
}

/** How often lists that people look at are written to their database, ms. */
const flushMs = 200;

/** Opens the journal and brings the views up to its end. */
export async function openHistory(
  shared: SharedParts,
  { database, registry }: Pick<Knowledge, "database" | "registry">,
  telling: Pick<Telling, "apply" | "outbox">,
): Promise<History> {
  const { config, clock, log, metrics, closers } = shared;
  const directory = join(config.dataDir, "journal");
  const whole = await openJournal({ directory, settings: config.journal, clock, log, metrics });
  closers.add("journal", () => whole.close());
  const erasures = openErasures(database);
  const journal = hideErased(whole, erasures.masks);

  const book = openBook({ database, clock, log, metrics, settings: config.alert.book });
  closers.add("alert book", () => book.close());
  const incidentBook = openIncidentBook({ database, settings: config.alert.incident, clock });
  const dutyBook = openDutyBook({ database, settings: config.duty, clock });
  const quarantine = openQuarantine(database, config.ingest);
  const commandView = openCommandView({ database, settings: config.state });
  const availability = keepAvailability(shared, { database, registry });
  const place = openViewPlace(database);
  const lists = {
    book,
    incidents: incidentBook,
    dutyChecks: dutyBook,
    commands: commandView,
    quarantine,
    availability,
    erasures,
    telling,
  };
  const views = createViews({ journal, place, ...lists, clock, metrics, log });
  await views.catchUp();
  views.follow();
  closers.add("views", views.flush);
  closers.add("view timer", clock.every(flushMs, views.flush));

  // After the views: when a screen hears of a commit, the lists have taken it.
  const hub = createHub({ journal, settings: config.live, clock, metrics, log });
  closers.add("live hub", () => hub.close());
  return {
    journal,
    book,
    incidentBook,
    dutyBook,
    quarantine,
    commandView,
    availability,
    views,
    hub,
    erasures,
  };
}

/** Whoever reads the journal sees nobody who was erased; its records stay as they are until their time is over. */
function hideErased(journal: Journal, masks: Erasures["masks"]): Journal {
  return {
    ...journal,
    async *read(from) {
      for await (const records of journal.read(from)) {
        const erased = masks();
        yield erased.size === 0
          ? records
          : records.map(({ sequence, record }) => ({
              sequence,
              record: withoutErased(record, sequence, erased),
            }));
      }
    },
  };
}

function openViewPlace(database: Database): { position(): number; move(sequence: number): void } {
  const cursor = openViewCursor({ database, view: "views" });
  return {
    position: cursor.position,
    move: (sequence) => database.transaction(() => cursor.move(sequence), { durable: "with-the-next" }),
  };
}
