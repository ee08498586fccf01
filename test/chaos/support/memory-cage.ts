import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pause } from "./wait.ts";

/** A control group whose memory is limited: who asks for more is killed by the kernel, or somebody else in it is. */
export interface MemoryCage {
  /** Words before a command line that run it in there, as the first to be killed. */
  readonly under: readonly string[];
  /** Processes that the kernel has killed in there. */
  kills(): number;
  /** A program in there, which is killed last, takes all memory that is left, until `isOver`. */
  eat(isOver: () => boolean): Promise<void>;
  remove(): void;
}

/** Where the two versions of control groups have their things (cgroups(7)). */
const layouts = [
  {
    root: "/sys/fs/cgroup/memory",
    ...{ marker: "memory.limit_in_bytes", limit: "memory.limit_in_bytes", events: "memory.oom_control" },
    swap: "memory.memsw.limit_in_bytes",
  },
  {
    root: "/sys/fs/cgroup",
    ...{ marker: "cgroup.subtree_control", limit: "memory.max", events: "memory.events" },
    swap: "memory.swap.max",
  },
] as const;

/** Makes the group; a sentence that says why when this machine does not allow it. */
export function openMemoryCage(mib: number): MemoryCage | string {
  const layout = layouts.find(({ root, marker }) => existsSync(join(root, marker)));
  if (layout === undefined) return "there are no control groups for memory here";
  const folder = join(layout.root, `linli-oom-${process.pid}`);
  const procs = join(folder, "cgroup.procs");
  try {
    if (layout.marker === "cgroup.subtree_control")
      writeFileSync(join(layout.root, layout.marker), "+memory");
    mkdirSync(folder);
    writeFileSync(join(folder, layout.limit), String(mib * 2 ** 20));
    const isSwapCounted = existsSync(join(folder, layout.swap));
    // Nothing may be put on a swap instead.
    if (isSwapCounted)
      writeFileSync(join(folder, layout.swap), layout.limit === "memory.max" ? "0" : String(mib * 2 ** 20));
  } catch (error) {
    return `no control group can be made here: ${error instanceof Error ? error.message : error}`;
  }
  const inside = (score: number) => [
    ...["sh", "-c", `echo $$ > ${procs}; echo ${score} > /proc/self/oom_score_adj; exec "$0" "$@"`],
  ];

  async function eat(isOver: () => boolean): Promise<void> {
    const [command = "sh", ...words] = inside(-1_000);
    while (!isOver()) {
      // It looks for the last lines of a file that has no lines and no end. Where it may not be spared it can be killed first.
      const eater: ChildProcess = spawn(command, [...words, "tail", "/dev/zero"], { stdio: "ignore" });
      const gone = once(eater, "exit");
      while (!isOver() && eater.exitCode === null && eater.signalCode === null) await pause(5);
      eater.kill("SIGKILL");
      await gone;
    }
  }

  return {
    under: inside(1_000),
    kills: () =>
      Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(folder, layout.events), "utf8"))?.[1] ?? 0),
    eat,
    remove() {
      try {
        rmdirSync(folder);
      } catch {
        // A process of the series store may need a moment more to be gone; an empty group costs nothing.
      }
    },
  };
}
