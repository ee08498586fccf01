import { quote } from "./engine.ts";
import { foldedRow, freshRows } from "./fold.ts";
import { type LevelPlan, planOf, tableOf } from "./levels.ts";
import { fileOf, overlaps, type Part } from "./parts.ts";

/** What is wanted of a level. */
export interface Wanted {
  /** `site/kind/id` of each device; all of one site. */
  readonly devices: readonly string[];
  /** All fields when undefined. */
  readonly fields: readonly string[] | undefined;
  readonly from: number;
  readonly to: number;
}

/**
 * A statement that gives the rows of a level, wherever they are: tables, files and fresh values. Columns of `raw`: device
 * (`kind/id`), field, time, received, num, word, quality (number), sequence. Of a folded level: device, field, time, word, count, suspect,
 * min, max, sum, last, lastKey, where several rows may be of one step. Times are epoch ms, `word` is a text or null.
 */
export function rowsOf(
  level: LevelPlan["level"],
  { folder, parts, wanted }: { folder: string; parts: readonly Part[]; wanted: Wanted },
): string {
  const plan = planOf(level);
  const mine = parts.filter((part) => part.plan === plan && overlaps(part, wanted.from, wanted.to));
  const sources = [fromFresh(plan, wanted)];
  for (const part of mine)
    if (part.hasTable) sources.push(fromTable(plan, tableOf(plan, part.period), wanted));
  const files = mine.filter(({ generation }) => generation > 0).map((part) => quote(fileOf(folder, part)));
  if (files.length > 0) sources.push(fromFiles(plan, files, wanted));
  return sources.join(" UNION ALL ");
}

const device = "kind || '/' || device AS device, field";
const rawTail = "CASE WHEN t.word = 0 THEN num END AS num, words.word AS word, quality, sequence";
const foldedTail = 'words.word AS word, count, suspect, min, max, sum, "last", lastKey';
const names = "JOIN chosen ON chosen.id = t.series LEFT JOIN words ON words.id = t.word";

/** The numbers of the wanted series; joined first, so that a table is read only where they are. */
function chosen(wanted: Wanted): string {
  return `(SELECT id, kind, device, field FROM series WHERE ${places(wanted)})`;
}

function places({ devices, fields }: Wanted): string {
  const [site = ""] = devices[0]?.split("/") ?? [];
  const byKind = new Map<string, string[]>();
  for (const name of devices) {
    const [home, kind, id] = name.split("/");
    if (home !== site || kind === undefined || id === undefined) continue;
    byKind.set(kind, [...(byKind.get(kind) ?? []), quote(id)]);
  }
  const kinds = [...byKind].map(([kind, ids]) => `kind = ${quote(kind)} AND device IN (${ids.join(", ")})`);
  // Said once for all kinds too, because files are sorted by device: what is not in the list is not read.
  const all = `site = ${quote(site)} AND device IN (${[...byKind.values()].flat().join(", ") || "''"})`;
  const each = kinds.length === 1 ? kinds[0] : `(${kinds.join(" OR ") || "false"})`;
  return `${all} AND ${each}${fields === undefined ? "" : ` AND field IN (${fields.map(quote).join(", ") || "''"})`}`;
}

function fromFresh(plan: LevelPlan, wanted: Wanted): string {
  const { from, to } = wanted;
  const rows = `${freshRows} WHERE time >= ${from} AND time < ${to} AND series IN (SELECT id FROM chosen)`;
  if (plan.foldMs === undefined) {
    return `SELECT ${device}, time, received, ${rawTail} FROM (${rows}) t ${names}`;
  }
  const folded = `SELECT ${foldedRow(plan.foldMs)} FROM (${rows}) WHERE quality < 2 GROUP BY ALL`;
  return `SELECT ${device}, time, ${foldedTail} FROM (${folded}) t(series, time, word, count, suspect, min, max, sum, "last", lastKey) ${names}`;
}

function fromTable(plan: LevelPlan, table: string, { from, to }: Wanted): string {
  const tail = plan.foldMs === undefined ? `received, ${rawTail}` : foldedTail;
  return `SELECT ${device}, time, ${tail} FROM ${table} t ${names} WHERE t.time >= ${from} AND t.time < ${to}`;
}

function fromFiles(plan: LevelPlan, files: readonly string[], wanted: Wanted): string {
  const { from, to } = wanted;
  const tail =
    plan.foldMs === undefined
      ? `epoch_ms(received) AS received, "value", "text", list_position(['good', 'suspect', 'simulated'], quality) - 1, sequence`
      : '"text", count, suspect, min, max, sum, "last", lastKey';
  return `SELECT ${device}, epoch_ms(time) AS time, ${tail} FROM read_parquet([${files.join(", ")}])
    WHERE ${places(wanted)} AND time >= make_timestamp_ms(${from}) AND time < make_timestamp_ms(${to})`;
}

/** The beginning of every statement that reads `rowsOf`. */
export function withChosen(wanted: Wanted): string {
  return `WITH chosen AS MATERIALIZED ${chosen(wanted)}`;
}
