import { readdir, rename, stat } from "node:fs/promises";
import type { Log } from "../../log.ts";
import type { SeriesFields } from "../contract.ts";
import { checkFile, readUpTo } from "./check-file.ts";
import { type Engine, quote } from "./engine.ts";
import { readFiles } from "./file-rows.ts";
import { listFiles, type PeriodFile } from "./files.ts";
import { levelPlans, planOf } from "./levels.ts";
import { ensureTable, fileOf, folderNames, type Part, savePart } from "./parts.ts";
import { draftOf, joinedFolds } from "./seal.ts";

/** What is needed to fill a new database. */
export interface AdoptParts {
  readonly engine: Engine;
  readonly folder: string;
  readonly fields: SeriesFields;
  readonly log: Log;
}

/**
 * Fills a new database from the files that an older one left: their parts, the numbers of series and words. Hours of
 * months that are not in a file yet are made anew from the files of 5 minutes. Inside a
 * transaction.
 */
export async function adoptFiles(parts: AdoptParts): Promise<void> {
  const { engine, folder, log } = parts;
  await nameDrafts(engine, folder);
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
  await numberNames(parts, adopted);
  const missing = new Set(minutes.map(({ period }) => period.slice(0, 7)));
  for (const { period } of adopted) if (period.length === 7) missing.delete(period);
  for (const month of missing) {
    const days = minutes.filter((day) => isIn(day, month));
    await engine.writer.run(`INSERT INTO ${await ensureTable(engine, hour, month)} ${hoursOf(folder, days)}`);
  }
  log.info({ files: adopted.length, months: stale.length }, "series files adopted");
}

const hour = planOf("1h");
const min5 = planOf("5min");

function isIn(day: Pick<Part, "period">, month: string): boolean {
  return day.period.startsWith(month);
}

/** A crash while the files of a pass got their names left some of them drafts: of the same journal record, and as whole as the others. */
async function nameDrafts(engine: Engine, folder: string): Promise<void> {
  const passes = new Set<number | undefined>();
  for (const file of await listFiles(folder)) passes.add(await readUpTo(engine, fileOf(folder, file)));
  passes.delete(undefined);
  for (const name of folderNames) {
    for (const file of await readdir(`${folder}/${name}`)) {
      const draft = `${folder}/${name}/${file}`;
      const path = draft.replace(/\.tmp$/, "");
      if (draft === draftOf(path) && passes.has(await readUpTo(engine, draft))) await rename(draft, path);
    }
  }
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

function filesOf(folder: string, parts: readonly Part[]): string[] {
  return parts.map((part) => quote(fileOf(folder, part)));
}

async function numberNames({ engine, folder, fields }: AdoptParts, parts: readonly Part[]): Promise<void> {
  const names = levelPlans.flatMap((plan) => {
    const files = filesOf(
      folder,
      parts.filter((part) => part.plan === plan),
    );
    return files.length > 0
      ? [`SELECT site, kind, device, field, word FROM (${readFiles(plan, files)})`]
      : [];
  });
  const all = names.join(" UNION ALL ");
  const texts = Object.entries(fields).flatMap(([kind, types]) =>
    Object.entries(types).flatMap(([field, type]) => (type === "text" ? [quote(`${kind}/${field}`)] : [])),
  );
  await engine.writer.run(
    `INSERT INTO series SELECT row_number() OVER (), site, kind, device, field, kind || '/' || field NOT IN (${texts.join(", ") || "''"})
      FROM (SELECT DISTINCT site, kind, device, field FROM (${all}))`,
  );
  await engine.writer.run(
    `INSERT INTO words SELECT row_number() OVER (), word FROM (SELECT DISTINCT word FROM (${all}) WHERE word IS NOT NULL)`,
  );
}

/** Rows of the files of 5 minutes as the table of hours has them. */
function hoursOf(folder: string, days: readonly Part[]): string {
  return `SELECT series.id, time, coalesce(words.id, 0), count, suspect, min, max, sum, "last", lastKey FROM
    (SELECT site, kind, device, field, f.word AS name, time - time % ${hour.foldMs} AS time, ${joinedFolds}
      FROM (${readFiles(min5, filesOf(folder, days))}) f GROUP BY ALL) f
    JOIN series USING (site, kind, device, field) LEFT JOIN words ON words.word = f.name ORDER BY 1, 2, 3`;
}
