import { createSystemClock } from "./clock.ts";
import { messageOf } from "./errors.ts";
import { openJournalReader } from "./journal/reader.ts";
import { createLog } from "./log.ts";
import { damageOf } from "./series/failures.ts";
import { secretsOf } from "./series/influx/address.ts";
import { openStore } from "./series/open.ts";
import type { FromStore, OpenOptions, ToStore } from "./series/protocol.ts";
import { type Service, startService } from "./series/serve.ts";

// The process of the time series store. It lives as long as the gateway that started it: what crashes, stalls or is
// slow in here delays no acknowledgement and no alarm.

const clock = createSystemClock();
let service: Service | undefined;
/** How often the process says that it lives, ms; also while a large store is being opened. */
const aliveEveryMs = 5_000;
setInterval(() => say({ say: "alive" }), aliveEveryMs).unref();

process.on("disconnect", () => process.exit(0));
// A signal to the whole group is the gateway's to answer; it says when to stop.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("SIGHUP", () => {});
process.on("message", (message: ToStore) => {
  if (message.say === "open") void open(message.options);
  else if (message.say === "stop") void stop();
  else service?.take(message);
});

async function open(options: OpenOptions): Promise<void> {
  const log = createLog({ level: options.logLevel, secrets: secretsOf(options.settings) });
  try {
    const store = await openStore({ options, clock, log });
    const { read } = openJournalReader(options.journalDirectory);
    say({ say: "opened", position: store.position() });
    service = startService({ store, options, read, say, clock, log });
    service.ended.catch(fail);
  } catch (error) {
    fail(error);
  }
}

async function stop(): Promise<void> {
  try {
    await service?.stop();
  } finally {
    process.exit(0);
  }
}

function fail(error: unknown): void {
  process.send?.(
    { say: "failed", reason: messageOf(error), damage: damageOf(error) } satisfies FromStore,
    () => process.exit(1),
  );
}

function say(message: FromStore): void {
  if (process.connected) process.send?.(message);
}
