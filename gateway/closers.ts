import type { Log } from "./log.ts";

/** What must be closed at the end, in the opposite order of its opening. */
export interface Closers {
  add(name: string, close: () => unknown): void;
  /**
   * Closes everything once; a part that fails, or does not end in time, does not keep the others open. When `withinMs` are over the rest is told to
   * close and not waited for. Returns the parts that did not close properly.
   */
  closeAll(withinMs?: number): Promise<readonly string[]>;
}

/** Longest wait for one part to close, ms; a disk that hangs must not keep the process. */
const maxWaitMs = 10_000;

/** Makes an empty list. */
export function createClosers(log: Pick<Log, "error">): Closers {
  const closers: { name: string; close: () => unknown }[] = [];

  /** Whether it closed. */
  async function closeOne(name: string, close: () => unknown, waitMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, waitMs, "late");
    });
    try {
      const end = await Promise.race([close(), late]);
      if (end === "late") log.error({ part: name, waitedMs: waitMs }, "part did not close in time");
      return end !== "late";
    } catch (error) {
      log.error({ err: error, part: name }, "part could not be closed");
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    add: (name, close) => void closers.push({ name, close }),
    async closeAll(withinMs = Number.POSITIVE_INFINITY) {
      const begunAt = performance.now();
      const cut: string[] = [];
      for (let next = closers.pop(); next !== undefined; next = closers.pop()) {
        const leftMs = Math.max(0, withinMs - (performance.now() - begunAt));
        if (!(await closeOne(next.name, next.close, Math.min(maxWaitMs, leftMs)))) cut.push(next.name);
      }
      return cut;
    },
  };
}
