import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startChild, waitUntil } from "../../bench/support/child.ts";

/** A real VictoriaMetrics on a free port with a folder of its own. */
export interface VictoriaServer {
  readonly url: string;
  readonly pid: number;
  /** Where its data is. */
  readonly folder: string;
  /** Makes everything that was written visible to queries. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** VictoriaMetrics is on this machine (Debian: victoria-metrics). */
export const hasVictoria = spawnSync("victoria-metrics", ["-version"]).error === undefined;

/** Starts it as the driver asks for; it keeps everything. */
export async function openVictoria(): Promise<VictoriaServer> {
  const folder = await mkdtemp(join(tmpdir(), "linli-victoria-"));
  const port = await freePort();
  const child = startChild("victoria-metrics", [
    `-httpListenAddr=127.0.0.1:${port}`,
    `-storageDataPath=${folder}`,
    "-retentionPeriod=100y",
    "-dedup.minScrapeInterval=1ms",
    "-search.latencyOffset=0s",
    "-memory.allowedBytes=256MB",
    "-http.shutdownDelay=0s",
  ]);
  const url = `http://127.0.0.1:${port}`;
  await waitUntil("victoria-metrics", child, () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    ...{ url, pid: child.pid, folder },
    async flush() {
      await fetch(`${url}/internal/force_flush`);
    },
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
