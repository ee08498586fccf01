import type { Log } from "../log.ts";

/** Functions that want to hear of something. One that throws is logged and does not keep the others from hearing it. */
export interface Listeners<Arguments extends readonly unknown[]> {
  /** Returns what removes it again. */
  add(listener: (...facts: Arguments) => void): () => void;
  tell(...facts: Arguments): void;
}

/** Makes an empty list; `what` names the occasion in the log. */
export function createListeners<Arguments extends readonly unknown[]>({
  what,
  log,
}: {
  what: string;
  log: Pick<Log, "error">;
}): Listeners<Arguments> {
  const listeners = new Set<(...facts: Arguments) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(...facts) {
      for (const listener of listeners) {
        try {
          listener(...facts);
        } catch (error) {
          log.error({ err: error, what }, "listener failed");
        }
      }
    },
  };
}
