import type { Database } from "../state/contract.ts";
import { foldCheck } from "./check-fold.ts";
import type { DutyBook, DutyCheck } from "./contract.ts";
import type { DutySettings } from "./settings.ts";

/** What `openDutyBook` needs. */
export interface DutyBookParts {
  readonly database: Database;
  readonly settings: Pick<DutySettings, "keepChecksMs">;
  readonly clock: { now(): number };
}

/** Opens the duty checks. Each step is written at once: there are few in a day. */
export function openDutyBook({ database, settings, clock }: DutyBookParts): DutyBook {
  const { db, transaction } = database;
  const readPosition = db.prepare("SELECT sequence FROM view_cursors WHERE view = 'duty-checks'");
  const writePosition = db.prepare(
    "INSERT INTO view_cursors VALUES ('duty-checks', ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence",
  );
  const write = db.prepare("INSERT OR REPLACE INTO duty_checks VALUES (?, ?, ?, ?, ?, ?, ?)");
  const sweep = db.prepare("DELETE FROM duty_checks WHERE is_open = 0 AND asked_at < ?");
  const read = db.prepare("SELECT body FROM duty_checks WHERE id = ?");
  const readOpen = db.prepare("SELECT body FROM duty_checks WHERE is_open = 1 ORDER BY asked_at, id");
  const readRange = db.prepare(
    "SELECT body FROM duty_checks WHERE site = ? AND asked_at >= ? AND asked_at < ? ORDER BY asked_at, id LIMIT ?",
  );
  const readSlots = db.prepare(
    "SELECT crew, max(slot) AS slot FROM duty_checks WHERE slot IS NOT NULL GROUP BY crew",
  );
  let position = Number(readPosition.get()?.sequence ?? 0);

  function find(id: string): DutyCheck | undefined {
    const row = read.get(id);
    return row && readBody(row);
  }

  return {
    find,
    list: ({ site, from, to, limit }) => readRange.all(site, from, to, limit).map(readBody),
    open: () => readOpen.all().map(readBody),
    lastSlots: () => new Map(readSlots.all().map(({ crew, slot }) => [String(crew), Number(slot)])),
    apply(step, sequence) {
      if (sequence <= position) return;
      const check = foldCheck(find(step.check), step);
      transaction(
        (committed) => {
          if (check !== undefined) {
            const { id, askedAt, site, crew, slot = null, state } = check;
            write.run(id, askedAt, site, crew, slot, Number(state === "open"), JSON.stringify(check));
          }
          sweep.run(clock.now() - settings.keepChecksMs);
          writePosition.run(sequence);
          committed(() => {
            position = sequence;
          });
        },
        // The journal has it.
        { durable: "with-the-next" },
      );
    },
  };
}

function readBody({ body }: Record<string, unknown>): DutyCheck {
  const check = JSON.parse(String(body)) as DutyCheck;
  const { askedBy, slot, endedAt, answeredBy, contact, device } = check;
  return { ...check, askedBy, slot, endedAt, answeredBy, contact, device };
}
