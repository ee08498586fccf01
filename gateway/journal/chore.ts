import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** Does something every so often, one run at a time. A failed run is logged and tried again at its next turn. */
export function startChore(parts: {
  name: string;
  everyMs: number;
  clock: Pick<Clock, "every">;
  log: Log;
  run: () => Promise<void>;
}): { stop(): Promise<void> } {
  const { name, everyMs, clock, log, run } = parts;
  let running: Promise<void> | undefined;

  async function guarded() {
    try {
      await run();
    } catch (error) {
      log.debug({ chore: name, reason: messageOf(error) }, "journal chore failed");
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
