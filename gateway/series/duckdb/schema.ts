import type { Engine } from "./engine.ts";

/** Makes the tables that every store has; what is there stays. */
export async function createTables(engine: Pick<Engine, "writer" | "read" | "transaction">): Promise<void> {
  await engine.transaction(async () => {
    for (const statement of tables) await engine.writer.run(statement);
  });
}

/** `fresh` takes values as they come; its times are doubles because those cost JavaScript least. It lives too briefly to be compressed. */
export const freshTable = `fresh (${[
  "series UINTEGER",
  "time DOUBLE",
  "received DOUBLE",
  "sequence DOUBLE",
  "num DOUBLE",
  "word UINTEGER",
  "quality UTINYINT",
]
  .map((column) => `${column} USING COMPRESSION uncompressed`)
  .join(", ")})`;

const tables: readonly string[] = [
  // How far the journal was read, and a number that is another one when `parts` is.
  "CREATE TABLE IF NOT EXISTS place (position BIGINT, partsVersion BIGINT)",
  "CREATE TABLE IF NOT EXISTS series (id UINTEGER, site VARCHAR, kind VARCHAR, device VARCHAR, field VARCHAR, isFolded BOOLEAN)",
  "CREATE TABLE IF NOT EXISTS words (id UINTEGER, word VARCHAR)",
  // A period has a table for what came since its file was made, a file, or both. Generation 0: no file.
  "CREATE TABLE IF NOT EXISTS parts (level VARCHAR, period VARCHAR, hasTable BOOLEAN, generation INTEGER, fileBytes BIGINT, upTo BIGINT)",
  `CREATE TABLE IF NOT EXISTS ${freshTable}`,
];
