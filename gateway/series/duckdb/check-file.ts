import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { type Engine, quote } from "./engine.ts";
import { fileOf, type Part, savePart } from "./parts.ts";

/** Longest time that the table of contents of one file may take, ms. */
const timeoutMs = 30_000;

/**
 * Reads the table of contents of a file: up to which journal record it holds its period. A file that cannot be read is put
 * aside and undefined is given: one bad file must not keep the others away.
 */
export async function checkFile(
  engine: Pick<Engine, "snapshot">,
  path: string,
  log: Log,
): Promise<number | undefined> {
  try {
    const [[upTo] = ["0"]] = await engine.snapshot(timeoutMs, ({ read }) =>
      read(`SELECT decode(value) FROM parquet_kv_metadata(${quote(path)}) WHERE decode(key) = 'linli_up_to'`),
    );
    return Number(upTo);
  } catch (error) {
    log.error({ path, reason: messageOf(error) }, "series file is damaged or gone, its values are missing");
    if (existsSync(path)) await rename(path, `${path}.damaged`);
    return undefined;
  }
}

/** Takes the parts whose files cannot be read out of the count. Returns those that are left. */
export async function checkParts(
  engine: Engine,
  folder: string,
  parts: readonly Part[],
  log: Log,
): Promise<Part[]> {
  const sound: Part[] = [];
  for (const part of parts) {
    if (part.generation === 0 || (await checkFile(engine, fileOf(folder, part), log)) !== undefined)
      sound.push(part);
    else await engine.transaction(() => savePart(engine, { ...part, generation: 0, fileBytes: 0, upTo: 0 }));
  }
  return sound;
}
