import { rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileStem } from "./backup/schedule.ts";
import type { BackupSettings } from "./backup/settings.ts";
import { startWorker, type Worker } from "./backup/worker.ts";
import { type Stage, type StageParts, stageBackup, stagingFolder } from "./backup-stage.ts";
import type { Clock } from "./clock.ts";
import { GatewayError, messageOf } from "./errors.ts";
import type { Log } from "./log.ts";

/** Makes backups of the running gateway, one at a time. */
export interface Backups {
  /** The file as it is made; it is whole only when the stream ends without an error. Rejects with `busy` while another one is made. */
  download(): Promise<{ readonly name: string; readonly content: Readable }>;
  /** Makes the file and reads it back; its size in bytes. The file must not exist. */
  save(file: string, passphrase: string | undefined): Promise<number>;
  /** Ends a backup that is under way. */
  close(): Promise<void>;
}

interface Parts extends StageParts {
  readonly settings: Pick<BackupSettings, "stallMs" | "timeoutMs">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sweeps what an earlier run left, and waits to be asked. */
export function createBackups(parts: Parts): Backups {
  const { dataDir, settings, clock, log } = parts;
  let current: { end(): Promise<void> } | undefined;
  let isClosed = false;
  rmSync(join(dataDir, stagingFolder), { recursive: true, force: true });

  /** Starts a worker and stages; `end` may be called at any time, and more than once. */
  async function begin(): Promise<{ worker: Worker; stage: Stage; end: () => Promise<void> }> {
    if (current !== undefined || isClosed) {
      const message = isClosed
        ? "the gateway stops"
        : "a backup is being made already; try again when it is through";
      throw new GatewayError("busy", message, { retryable: true });
    }
    const worker = startWorker(new URL("./backup-process.ts", import.meta.url));
    let staged: Stage | undefined;
    let ending: Promise<void> | undefined;
    const end = () => {
      ending ??= finish();
      return ending;
    };
    const cancelTimeout = clock.after(settings.timeoutMs, () => void end());
    current = { end };

    async function finish(): Promise<void> {
      cancelTimeout();
      await worker.kill();
      await remove(staged);
      current = undefined;
    }
    try {
      const stage = await stageBackup(parts, worker);
      if (ending === undefined) staged = stage;
      else await remove(stage);
      return { worker, stage, end };
    } catch (error) {
      await end();
      throw error;
    }
  }

  async function remove(stage: Stage | undefined): Promise<void> {
    try {
      await stage?.remove();
    } catch (error) {
      log.warn(
        { reason: messageOf(error) },
        "the copies of a backup were not deleted; the next start does it",
      );
    }
  }

  /** Hands the archive out; fails when it did not become whole, so that whoever takes it is told. */
  async function* handOut(worker: Worker, taken: () => void): AsyncGenerator<Buffer> {
    const startedAt = clock.now();
    try {
      for await (const piece of worker.output) {
        yield piece as Buffer;
        taken();
      }
      // Only now it is known that the archive is whole.
      await worker.hear("packed");
      log.info({ tookMs: clock.now() - startedAt }, "backup handed out");
    } catch (error) {
      log.error({ reason: messageOf(error) }, "backup was not handed out whole");
      throw error;
    }
  }

  return {
    async download() {
      const { worker, stage, end } = await begin();
      worker.tell({ say: "pack", order: { ...stage.order, file: undefined, passphrase: undefined } });
      let takenAt = clock.now();
      const content = Readable.from(
        handOut(worker, () => {
          takenAt = clock.now();
        }),
        { objectMode: false },
      );
      // A client that takes nothing, or went away before the first byte, must not keep the copies on the disk.
      const stopWatch = clock.every(settings.stallMs / 4, () => {
        if (clock.now() - takenAt >= settings.stallMs) content.destroy();
      });
      content.once("close", () => {
        stopWatch();
        void end();
      });
      return { name: `${fileStem(parts.now())}.tar.zst`, content };
    },
    async save(file, passphrase) {
      const { worker, stage, end } = await begin();
      try {
        worker.tell({ say: "pack", order: { ...stage.order, file, passphrase } });
        return (await worker.hear("packed")).bytes;
      } finally {
        await end();
      }
    },
    async close() {
      isClosed = true;
      await current?.end();
    },
  };
}
