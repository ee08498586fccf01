import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Database } from "../state/contract.ts";
import { addDays, dateOf, momentOf } from "../zone.ts";
import { apartMs, windowOf } from "./check-times.ts";
import type { Crew } from "./contract.ts";

const minute = 60_000;
/** How long drawn moments are kept, days: random hours may lie behind midnight. */
const keepDays = 3;

/** Knows at which moments each crew is to be asked. */
export interface CheckPlan {
  /** The planned moments of yesterday and today, epoch ms, oldest first. Random ones are drawn at the beginning of their day. */
  slots(crew: Crew, now: number): readonly number[];
}

/** What the plan needs. */
export interface PlanParts {
  readonly database: Database;
  readonly zone: string;
  /** From 0 to less than 1. */
  readonly random: () => number;
  readonly log: Pick<Log, "warn">;
}

/** Makes the plan. What was drawn is written down: a restart neither asks twice nor draws anew. */
export function createCheckPlan({ database, zone, random, log }: PlanParts): CheckPlan {
  const { db, transaction } = database;
  const read = db.prepare("SELECT slots FROM duty_draws WHERE crew = ? AND date = ?");
  const write = db.prepare("INSERT OR REPLACE INTO duty_draws VALUES (?, ?, ?)");
  const sweep = db.prepare("DELETE FROM duty_draws WHERE date < ?");
  /** By crew, for the day and the times that it was made for. */
  const cache = new Map<string, { key: string; slots: readonly number[] }>();

  function kept(crew: Crew, date: string): readonly number[] | undefined {
    const row = read.get(crew.id, date);
    return row && (JSON.parse(String(row.slots)) as number[]);
  }

  function drawn(crew: Crew, date: string): readonly number[] {
    const before = kept(crew, date);
    if (before !== undefined) return before;
    const earlier = kept(crew, addDays(date, -1)) ?? [];
    const planned = [-1, 0, 1].flatMap((days) => plannedOn(crew, addDays(date, days), zone));
    const slots = draw(crew, { date, zone, random, taken: [...earlier, ...planned] });
    try {
      transaction(() => {
        write.run(crew.id, date, JSON.stringify(slots));
        sweep.run(addDays(date, -keepDays));
      });
    } catch (error) {
      log.warn({ crew: crew.id, reason: messageOf(error) }, "drawn duty checks are in memory only");
    }
    return slots;
  }

  return {
    slots(crew, now) {
      const date = dateOf(now, zone);
      const key = `${date} ${crew.checks.since}`;
      const cached = cache.get(crew.id);
      if (cached?.key === key) return cached.slots;
      const dates = [addDays(date, -1), date];
      const slots = dates
        .flatMap((day) => [
          ...plannedOn(crew, day, zone),
          ...(crew.checks.random === undefined ? [] : drawn(crew, day)),
        ])
        .filter((slot) => slot >= crew.checks.since)
        .sort((a, b) => a - b);
      cache.set(crew.id, { key, slots });
      return slots;
    },
  };
}

function plannedOn({ checks }: Crew, date: string, zone: string): number[] {
  return checks.planned.map((time) => momentOf(date, time, zone));
}

/** Draws whole minutes, none nearer to another check than half an hour. */
function draw(
  { checks: { random: wanted } }: Crew,
  {
    date,
    zone,
    random,
    taken,
  }: { date: string; zone: string; random: () => number; taken: readonly number[] },
): readonly number[] {
  if (wanted === undefined) return [];
  const { from, to } = windowOf(wanted, date, zone);
  const drawn: number[] = [];
  while (drawn.length < wanted.times) {
    const others = [...taken, ...drawn];
    const free: number[] = [];
    for (let at = from; at < to; at += minute)
      if (others.every((other) => Math.abs(other - at) >= apartMs)) free.push(at);
    const chosen = free[Math.floor(random() * free.length)];
    if (chosen === undefined) break;
    drawn.push(chosen);
  }
  return drawn.sort((a, b) => a - b);
}
