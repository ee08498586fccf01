import { stat } from "node:fs/promises";
import type { Log } from "../../log.ts";
import { checkFile } from "./check-file.ts";
import { type Engine, quote } from "./engine.ts";
import { listFiles, type PeriodFile } from "./files.ts";
import { planOf } from "./levels.ts";
import { ensureTable, fileOf, type Part, savePart } from "./parts.ts";
import { joinedFolds } from "./seal.ts";

/**
 * Fills a new database from the files that an older one left: their parts, the numbers of series and words. Hours of
 * months that are not in a file yet are made anew from the files of 5 minutes. Inside a
 * transaction.
 */
export async function adoptFiles(engine: Engine, folder: string, log: Log): Promise<void> {
  const found: Part[] = [];
  for (const file of await listFiles(folder)) {
    const part = await readPart(engine, folder, file, log);
    if (part !== undefined) found.push(part);
  }
  if (found.length === 0) return;
  const hours = found.filter(({ plan }) => plan === hour);
  const minutes = found.filter(({ plan }) => plan === min5);
  const stale = hours.filter((month) =>
    minutes.some((day) => isIn(day, month.period) && day.upTo > month.upTo),
  );
  const adopted = found.filter((part) => !stale.includes(part));

  for (const part of adopted) await savePart(engine, part);
  await numberNames(engine, folder, adopted);
  const missing = new Set(minutes.map(({ period }) => period.slice(0, 7)));
  for (const { period } of adopted) if (period.length === 7) missing.delete(period);
  for (const month of missing) {
    const days = minutes.filter((day) => isIn(day, month));
    await engine.writer.run(
      `INSERT INTO ${await ensureTable(engine, hour, month)} ${numbered(folder, days, `time - time % ${hour.foldMs}`)}`,
    );
  }
  log.info({ files: adopted.length, months: stale.length }, "series files adopted");
}

const hour = planOf("1h");
const min5 = planOf("5min");

function isIn(day: Pick<Part, "period">, month: string): boolean {
  return day.period.startsWith(month);
}

async function readPart(
  engine: Engine,
  folder: string,
  file: PeriodFile,
  log: Log,
): Promise<Part | undefined> {
  const path = fileOf(folder, file);
  const upTo = await checkFile(engine, path, log);
  if (upTo === undefined) return undefined;
  return { ...file, hasTable: false, fileBytes: (await stat(path)).size, upTo };
}

function filesOf(folder: string, parts: readonly Part[]): string {
  return `read_parquet([${parts.map((part) => quote(fileOf(folder, part))).join(", ")}], union_by_name = true)`;
}

async function numberNames(engine: Engine, folder: string, parts: readonly Part[]): Promise<void> {
  const folded = parts.filter(({ plan }) => plan.foldMs !== undefined);
  const raw = parts.filter(({ plan }) => plan.foldMs === undefined);
  const sources = [
    ...(folded.length > 0
      ? [`SELECT site, kind, device, field, "text", true AS f FROM ${filesOf(folder, folded)}`]
      : []),
    // What is in no folded file is free text.
    ...(raw.length > 0
      ? [`SELECT site, kind, device, field, "text", false AS f FROM ${filesOf(folder, raw)}`]
      : []),
  ].join(" UNION ALL ");
  await engine.writer.run(
    `INSERT INTO series SELECT row_number() OVER (), site, kind, device, field, f FROM
      (SELECT site, kind, device, field, bool_or(f) AS f FROM (${sources}) GROUP BY ALL)`,
  );
  await engine.writer.run(
    `INSERT INTO words SELECT row_number() OVER (), "text" FROM (SELECT DISTINCT "text" FROM (${sources}) WHERE "text" IS NOT NULL)`,
  );
}

/** Rows of folded files as a table has them, with the time given by an expression over `time` in ms. */
function numbered(folder: string, parts: readonly Part[], time: string): string {
  return `SELECT series.id, time, coalesce(words.id, 0), count, suspect, min, max, sum, "last", lastKey FROM
    (SELECT site, kind, device, field, "text", ${time} AS time, ${joinedFolds} FROM
      (SELECT * REPLACE (epoch_ms(time) AS time) FROM ${filesOf(folder, parts)}) GROUP BY ALL) f
    JOIN series USING (site, kind, device, field) LEFT JOIN words ON words.word = f."text" ORDER BY 1, 2, 3`;
}
