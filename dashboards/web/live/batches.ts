/** Collects what comes and hands it on at most once for each frame, so that a thousand changes a second cost sixty updates. */
export interface Batches<T> {
  add(items: readonly T[]): void;
  /** Hands on at once what waits. */
  flush(): void;
}

/** Items that may wait for a frame; with more they are handed on at once. */
const mostWaiting = 5000;

/** Makes a collector. `soon` runs a function before the next frame, or at once where no frames are drawn. */
export function createBatches<T>({
  soon,
  take,
}: {
  soon: (run: () => void) => void;
  take: (items: readonly T[]) => void;
}): Batches<T> {
  let waiting: T[] = [];
  let isAsked = false;

  function flush(): void {
    isAsked = false;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    take(items);
  }

  return {
    add(items) {
      for (const item of items) waiting.push(item);
      if (waiting.length >= mostWaiting) flush();
      else if (!isAsked) {
        isAsked = true;
        soon(flush);
      }
    },
    flush,
  };
}
