import type { Engine } from "./engine.ts";
import { type LevelPlan, levelPlans, orderKey, periodOf } from "./levels.ts";
import { ensureTable } from "./parts.ts";
import { freshTable } from "./schema.ts";

/**
 * Sorts the fresh values into the tables of their periods and adds their folded rows; in one transaction. A folded row is
 * a part of its step: later ones of the same step stand beside it and are joined when it is read, so that late values
 * need no other way.
 */
export async function fold(engine: Engine): Promise<void> {
  await engine.transaction(async () => {
    await engine.writer.run(`CREATE TEMP TABLE sorted AS ${sortedFresh}`);
    for (const plan of levelPlans) {
      for (const [begin] of await engine.read(beginsOf(plan))) {
        const table = await ensureTable(engine, plan, periodOf(plan, begin as number));
        const mine = `${truncated(plan)} = make_timestamp_ms(${begin})`;
        await engine.writer.run(`INSERT INTO ${table} ${selectFor(plan, mine)}`);
      }
    }
    await engine.writer.run("DROP TABLE sorted");
    await engine.writer.run(`CREATE OR REPLACE TABLE ${freshTable}`);
  });
}

/** Fresh values with whole numbers, and whether they are folded. */
const sortedFresh = `SELECT series, time::BIGINT AS time, received::BIGINT AS received, sequence::BIGINT AS sequence,
  num, word, quality, isFolded AND quality < 2 AS isFolded
  FROM fresh JOIN series ON series.id = fresh.series ORDER BY series, time, sequence`;

function truncated({ period }: LevelPlan): string {
  return `date_trunc('${period}', make_timestamp_ms(time))`;
}

/** Begin of each period that has fresh values, epoch ms. */
function beginsOf(plan: LevelPlan): string {
  const mine = plan.foldMs === undefined ? "" : "WHERE isFolded";
  return `SELECT DISTINCT epoch_ms(${truncated(plan)}::TIMESTAMP)::DOUBLE FROM sorted ${mine}`;
}

function selectFor(plan: LevelPlan, mine: string): string {
  if (plan.foldMs === undefined) {
    return `SELECT series, time, received, sequence, num, word, quality FROM sorted WHERE ${mine} ORDER BY series, time, sequence`;
  }
  return `SELECT ${foldedRow(plan.foldMs)} FROM sorted WHERE isFolded AND ${mine} GROUP BY ALL ORDER BY series, 2, word`;
}

/** The columns of a folded row, made from values as they came. */
export function foldedRow(foldMs: number): string {
  return `series, time - time % ${foldMs}, word, count(*)::UINTEGER, count(*) FILTER (quality = 1)::UINTEGER,
    min(num), max(num), sum(num), arg_max(num, ${orderKey}), max(${orderKey})`;
}
