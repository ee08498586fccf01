import type { Metrics } from "../../metrics.ts";
import type { AuditEntry } from "./contract.ts";
import type { AuditSettings } from "./settings.ts";

/** Counts what happens often, so that nobody can fill the trail from outside. */
export interface Repeats {
  /** The first of its sort becomes a row at once; the next within the window are counted. */
  add(entry: AuditEntry): void;
  /** Writes the counts whose window is over. */
  tick(): void;
  /** Writes all counts. */
  flush(): void;
}

interface RepeatParts {
  readonly note: (entry: AuditEntry) => void;
  readonly clock: { now(): number };
  readonly metrics: Pick<Metrics, "count">;
  readonly settings: Pick<AuditSettings, "repeatWindowMs" | "repeatKeys" | "refusalsPerHour">;
}

interface Count {
  readonly entry: AuditEntry;
  readonly since: number;
  more: number;
}

const hourMs = 3_600_000;

/** Action of the row that counts refusals which got none of their own. */
const othersAction = "refusals-counted";

/** Makes the counter; `note` writes a row. */
export function createRepeats({ note, clock, metrics, settings }: RepeatParts): Repeats {
  const counts = new Map<string, Count>();
  const repeated = metrics.count("audit_repeats", "Refusals and reads that were counted in a row of others");
  let left = settings.refusalsPerHour;
  let refilledAt = clock.now();

  /** A bucket that fills over an hour; a clock that steps back takes nothing away. */
  function mayHaveRow({ outcome }: AuditEntry): boolean {
    if (outcome === "done") return true;
    const now = clock.now();
    const filled = (Math.max(now - refilledAt, 0) / hourMs) * settings.refusalsPerHour;
    left = Math.min(settings.refusalsPerHour, left + filled);
    refilledAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  }

  function count(key: string, entry: AuditEntry, more: number): void {
    if (counts.size >= settings.repeatKeys) {
      const [oldest] = counts;
      if (oldest !== undefined) close(...oldest);
    }
    counts.set(key, { entry, since: clock.now(), more });
  }

  function close(key: string, { entry, since, more }: Count): void {
    counts.delete(key);
    if (more === 0) return;
    const detail = { ...entry.detail, more, since: new Date(since).toISOString() };
    note({ ...entry, detail });
  }

  return {
    add(entry) {
      const key = keyOf(entry);
      const known = counts.get(key);
      if (known !== undefined) {
        known.more++;
        repeated.add();
      } else if (mayHaveRow(entry)) {
        note(entry);
        count(key, entry, 0);
      } else {
        repeated.add();
        const others: AuditEntry = { by: "nobody", via: entry.via, action: othersAction, outcome: "refused" };
        const otherCount = counts.get(keyOf(others));
        if (otherCount === undefined) count(keyOf(others), others, 1);
        else otherCount.more++;
      }
    },
    tick() {
      const now = clock.now();
      for (const [key, entry] of [...counts]) {
        // A clock that stepped back must not keep a count open for the length of the step.
        if (Math.abs(now - entry.since) >= settings.repeatWindowMs) close(key, entry);
      }
    },
    flush() {
      for (const [key, entry] of [...counts]) close(key, entry);
    },
  };
}

/** What makes two entries the same: all but the detail of a refusal, which strangers can vary at will. */
function keyOf({ by, via, address, action, site, target, outcome, code, detail }: AuditEntry): string {
  const told = outcome === "done" ? detail : undefined;
  return JSON.stringify([by, via, address, action, site, target, outcome, code, told]);
}
