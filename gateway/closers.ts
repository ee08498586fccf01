import type { Log } from "./log.ts";

/** What must be closed at the end, in the opposite order of its opening. */
export interface Closers {
  add(name: string, close: () => unknown): void;
  /** Closes everything once; a part that fails, or does not end in time, does not keep the others open. */
  closeAll(): Promise<void>;
}

/** Longest wait for one part to close, ms; a disk that hangs must not keep the process. */
const maxWaitMs = 10_000;

/** Makes an empty list. */
export function createClosers(log: Pick<Log, "error">): Closers {
  const closers: { name: string; close: () => unknown }[] = [];

  async function closeOne(name: string, close: () => unknown): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, maxWaitMs, "late");
    });
    try {
      const end = await Promise.race([close(), late]);
      if (end === "late") log.error({ part: name, waitedMs: maxWaitMs }, "part did not close in time");
    } catch (error) {
      log.error({ err: error, part: name }, "part could not be closed");
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    add: (name, close) => void closers.push({ name, close }),
    async closeAll() {
      for (let next = closers.pop(); next !== undefined; next = closers.pop()) {
        await closeOne(next.name, next.close);
      }
    },
  };
}
