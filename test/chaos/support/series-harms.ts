import { join } from "node:path";
import type { Scene } from "./scene.ts";
import { endOrphan, seriesPidOf, untilSeriesUp, untilStartedAgain } from "./series-child.ts";
import { breakings, type Damage, setAsideFiles, untilFilesChange } from "./series-damage.ts";
import { pause, until } from "./wait.ts";

/** What was done to the store, and how long it was away. */
export interface HarmCounts {
  /** Kills of the store's process alone. */
  childKills: number;
  /** Those of them that came while it made files of days and months. */
  killsInFiles: number;
  /** Kills of the gateway whose store's process was stopped and held the database on. */
  orphans: number;
  /** The process was stopped for a while and went on. */
  pauses: number;
  /** The process was stopped until the gateway gave it up. */
  hangs: number;
  /** Databases that were broken, and those of them that were put aside. */
  broken: number;
  setAside: number;
  /** From a kill of the process to the store taking readings again, ms, at worst. */
  slowestRestartMs: number;
}

/** Something that is done to a store under load. Resolves when the store takes readings again. */
export type Harm = () => Promise<void>;

/** Longest stop of the process from which it goes on, ms. */
const longestPauseMs = 3_000;

/** Ways to harm a store, by name, and what they did so far. */
export function createHarms(scene: Scene, random: () => number) {
  const counts: HarmCounts = {
    ...{
      childKills: 0,
      killsInFiles: 0,
      orphans: 0,
      pauses: 0,
      hangs: 0,
      broken: 0,
      setAside: 0,
      slowestRestartMs: 0,
    },
  };
  const stopped = new Set<number>();

  /** Resolves with the process that is there now. */
  function running(): Promise<number> {
    return untilStartedAgain(scene.gateway(), undefined);
  }

  function killChild(pid: number): void {
    process.kill(pid, "SIGKILL");
    counts.childKills += 1;
  }

  /** Files are made soon after a start, so it is started again first. Returns the one that was killed. */
  async function killInFiles(): Promise<number> {
    const first = await running();
    const changed = untilFilesChange(scene.folder, { nth: 1 + Math.floor(random() * 6), withinMs: 4_000 });
    killChild(first);
    const second = await untilStartedAgain(scene.gateway(), first);
    if (await changed) counts.killsInFiles += 1;
    killChild(second);
    return second;
  }

  async function untilBack(before: number): Promise<void> {
    const killedAt = Date.now();
    await untilSeriesUp(scene.gateway(), before);
    counts.slowestRestartMs = Math.max(counts.slowestRestartMs, Date.now() - killedAt);
  }

  function halt(pid: number): void {
    stopped.add(pid);
    process.kill(pid, "SIGSTOP");
  }

  const harms = {
    async parent() {
      await scene.kill();
      await scene.restart();
      await untilSeriesUp(scene.gateway());
    },
    /** The old process holds the database until it goes on, sees that its gateway is gone, and ends. */
    async orphan() {
      const pid = await running();
      halt(pid);
      await scene.kill();
      await scene.restart();
      await untilStartedAgain(scene.gateway(), undefined);
      await pause(random() * 1_000);
      process.kill(pid, "SIGCONT");
      stopped.delete(pid);
      counts.orphans += 1;
      await untilSeriesUp(scene.gateway());
    },
    async child() {
      const pid = await running();
      killChild(pid);
      await untilBack(pid);
    },
    async files() {
      await untilBack(await killInFiles());
    },
    async pause() {
      const pid = await running();
      halt(pid);
      await pause(random() * longestPauseMs);
      process.kill(pid, "SIGCONT");
      stopped.delete(pid);
      counts.pauses += 1;
      await untilSeriesUp(scene.gateway());
    },
    async hang() {
      const pid = await running();
      halt(pid);
      await until("a process that hangs is given up", () => seriesPidOf(scene.gateway()) !== pid);
      stopped.delete(pid);
      counts.hangs += 1;
      await untilBack(pid);
    },
  } satisfies Record<string, Harm>;

  return {
    counts,
    harms,
    /**
     * Breaks the database while the gateway is away, and waits until it was put aside, where it must be, and the store is up
     * again. Before, the store ended properly, or was killed while it made files, as in a power cut.
     */
    async damage(how: Damage, end: "stop" | "files") {
      if (end === "files") {
        await killInFiles();
        await scene.kill();
      } else await scene.gateway().stop();
      const before = new Set(setAsideFiles(scene.folder));
      const isPutAside = () => setAsideFiles(scene.folder).some((name) => !before.has(name));
      breakings[how].run(join(scene.folder, "series", "series.duckdb"));
      await scene.restart();
      if (breakings[how].isSurelyNoticed) await until(`the database is put aside after "${how}"`, isPutAside);
      await untilSeriesUp(scene.gateway());
      counts.broken += 1;
      if (isPutAside()) counts.setAside += 1;
    },
    /** Ends what was stopped and never went on, after a run that failed. */
    release() {
      for (const pid of stopped) endOrphan(pid);
    },
  };
}

/** Name of a way to harm a store. */
export type HarmName = keyof ReturnType<typeof createHarms>["harms"];
