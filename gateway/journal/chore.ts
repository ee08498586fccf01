import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** Does something every so often, one run at a time. A failed run is tried again at its next turn and logged once. */
export function startChore(parts: {
  name: string;
  everyMs: number;
  clock: Pick<Clock, "every">;
  log: Log;
  run: () => Promise<void>;
}): { stop(): Promise<void> } {
  const { name, everyMs, clock, log, run } = parts;
  let running: Promise<void> | undefined;
  let isFailing = false;

  async function guarded() {
    try {
      await run();
      isFailing = false;
    } catch (error) {
      // A full disk refuses every turn; once is enough to know.
      if (isFailing) return;
      isFailing = true;
      log.warn({ chore: name, reason: messageOf(error) }, "journal chore failed");
    }
  }

  const cancel = clock.every(everyMs, () => {
    running ??= guarded().finally(() => {
      running = undefined;
    });
  });
  return {
    async stop() {
      cancel();
      await running;
    },
  };
}
