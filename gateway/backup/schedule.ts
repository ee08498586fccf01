import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { BackupSettings } from "./settings.ts";

/** What is needed to make backups every so often. */
export interface ScheduleParts {
  /** Read at each look, so that a reload changes them. */
  readonly settings: Pick<BackupSettings, "everyHours" | "folder" | "keep" | "passphrase">;
  /** Makes the file; its size in bytes. */
  readonly save: (file: string, passphrase: string | undefined) => Promise<number>;
  readonly onFailing: (isFailing: boolean, reason: string) => void;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** How often it is looked whether one is due, ms. */
const lookEveryMs = 60_000;
/** After a failure the next attempt comes so soon, ms. */
const retryMs = 3_600_000;
const hourMs = 3_600_000;

/**
 * Makes a backup whenever the newest in the folder is old enough, and deletes the oldest beyond `keep`. When the last one was made is read
 * from the files' names, so that a restart neither skips nor doubles one. Returns what ends it.
 */
export function scheduleBackups(parts: ScheduleParts): () => void {
  const { settings, save, onFailing, clock, metrics, log } = parts;
  let isRunning = false;
  let failedAt: number | undefined;
  let busySince: number | undefined;
  let isStopped = false;
  let lastAt = 0;
  const made = metrics.count("backups", "Backups that were made into the folder and read back");
  const failed = metrics.count("backup_failures", "Backups into the folder that failed");
  metrics.gauge(
    "backup_last_seconds",
    "When the newest backup in the folder was made, Unix time",
    () => lastAt / 1000,
  );

  async function look(): Promise<void> {
    const { everyHours, folder, keep, passphrase } = settings;
    if (everyHours === 0 || folder === undefined || isRunning) return;
    if (failedAt !== undefined && Math.abs(clock.now() - failedAt) < Math.min(retryMs, everyHours * hourMs))
      return;
    isRunning = true;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = await sweep(folder, keep);
      // A clock that was ahead once must not keep backups from being made.
      lastAt = Math.max(0, ...names.map(timeOf).filter((at) => at <= clock.now() + lookEveryMs));
      if (clock.now() - lastAt < everyHours * hourMs) return;
      const bytes = await make(folder, passphrase);
      await sweep(folder, keep);
      log.info({ folder, bytes }, "backup made");
      if (failedAt !== undefined) onFailing(false, "a backup was made again");
      failedAt = undefined;
      busySince = undefined;
    } catch (error) {
      if (isStopped || isPassing(error)) return;
      failedAt = clock.now();
      failed.add();
      log.error({ folder, reason: messageOf(error) }, "backup failed");
      onFailing(true, messageOf(error));
    } finally {
      isRunning = false;
    }
  }

  /** Somebody downloads one, or the history's process starts: it is tried again at the next look, for an hour. */
  function isPassing(error: unknown): boolean {
    if (!(error instanceof GatewayError) || error.code !== "busy") return false;
    busySince ??= clock.now();
    return clock.now() - busySince < retryMs;
  }

  async function make(folder: string, passphrase: string | undefined): Promise<number> {
    const at = clock.now();
    const name = `${fileStem(at)}.tar.zst${passphrase === undefined ? "" : ".age"}`;
    const draft = join(folder, `${name}.partial`);
    const bytes = await save(draft, passphrase);
    await rename(draft, join(folder, name));
    lastAt = at;
    made.add();
    return bytes;
  }

  const stopLooking = clock.every(lookEveryMs, () => void look());
  void look();
  return () => {
    isStopped = true;
    stopLooking();
  };
}

/** Beginning of a backup's file name: `linli-20260115T080000Z`. */
export function fileStem(at: number): string {
  return `linli-${new Date(at).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "")}`;
}

const filePattern = /^linli-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.zst(\.age)?$/;

function timeOf(name: string): number {
  const [, year, month, day, hour, minute, second] = filePattern.exec(name) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Deletes drafts and the oldest files beyond `keep`; the names of those that stay, oldest first. Files of other names are not touched. */
async function sweep(folder: string, keep: number): Promise<string[]> {
  const names = (await readdir(folder)).toSorted();
  const drafts = names.filter(
    (name) => filePattern.test(name.replace(/\.partial$/, "")) && name.endsWith(".partial"),
  );
  const files = names.filter((name) => filePattern.test(name));
  const old = files.slice(0, Math.max(0, files.length - keep));
  for (const name of [...drafts, ...old]) await rm(join(folder, name), { force: true });
  return files.slice(old.length);
}
