import { mkdirSync, readFileSync } from "node:fs";
import { open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { GatewayError, messageOf } from "../../errors.ts";

/** How far a store on a server has read the journal. */
export interface Position {
  value(): number;
  /** Durable when it resolves: after a power cut the old or the new one is there. */
  move(to: number): Promise<void>;
}

/**
 * Opens the position that is kept in `directory`. It belongs to one database: for another `target`, and when the file is
 * missing or damaged, it begins at `first`, for readings that come again are the same points. Throws `series-failed`
 * when the folder cannot be made or read.
 */
export function openPosition({
  directory,
  target,
  first,
}: {
  directory: string;
  target: string;
  first: number;
}): Position {
  const path = join(directory, "position.json");
  let value = load(path, target) ?? first;
  return {
    value: () => value,
    async move(to) {
      if (to === value) return;
      await save(directory, path, JSON.stringify({ target, position: to }));
      value = to;
    },
  };
}

const saved = z.object({ target: z.string(), position: z.int() });

function load(path: string, target: string): number | undefined {
  const text = readText(path);
  const content = saved.safeParse(text === undefined ? undefined : parseJson(text)).data;
  return content?.target === target ? content.position : undefined;
}

function readText(path: string): string | undefined {
  try {
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new GatewayError("series-failed", `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function save(directory: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.new`, text, { flush: true, mode: 0o640 });
    await rename(`${path}.new`, path);
    const folder = await open(directory, "r");
    await folder.sync().finally(() => folder.close());
  } catch (cause) {
    const message = `${path} cannot be written: ${messageOf(cause)}`;
    throw new GatewayError("series-failed", message, { cause, retryable: true });
  }
}
