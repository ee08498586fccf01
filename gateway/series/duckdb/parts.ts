import type { Level } from "../contract.ts";
import { type Engine, quote, type Row } from "./engine.ts";
import { beginOf, columnsOf, endOf, type LevelPlan, levelPlans, planOf, tableOf } from "./levels.ts";

/** What is stored of one period of a level: in a table, in a file, or in both. */
export interface Part {
  readonly plan: LevelPlan;
  readonly period: string;
  readonly hasTable: boolean;
  /** Of its file; 0 when there is none. Each new file of the period has a higher one. */
  readonly generation: number;
  readonly fileBytes: number;
  /** Every reading of the period up to this journal sequence is in the file. */
  readonly upTo: number;
}

/** Path of a part's file. */
export function fileOf(
  folder: string,
  { plan, period, generation }: Pick<Part, "plan" | "period" | "generation">,
): string {
  return `${folder}/${plan.name}/${period}.g${generation}.parquet`;
}

/** Every part, oldest first, as a connection sees them. */
export async function readParts(read: (sql: string) => Promise<Row[]>): Promise<Part[]> {
  const rows = await read(
    "SELECT level, period, hasTable, generation, fileBytes::DOUBLE, upTo::DOUBLE FROM parts ORDER BY period",
  );
  return rows.map(([level, period, hasTable, generation, fileBytes, upTo]) => ({
    plan: planOf(level as Level),
    period: period as string,
    hasTable: hasTable as boolean,
    generation: generation as number,
    fileBytes: fileBytes as number,
    upTo: upTo as number,
  }));
}

/** Whether a part may hold values of a time, `to` exclusive. */
export function overlaps({ period }: Pick<Part, "period">, from: number, to: number): boolean {
  return beginOf(period) < to && endOf(period) > from;
}

/** Makes sure that a period has a table. Inside a transaction. */
export async function ensureTable(
  engine: Pick<Engine, "writer">,
  plan: LevelPlan,
  period: string,
): Promise<string> {
  const table = tableOf(plan, period);
  const where = `level = ${quote(plan.level)} AND period = ${quote(period)}`;
  await engine.writer.run(`CREATE TABLE IF NOT EXISTS ${table} (${columnsOf(plan)})`);
  await engine.writer.run(`UPDATE parts SET hasTable = true WHERE ${where}`);
  await countChange(engine);
  await engine.writer.run(
    `INSERT INTO parts SELECT ${quote(plan.level)}, ${quote(period)}, true, 0, 0, 0 WHERE NOT EXISTS (FROM parts WHERE ${where})`,
  );
  return table;
}

/** Writes down what a part is now, or that it is no more. Inside a transaction. */
export async function savePart(engine: Pick<Engine, "writer">, part: Part): Promise<void> {
  const { plan, period, hasTable, generation, fileBytes, upTo } = part;
  await engine.writer.run(
    `DELETE FROM parts WHERE level = ${quote(plan.level)} AND period = ${quote(period)}`,
  );
  await countChange(engine);
  if (!hasTable) await engine.writer.run(`DROP TABLE IF EXISTS ${tableOf(plan, period)}`);
  if (!hasTable && generation === 0) return;
  await engine.writer.run(
    `INSERT INTO parts VALUES (${quote(plan.level)}, ${quote(period)}, ${hasTable}, ${generation}, ${fileBytes}, ${upTo})`,
  );
}

/** Readers keep what they read of the parts until this number changes. */
async function countChange(engine: Pick<Engine, "writer">): Promise<void> {
  await engine.writer.run("UPDATE place SET partsVersion = partsVersion + 1");
}

/** Names of the folders that hold files. */
export const folderNames: readonly string[] = levelPlans.map(({ name }) => name);
