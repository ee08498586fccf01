import type { Engine } from "./engine.ts";
import { endOf, type LevelPlan, levelPlans, orderKey, periodOf } from "./levels.ts";
import { ensureTable } from "./parts.ts";
import { freshTable } from "./schema.ts";

/**
 * Sorts the fresh values into the tables of their periods and adds their folded rows; in one transaction. A folded row is
 * a part of its step: later ones of the same step stand beside it and are joined when it is read, so that late values
 * need no other way.
 */
export async function fold(engine: Engine): Promise<void> {
  await engine.transaction(async () => {
    for (const plan of levelPlans) {
      for (const [begin] of await engine.read(beginsOf(plan))) {
        const period = periodOf(plan, begin as number);
        const table = await ensureTable(engine, plan, period);
        const mine = `time >= ${begin} AND time < ${endOf(period)}`;
        await engine.writer.run(`INSERT INTO ${table} ${selectFor(plan, mine)}`);
      }
    }
    await engine.writer.run(`CREATE OR REPLACE TABLE ${freshTable}`);
  });
}

/** Fresh values with whole numbers for times. */
export const freshRows =
  "SELECT series, time::BIGINT AS time, received::BIGINT AS received, sequence::BIGINT AS sequence, num, word, quality FROM fresh";

/** Values that are folded: real ones, and no free texts. */
const isFolded = "quality < 2 AND series NOT IN (SELECT id FROM series WHERE NOT isFolded)";

/** Begin of each period that has fresh values, epoch ms. */
function beginsOf(plan: LevelPlan): string {
  const mine = plan.foldMs === undefined ? "" : `WHERE ${isFolded}`;
  // Days first: the calendar is asked once for each day instead of once for each value.
  const days = `SELECT DISTINCT time::BIGINT // 86400000 AS day FROM fresh ${mine}`;
  const begin = `date_trunc('${plan.period}', make_timestamp_ms(day * 86400000))`;
  return `SELECT DISTINCT epoch_ms(${begin}::TIMESTAMP)::DOUBLE FROM (${days})`;
}

function selectFor(plan: LevelPlan, mine: string): string {
  const rows = `${freshRows} WHERE ${mine}`;
  if (plan.foldMs === undefined) return `FROM (${rows}) ORDER BY series, time, sequence`;
  return `SELECT ${foldedRow(plan.foldMs)} FROM (${rows} AND ${isFolded}) GROUP BY ALL ORDER BY series, 2, word`;
}

/** The columns of a folded row, made from values as they came. */
export function foldedRow(foldMs: number): string {
  return `series, time - time % ${foldMs}, word, count(*)::UINTEGER, count(*) FILTER (quality = 1)::UINTEGER,
    min(num), max(num), sum(num), arg_max(num, ${orderKey}), max(${orderKey})`;
}
