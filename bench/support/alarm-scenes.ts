import { connectAsync } from "mqtt";
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

/** Screens that get everything, and subscribers to so much that the buffers of the kernel fill. */
async function freeze({ gateway }: AlarmStage): Promise<() => void> {
  const { credentials } = (await gateway.call("POST", "/api/v1/accounts", {
    ...{ name: "bulk", publish: ["bulk/#"], subscribe: ["bulk/#"] },
  })) as { credentials: Credentials };
  const clients = await Promise.all(
    Array.from({ length: frozenEach }, (_, i) => [
      freezeScreen(gateway),
      freezeSubscriber(gateway, { ...credentials, clientId: `frozen-${i}` }, "bulk/#"),
    ]).flat(),
  );
  const writer = await connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
    ...{ ...credentials, clientId: "writer", reconnectPeriod: 0 },
  });
  const payload = Buffer.alloc(bulkBytes);
  const timer = setInterval(() => writer.publish("bulk/a", payload, { qos: 1 }), bulkEveryMs);
  return () => {
    clearInterval(timer);
    writer.end(true);
    for (const { socket } of clients) socket.destroy();
  };
}

const bulkBytes = 16_384;
const bulkEveryMs = 10;

/** Again and again, for the gateway starts another one in its place. */
async function stopSeries({ gateway }: AlarmStage): Promise<() => void> {
  const signal = (name: "SIGSTOP" | "SIGCONT") => {
    try {
      for (const pid of processTree(gateway.pid).slice(1)) process.kill(pid, name);
    } catch {
      // One has ended since it was listed; the next turn finds those that live.
    }
  };
  signal("SIGSTOP");
  const timer = setInterval(signal, stopEveryMs, "SIGSTOP");
  return () => {
    clearInterval(timer);
    // A process that stands still would outlive its gateway.
    signal("SIGCONT");
  };
}

const stopEveryMs = 200;
