import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GatewayError } from "../../gateway/errors.ts";
import { type DataSize, valuesIn } from "./series-data.ts";
import { askWhileWriting, type LoadFigures, loadAll, type UnderLoad } from "./series-load.ts";
import { deviceOf, type Question, questions } from "./series-questions.ts";
import { stores } from "./series-stores.ts";
import type { Subject } from "./series-subject.ts";
import { type Verdict, verify } from "./series-truth.ts";
import { type Percentiles, percentiles } from "./statistics.ts";

/** What a run is told, as one JSON argument. */
export interface RunOptions {
  readonly name: string;
  readonly size: DataSize;
  /** Askings of each question. */
  readonly queries: number;
  /** Of this store and size alone. Data of an earlier run in it is only asked. */
  readonly folder: string;
  /** For the engine of the embedded store, MB; 0: its default. */
  readonly memoryMb: number;
}

/** What was measured of one store. */
export interface SeriesResult {
  readonly name: string;
  readonly size: DataSize;
  readonly values: number;
  /** Of an earlier run when `isReused`. */
  readonly load: LoadFigures;
  readonly isReused: boolean;
  readonly bytes: number;
  readonly peakMib: number;
  readonly openMs: number;
  /** By name of the question. */
  readonly latencyMs: Readonly<Record<string, Percentiles>>;
  readonly verdict: Verdict;
  /** Why it could not tidy up, each time. */
  readonly troubles: readonly string[];
  /** Undefined for data of an earlier run, which has these values already. */
  readonly underLoad: UnderLoad | undefined;
}

/** What is kept beside the data, for later runs that only ask. */
type Loaded = Pick<SeriesResult, "load" | "bytes" | "peakMib">;

async function run({ name, size, queries, folder, memoryMb }: RunOptions): Promise<SeriesResult> {
  const figures = join(folder, "load.json");
  const data = join(folder, "data");
  const isReused = existsSync(figures);
  if (!isReused && existsSync(data)) {
    throw new GatewayError("internal", `${folder} is of a run that was not finished; delete it`);
  }
  await mkdir(data, { recursive: true });
  const subject = await stores[name]!.open({ folder: data, size, memoryMb: memoryMb || undefined });
  const loaded = isReused ? undefined : await loadAll(subject, size);

  const startedAt = performance.now();
  await subject.reopen();
  const openMs = performance.now() - startedAt;
  if (loaded !== undefined) {
    const { peakMib } = subject.usage();
    await writeFile(
      figures,
      JSON.stringify({ load: loaded, bytes: bytesIn(data), peakMib } satisfies Loaded),
    );
  }
  const { load, bytes, peakMib: peakOfLoad } = JSON.parse(await readFile(figures, "utf8")) as Loaded;
  const latencyMs: Record<string, Percentiles> = {};
  for (const question of questions)
    latencyMs[question.name] = await timed(subject, question, { size, queries });
  const verdict = await verify(subject, size);
  const peakMib = Math.max(peakOfLoad, subject.usage().peakMib);
  const underLoad = isReused ? undefined : await askWhileWriting(subject, size, queries * 5);
  await subject.close();
  const values = valuesIn(size);
  const { troubles } = subject;
  return {
    name,
    size,
    values,
    load,
    isReused,
    bytes,
    peakMib,
    openMs,
    latencyMs,
    verdict,
    troubles,
    underLoad,
  };
}

async function timed(
  subject: Subject,
  { ask }: Question,
  { size, queries }: { size: DataSize; queries: number },
): Promise<Percentiles> {
  const ms = new Float64Array(queries);
  for (let n = 0; n < queries; n++) {
    const startedAt = performance.now();
    await ask(subject, size, deviceOf(n, size));
    ms[n] = performance.now() - startedAt;
  }
  return percentiles(ms);
}

/** What the files take on the disk. */
function bytesIn(folder: string): number {
  return Number(
    spawnSync("du", ["-s", "--block-size=1", folder], { encoding: "utf8" }).stdout.split("\t")[0],
  );
}

if (import.meta.main) {
  const result = await run(JSON.parse(process.argv[2] ?? "") as RunOptions);
  process.send?.(result, () => process.disconnect());
}
