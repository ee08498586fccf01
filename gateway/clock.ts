/** Time as a collaborator, so that tests can move it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` every `everyMs` until the returned function is called; never keeps the process alive. */
  every(everyMs: number, run: () => void): () => void;
  /** Calls `run` once after `afterMs` unless the returned function is called before. */
  after(afterMs: number, run: () => void): () => void;
}

/** The real time. */
export function createSystemClock(): Clock {
  return {
    now: Date.now,
    every(everyMs, run) {
      const timer = setInterval(run, everyMs).unref();
      return () => clearInterval(timer);
    },
    after(afterMs, run) {
      const timer = setTimeout(run, afterMs).unref();
      return () => clearTimeout(timer);
    },
  };
}
