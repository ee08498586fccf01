import { usageOf } from "./process-stat.ts";

/** Waits until the program has done what it puts off (views, checkpoints); at most 60 s. */
export async function settle(pid: number): Promise<void> {
  let last = usageOf(pid).cpuSeconds;
  for (let i = 0; i < 120; i++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = usageOf(pid).cpuSeconds;
    if (now - last <= 0.02) return;
    last = now;
  }
}
