import type { Credentials } from "../../gateway/state/contract.ts";
import { openDeadReceivers } from "./alarm-receiver.ts";
import type { AlarmStage } from "./alarm-stage.ts";
import { freezeScreen, freezeSubscriber } from "./frozen.ts";
import { processTree } from "./process-stat.ts";

/** What else goes on while it burns. */
export interface AlarmScene {
  readonly title: string;
  /** By which 99 of 100 fires must be told, ms. */
  readonly goalMs: number;
  /** Load: none, half of what the gateway takes, or as much as five times the devices can send. */
  readonly load: "none" | "half" | "overload";
  /** Receivers of alarms that must be there when the gateway starts. */
  readonly receivers?: () => Promise<{ urls: readonly string[]; close(): void }>;
  /** Does harm, until the function that it gives is called. */
  readonly harm?: (stage: AlarmStage) => Promise<() => void>;
}

const frozenEach = 50;

/** The scenes by name, in the order in which they run. */
export const alarmScenes: Readonly<Record<string, AlarmScene>> = {
  idle: { title: "idle", goalMs: 20, load: "none" },
  half: { title: "50 % load", goalMs: 100, load: "half" },
  overload: { title: "5 x overload", goalMs: 1_000, load: "overload" },
  frozen: {
    ...{ title: "50 % load, 50 frozen screens and 50 frozen subscribers", goalMs: 1_000, load: "half" },
    harm: freeze,
  },
  series: {
    ...{ title: "50 % load, series process stopped", goalMs: 100, load: "half" },
    harm: stopSeries,
  },
  dead: { title: "5 dead webhook targets", goalMs: 20, load: "none", receivers: openDeadReceivers },
};

async function freeze({ gateway }: AlarmStage): Promise<() => void> {
  const { credentials } = (await gateway.call("POST", "/api/v1/accounts", {
    ...{ name: "watcher", publish: [], subscribe: ["linli/v1/#"] },
  })) as { credentials: Credentials };
  const clients = await Promise.all(
    Array.from({ length: frozenEach }, (_, i) => [
      freezeScreen(gateway),
      freezeSubscriber(gateway, { ...credentials, clientId: `watcher-${i}` }, "linli/v1/#"),
    ]).flat(),
  );
  return () => {
    for (const { socket } of clients) socket.destroy();
  };
}

/** Again and again, for the gateway starts another one in its place. */
async function stopSeries({ gateway }: AlarmStage): Promise<() => void> {
  const stop = () => {
    for (const pid of processTree(gateway.pid).slice(1)) process.kill(pid, "SIGSTOP");
  };
  stop();
  const timer = setInterval(stop, stopEveryMs);
  return () => clearInterval(timer);
}

const stopEveryMs = 200;
