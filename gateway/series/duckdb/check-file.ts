import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { GatewayError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { isFull } from "../failures.ts";
import { type Engine, quote } from "./engine.ts";
import { fileOf, type Part, savePart } from "./parts.ts";

/** Longest time that the table of contents of one file may take, ms. */
const timeoutMs = 30_000;

/** Longest time that reading one file to its end may take, ms. */
const wholeMs = 600_000;

/** Reads the table of contents of a file: up to which journal record it holds its period; undefined when it cannot be read. */
export async function readUpTo(engine: Pick<Engine, "snapshot">, path: string): Promise<number | undefined> {
  try {
    const [[upTo] = ["0"]] = await engine.snapshot(timeoutMs, ({ read }) =>
      read(`SELECT decode(value) FROM parquet_kv_metadata(${quote(path)}) WHERE decode(key) = 'linli_up_to'`),
    );
    return Number(upTo);
  } catch {
    return undefined;
  }
}

/** The same; a file that cannot be read is put aside: one bad file must not keep the others away. */
export async function checkFile(
  engine: Pick<Engine, "snapshot">,
  path: string,
  log: Log,
): Promise<number | undefined> {
  const upTo = await readUpTo(engine, path);
  if (upTo === undefined) await putAside(path, "its table of contents cannot be read", log);
  return upTo;
}

/** Whether every value of a file can be read; if not it is put aside. */
export async function isReadable(engine: Pick<Engine, "snapshot">, path: string, log: Log): Promise<boolean> {
  try {
    await engine.snapshot(wholeMs, ({ read }) =>
      read(`SELECT bit_xor(hash(f)) FROM read_parquet(${quote(path)}) f`),
    );
    return true;
  } catch (error) {
    // A store that is short of something says nothing of the file.
    if (isFull(error) || /out of memory/i.test(messageOf(error)) || error instanceof GatewayError)
      throw error;
    await putAside(path, messageOf(error), log);
    return false;
  }
}

async function putAside(path: string, reason: string, log: Log): Promise<void> {
  log.error({ path, reason }, "series file is damaged or gone, its values are missing");
  if (existsSync(path)) await rename(path, `${path}.damaged`);
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
