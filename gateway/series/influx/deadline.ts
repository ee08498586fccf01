import type { Clock } from "../../clock.ts";

/** The time that a request may take, and its end. */
export interface Deadline {
  /** Aborts the request. */
  readonly signal: AbortSignal;
  /** It was aborted because its time was over. */
  isLate(): boolean;
  /** The time runs (anew). */
  wait(): void;
  /** The time does not run: the reader is busy, not the server. */
  rest(): void;
  /** The answer came to its end: there is nothing to abort. */
  complete(): void;
  /** Stops the time, and the request unless it is complete. */
  end(): void;
}

/** Lets the time of a request begin. */
export function startDeadline(timeoutMs: number, clock: Pick<Clock, "after">): Deadline {
  const controller = new AbortController();
  let isLate = false;
  let isComplete = false;
  let stopTimer = () => {};
  const deadline: Deadline = {
    signal: controller.signal,
    isLate: () => isLate,
    wait() {
      stopTimer = clock.after(timeoutMs, () => {
        isLate = true;
        controller.abort();
      });
    },
    rest: () => stopTimer(),
    complete() {
      isComplete = true;
    },
    end() {
      stopTimer();
      if (!isComplete) controller.abort();
    },
  };
  deadline.wait();
  return deadline;
}
