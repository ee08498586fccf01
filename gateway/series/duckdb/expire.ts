import type { Level } from "../contract.ts";
import type { Engine } from "./engine.ts";
import { endOf } from "./levels.ts";
import { fileOf, readParts, savePart } from "./parts.ts";

/** Drops the parts whose time is over. Returns the paths of their files, which count no more. */
export async function expire(parts: {
  engine: Engine;
  folder: string;
  now: number;
  keepMs: Readonly<Record<Level, number>>;
}): Promise<string[]> {
  const { engine, folder, now, keepMs } = parts;
  const over = (await readParts(engine.read)).filter(
    ({ plan, period }) => endOf(period) + keepMs[plan.level] <= now,
  );
  if (over.length === 0) return [];
  await engine.transaction(async () => {
    for (const part of over) await savePart(engine, { ...part, hasTable: false, generation: 0 });
  });
  return over.filter(({ generation }) => generation > 0).map((part) => fileOf(folder, part));
}
