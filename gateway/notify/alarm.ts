import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Change } from "../types.ts";
import type { Channel } from "./contract.ts";

interface AlarmParts {
  readonly channels: readonly Channel[];
  readonly metrics: Metrics;
  readonly log: Pick<Log, "error">;
}

/** Tells every channel of a critical change in the same turn of the event loop. A channel that fails stops no other. */
export function createAlarm({ channels, metrics, log }: AlarmParts): (change: Change) => void {
  const sent = metrics.countBy("alarms_sent", "Critical changes handed to a channel at once", "channel");
  const failed = metrics.countBy("alarms_failed", "Critical changes that a channel refused", "channel");
  return function alarm(change) {
    for (const channel of channels) {
      channel.send({ change }).then(
        () => sent.add(channel.name),
        (error) => {
          failed.add(channel.name);
          log.error({ channel: channel.name, change: change.id, reason: messageOf(error) }, "alarm not sent");
        },
      );
    }
  };
}
