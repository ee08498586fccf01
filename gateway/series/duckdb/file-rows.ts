import type { LevelPlan } from "./levels.ts";

/**
 * Rows as they stand in files differ from those of tables: names and times instead of numbers, and nothing said twice, which halves
 * a file. Of a value as it came, `delay` is receive time less time, ms. Of a folded row with one value only `last` is given.
 */

const place = "site, kind, device, field";

/** Rows with the number of their series and with words, in the form and order of a file: by site, device, field and time. */
export function asFile(plan: LevelPlan, rows: string): string {
  const from = `FROM (${rows}) r JOIN (SELECT *, row_number() OVER (ORDER BY site, device, field, kind) AS place FROM series) s ON s.id = r.series`;
  const at = `SELECT ${place}, make_timestamp_ms(time)::TIMESTAMP_MS AS time`;
  if (plan.foldMs === undefined) {
    return `${at}, received - time AS delay, num AS "value", word AS "text", (['good', 'suspect', 'simulated'])[quality + 1] AS quality, sequence
      ${from} ORDER BY place, time, sequence`;
  }
  const given = (column: string) => `CASE WHEN count > 1 AND word IS NULL THEN ${column} END AS ${column}`;
  return `${at}, word AS "text", count, suspect, ${["min", "max", "sum"].map(given).join(", ")},
    CASE WHEN word IS NULL THEN "last" END AS "last", make_timestamp_ms(lastKey >> 21)::TIMESTAMP_MS AS "lastTime"
    ${from} ORDER BY place, time, word`;
}

/** Rows of files with names; times in ms and columns as in a table. `where` is about the columns of the file. */
export function readFiles(plan: LevelPlan, files: readonly string[], where = "true"): string {
  const from = `FROM read_parquet([${files.join(", ")}]) f WHERE ${where}`;
  const at = `SELECT ${place}, epoch_ms(time) AS time`;
  if (plan.foldMs === undefined) {
    return `${at}, epoch_ms(time) + delay AS received, "value" AS num, "text" AS word,
      list_position(['good', 'suspect', 'simulated'], quality) - 1 AS quality, sequence ${from}`;
  }
  const given = (column: string) => `coalesce(${column}, "last") AS ${column}`;
  return `${at}, "text" AS word, count, suspect, ${["min", "max", "sum"].map(given).join(", ")}, "last",
    epoch_ms("lastTime") << 21 AS lastKey ${from}`;
}
