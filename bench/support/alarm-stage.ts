import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { connectAsync, type MqttClient } from "mqtt";
import { type AlarmReceiver, openReceiver } from "./alarm-receiver.ts";
import { type AlarmScreen, openScreen } from "./alarm-screen.ts";
import { targetSettings } from "./alarm-settings.ts";
import { type Gateway, openGateway } from "./gateway.ts";
import { type Load, openLoad } from "./load-child.ts";
import { exampleBodies, kindsFor } from "./payloads.ts";

/** A gateway with detectors that can burn, a screen and a receiver that wait for it, and devices that make load. */
export interface AlarmStage {
  readonly gateway: Gateway;
  /** Lets every detector burn, one each `everyMs`, waiting for nobody; when all was told, or `patienceMs` after the last. */
  burn(everyMs: number, patienceMs: number): Promise<AlarmTimes>;
  /** Connects this many of the devices that make load. */
  openLoad(connections: number): Promise<Load>;
  close(): Promise<void>;
}

/** From PUBLISH to each place, ms; infinite for a fire that never came there. */
export interface AlarmTimes {
  readonly screen: Float64Array;
  readonly webhook: Float64Array;
}

/** Unacknowledged messages of a connection that makes load. */
export const loadWindow = 32;
const fireSite = "fire";
const loadSite = "load";
const ids = /\bf-\d{4}\b/g;

/** Opens it: a detector each in a building of its own, so that each fire is an alarm of its own. */
export async function openStage({
  fires,
  devices,
  more,
}: {
  fires: number;
  /** Devices that may make load. */
  devices: number;
  /** Further receivers of alarms. */
  more: readonly string[];
}): Promise<AlarmStage> {
  const folder = await mkdtemp(join(tmpdir(), "bench-alarm-"));
  const receiver = await openReceiver(ids);
  const urls = [...more, receiver.url];
  const gateway = await openGateway({
    dataDir: folder,
    env: targetSettings(urls.map((url, i) => ({ name: `target-${i + 1}`, url }))),
  });
  await gateway.addSite(fireSite);
  await gateway.addSite(loadSite);
  const places = Array.from({ length: fires }, (_, i) => `f-${String(i + 1).padStart(4, "0")}`);
  const added = await gateway.addDevices(
    fireSite,
    places.map((id) => ({ kind: "fire-detector", id, building: `b-${id}` })),
  );
  const detectors = await Promise.all(
    added.map(async ({ credentials }, i) => ({
      id: places[i]!,
      client: await connect(gateway, credentials),
    })),
  );
  const screen = await openScreen(gateway, fireSite, ids);
  const openLoadOf = await registerLoad(gateway, devices);

  return {
    gateway,
    openLoad: openLoadOf,
    async burn(everyMs, patienceMs) {
      const begun = performance.now();
      const sent: number[] = [];
      for (const [i, { id, client }] of detectors.entries()) {
        await pauseUntil(begun + i * everyMs);
        sent.push(performance.now());
        client.publish(`linli/v1/${fireSite}/fire-detector/${id}/telemetry`, fireBody, { qos: 1 });
      }
      const end = performance.now() + patienceMs;
      const isTold = () => places.every((id) => isSeen(screen, receiver, id));
      while (!isTold() && performance.now() < end) await pauseUntil(performance.now() + 10);
      const timesOf = (at: (id: string) => number | undefined) =>
        Float64Array.from(places, (id, i) => (at(id) ?? Number.POSITIVE_INFINITY) - sent[i]!);
      return { screen: timesOf(screen.sawAt), webhook: timesOf(receiver.tookAt) };
    },
    async close() {
      screen.close();
      for (const { client } of detectors) client.end(true);
      await gateway.stop("SIGKILL");
      receiver.close();
      await rm(folder, { recursive: true });
    },
  };
}

const fireBody = JSON.stringify({ smoke: true, boot: "b1", seq: 1 });

function isSeen(screen: AlarmScreen, receiver: AlarmReceiver, id: string): boolean {
  return screen.sawAt(id) !== undefined && receiver.tookAt(id) !== undefined;
}

async function connect(
  { mqttPort }: Gateway,
  credentials: { username: string; password: string },
): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    ...{ ...credentials, clientId: credentials.username, reconnectPeriod: 0 },
  });
  client.stream.on("error", () => client.end(true));
  return client;
}

/** Registers the devices of the load, of all kinds in turn; the function connects the first of them. */
async function registerLoad(gateway: Gateway, devices: number): Promise<AlarmStage["openLoad"]> {
  const bodies = await exampleBodies("first");
  const kinds = kindsFor(devices, [...bodies.keys()], undefined);
  const added = await gateway.addDevices(
    loadSite,
    kinds.map((kind, i) => ({ kind, id: `device-${i + 1}` })),
  );
  let boots = 0;
  return (connections) => {
    boots += 1;
    const all = added.map(({ credentials }, i) => ({
      ...{ ...credentials, clientId: credentials.username, bodies: bodies.get(kinds[i]!)! },
      topic: `linli/v1/${loadSite}/${kinds[i]}/device-${i + 1}/telemetry`,
      ...{ boot: `b${boots}`, firstSequence: 1_000_000 },
    }));
    return openLoad({ port: gateway.mqttPort, connections: all.slice(0, connections), window: loadWindow });
  };
}

function pauseUntil(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
}
