import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
  watch,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** A way to break a database that nobody uses. */
interface Breaking {
  /** Gets the path of its file. */
  readonly run: (path: string) => void;
  /** Nobody can read on after it; otherwise the engine may leave out what the damage hit and go on before it. */
  readonly isSurelyNoticed: boolean;
}

/** Ways to break a database, by name. */
export const breakings = {
  /** Half of the file is gone. */
  truncate: { isSurelyNoticed: true, run: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)) },
  /** Every block is garbage; some of them would be free ones, and of the others some would be read at the next query only. */
  overwrite: {
    isSurelyNoticed: true,
    run: (path) => overwrite(path, Math.min(headerBytes, statSync(path).size / 2)),
  },
  /** The end of the file of changes was not written any more. */
  "cut-changes": {
    isSurelyNoticed: false,
    run: (path) => ifThere(`${path}.wal`, (wal) => truncateSync(wal, Math.floor(statSync(wal).size * 0.9))),
  },
  /** The second half of the file of changes is garbage. */
  "garble-changes": {
    isSurelyNoticed: false,
    run: (path) => ifThere(`${path}.wal`, (wal) => overwrite(wal, statSync(wal).size / 2)),
  },
} as const satisfies Record<string, Breaking>;

/** Name of a way to break a database. */
export type Damage = keyof typeof breakings;

/** DuckDB's file begins with three headers of 4 KiB. */
const headerBytes = 12_288;

/** Writes garbage over a file from a place to its end. */
function overwrite(path: string, from: number): void {
  const begin = Math.floor(from);
  const garbage = randomBytes(statSync(path).size - begin);
  const file = openSync(path, "r+");
  writeSync(file, garbage, 0, garbage.length, begin);
  closeSync(file);
}

/** After a proper stop, and just after a checkpoint, there is no file of changes. */
function ifThere(path: string, run: (path: string) => void): void {
  if (existsSync(path)) run(path);
}

/** Database files that were put aside as damaged. */
export function setAsideFiles(dataDir: string): string[] {
  return readdirSync(join(dataDir, "series")).filter((name) => name.startsWith("series.duckdb.damaged-"));
}

/** Waits for the store to begin, rename or replace its files of days and months; false when it does not do so in time. */
export function untilFilesChange(
  dataDir: string,
  { nth, withinMs }: { nth: number; withinMs: number },
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let left = nth;
  const watchers = ["raw", "min5", "hour1"].map((name) => {
    const folder = join(dataDir, "series", name);
    mkdirSync(folder, { recursive: true });
    return watch(folder, (event) => {
      if (event !== "rename") return;
      left -= 1;
      if (left === 0) resolve(true);
    });
  });
  const timer = setTimeout(() => resolve(false), withinMs);
  return promise.finally(() => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
}
