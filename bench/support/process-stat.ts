import { readdirSync, readFileSync } from "node:fs";

/** What a process and its living children have used so far. */
export interface Usage {
  /** User and system time of all threads, seconds; the kernel counts in steps of 10 ms. */
  readonly cpuSeconds: number;
  /** Sum of the highest resident sizes of each process, MiB. */
  readonly peakMib: number;
  /** Resident now, MiB. */
  readonly residentMib: number;
}

/** Reads /proc for the process and everything it started, or for the process alone. */
export function usageOf(pid: number, members: "with-children" | "alone" = "with-children"): Usage {
  let cpuTicks = 0;
  let peakKib = 0;
  let residentKib = 0;
  for (const member of members === "alone" ? [pid] : processTree(pid)) {
    const stat = readFileSync(`/proc/${member}/stat`, "latin1");
    // The command name may hold spaces, so fields are counted from the closing bracket: utime, stime, cutime, cstime.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    for (const index of [11, 12, 13, 14]) cpuTicks += Number(fields[index]);
    const status = readFileSync(`/proc/${member}/status`, "latin1");
    peakKib += Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    residentKib += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return { cpuSeconds: cpuTicks / ticksPerSecond, peakMib: peakKib / 1024, residentMib: residentKib / 1024 };
}

/** USER_HZ, which Linux fixes at 100 for user space. */
const ticksPerSecond = 100;

/** A process and everything that it started and that lives, itself first. */
export function processTree(pid: number): number[] {
  const members = [pid];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1");
    for (const child of children.split(" ").filter(Boolean)) members.push(...processTree(Number(child)));
  }
  return members;
}
