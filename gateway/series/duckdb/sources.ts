import type { Catalog } from "./catalog.ts";
import type { ChosenSeries } from "./dictionary.ts";
import { quote } from "./engine.ts";
import { readFiles } from "./file-rows.ts";
import { foldedRow, freshRows } from "./fold.ts";
import { type LevelPlan, planOf, tableOf } from "./levels.ts";
import { fileOf, overlaps } from "./parts.ts";

/** What is wanted of a level. */
export interface Wanted {
  /** At least one. */
  readonly chosen: readonly ChosenSeries[];
  readonly from: number;
  readonly to: number;
}

/**
 * A statement that gives the rows of a level, wherever they are: tables, files and fresh values. `n` is the place of the series
 * among the chosen ones. Columns of `raw`: n, time, received, num, word, quality (number), sequence. Of a folded level: n, time,
 * word, count, suspect, min, max, sum, last, lastKey, where several rows may be of one step. Times are epoch ms, `word` is a text or null.
 */
export function rowsOf(
  level: LevelPlan["level"],
  { folder, catalog, wanted }: { folder: string; catalog: Catalog; wanted: Wanted },
): string {
  const plan = planOf(level);
  const { parts, fresh } = catalog;
  const mine = parts.filter((part) => part.plan === plan && overlaps(part, wanted.from, wanted.to));
  const tables = mine.filter(({ hasTable }) => hasTable);
  const files = mine.filter(({ generation }) => generation > 0).map((part) => quote(fileOf(folder, part)));
  const sources = tables.map(({ period }) => fromTable(plan, tableOf(plan, period), wanted));
  if (files.length > 0) sources.push(fromFiles(plan, files, wanted));
  const isFresh = fresh !== undefined && fresh.from < wanted.to && fresh.to >= wanted.from;
  // Where nothing is, the fresh values give columns without rows.
  if (isFresh || sources.length === 0) sources.push(fromFresh(plan, wanted));
  return sources.join(" UNION ALL ");
}

/** The beginning of every statement that reads `rowsOf`. */
export function withChosen({ chosen }: Pick<Wanted, "chosen">): string {
  const rows = chosen.map(({ number, device, field }, n) => {
    const [site, kind, id] = device.split("/") as [string, string, string];
    return `(${n}, ${number}, ${[site, kind, id, field].map(quote).join(", ")})`;
  });
  return `WITH chosen(n, id, site, kind, device, field) AS (VALUES ${rows.join(", ")})`;
}

function fromTable(plan: LevelPlan, table: string, wanted: Wanted): string {
  const { from, to } = wanted;
  return `SELECT ${columns(plan, wanted)} FROM ${table} t ${names(wanted)}
    WHERE t.time >= ${from} AND t.time < ${to} AND t.series IN (${numbers(wanted)})`;
}

function fromFresh(plan: LevelPlan, wanted: Wanted): string {
  const { from, to } = wanted;
  const rows = `${freshRows} WHERE time >= ${from} AND time < ${to} AND series IN (${numbers(wanted)})`;
  if (plan.foldMs === undefined) return `SELECT ${columns(plan, wanted)} FROM (${rows}) t ${names(wanted)}`;
  const folded = `SELECT ${foldedRow(plan.foldMs)} FROM (${rows}) WHERE quality < 2 GROUP BY ALL`;
  return `SELECT ${columns(plan, wanted)} FROM (${folded}) t(series, time, word, count, suspect, min, max, sum, "last", lastKey) ${names(wanted)}`;
}

function columns({ foldMs }: LevelPlan, wanted: Wanted): string {
  const word = `${hasWords(wanted) ? "words.word" : "NULL::VARCHAR"} AS word`;
  return foldMs === undefined
    ? `n, t.time, received, CASE WHEN t.word = 0 THEN num END AS num, ${word}, quality, sequence`
    : `n, t.time, ${word}, count, suspect, min, max, sum, "last", lastKey`;
}

function names(wanted: Wanted): string {
  return `JOIN chosen ON chosen.id = t.series${hasWords(wanted) ? " LEFT JOIN words ON words.id = t.word" : ""}`;
}

function numbers({ chosen }: Wanted): string {
  return chosen.map(({ number }) => number).join(", ");
}

/** Words have to be looked up only where a field has some. */
function hasWords({ chosen }: Wanted): boolean {
  return chosen.some(({ type }) => type === "state" || type === "text");
}

/** Files are sorted by names: what stands in the lists is found without reading what lies between. */
function fromFiles(plan: LevelPlan, files: readonly string[], { chosen, from, to }: Wanted): string {
  const parts = chosen.map(({ device, field }) => [...device.split("/"), field]);
  const lists = ["site", "kind", "device", "field"].map((column, index) => {
    const wanted = [...new Set(parts.map((part) => part[index]!))];
    return `f.${column} IN (${wanted.map(quote).join(", ")})`;
  });
  const where = `${lists.join(" AND ")} AND time >= make_timestamp_ms(${from}) AND time < make_timestamp_ms(${to})`;
  const own =
    plan.foldMs === undefined
      ? "received, num, word, quality, sequence"
      : 'word, count, suspect, min, max, sum, "last", lastKey';
  return `SELECT n, time, ${own} FROM (${readFiles(plan, files, where)}) JOIN chosen USING (site, kind, device, field)`;
}
