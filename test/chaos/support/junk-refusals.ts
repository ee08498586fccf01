import type { Gateway } from "../../../bench/support/gateway.ts";
import type { Credentials } from "../../../gateway/state/contract.ts";
import { createDeviceClient } from "./device-client.ts";
import { junkPayload } from "./junk-payloads.ts";
import { until, untilWithin } from "./wait.ts";

/** A device that sends junk. */
export interface Sender {
  /** `site/kind/id`. */
  readonly device: string;
  readonly credentials: Credentials;
}

/** What came of payloads that had to be refused. */
export interface RefusalReport {
  readonly sent: number;
  readonly acknowledged: number;
  readonly seconds: number;
  /** Payloads that were looked for in the list of refusals, byte for byte. */
  readonly lookedFor: number;
  readonly differences: readonly string[];
}

/** Refusals that each device is told at least, before the gateway only counts them. */
const toldAtLeast = 20;
/** The last payloads, which the gateway still lists (`ingest.maxRejections` is more). */
const keptPayloads = 10_000;
const window = 8;
const differencesKept = 20;

/** Publishes junk from all devices, each payload once; every one must be acknowledged, counted, and the last ones listed with their reason. */
export async function sendRefused({
  gateway,
  senders,
  payloads,
  random,
}: {
  gateway: Gateway;
  senders: readonly Sender[];
  payloads: number;
  random: () => number;
}): Promise<RefusalReport> {
  const differences: string[] = [];
  const differs = (text: string) => void (differences.length < differencesKept && differences.push(text));
  const kept: Buffer[] = [];
  let sent = 0;
  let acknowledged = 0;
  const countedBefore = await countRejections(gateway);
  const startedAt = performance.now();

  const clients = senders.map(({ device, credentials }) => {
    const told: Buffer[] = [];
    let said = 0;
    const client = createDeviceClient({
      ...{ ...credentials, clientId: credentials.username, port: gateway.mqttPort, window },
      subscribe: `linli/v1/${device}/reject`,
      onMessage: (payload) => told.push(Buffer.from(payload)),
      onSubscribed: () => Array.from({ length: window }, say),
    });
    function say(): void {
      if (sent >= payloads) return;
      const n = sent++;
      said += 1;
      const { stream, payload } = junkPayload(n, random);
      kept[n % keptPayloads] = payload;
      client.publish({
        ...{ topic: `linli/v1/${device}/${stream}`, payload },
        acknowledged() {
          acknowledged += 1;
          say();
        },
      });
    }
    return { device, client, told, said: () => said };
  });

  let seen = -1;
  while (acknowledged < payloads) {
    if (acknowledged === seen) differs(`no junk was acknowledged for 30 s, at ${seen} of ${payloads}`);
    if (acknowledged === seen) break;
    seen = acknowledged;
    await untilWithin({ what: "", ms: 30_000, everyMs: 20, isSo: () => acknowledged >= payloads }).catch(
      () => undefined,
    );
  }
  const seconds = (performance.now() - startedAt) / 1000;
  for (const { device, client, told, said } of clients) {
    await until(`${device} is told its refusals`, () => told.length >= Math.min(toldAtLeast, said()));
    client.stop();
    for (const payload of told)
      checkExplained(`reject of ${device}`, JSON.parse(payload.toString()), differs);
    if (client.losses > 0) differs(`${device} was disconnected ${client.losses} times for bad payloads`);
  }
  const counted = (await countRejections(gateway)) - countedBefore;
  if (counted < payloads) differs(`${counted} refusals were counted of ${payloads} payloads`);
  await checkListed(gateway, kept, differs);
  return { sent, acknowledged, seconds, lookedFor: kept.length, differences };
}

/** Every payload must be listed once, byte for byte, with its reason. */
async function checkListed(
  gateway: Gateway,
  sent: readonly Buffer[],
  differs: (text: string) => void,
): Promise<void> {
  const counts = new Map<string, number>();
  for (const item of await gateway.list<Listed>("/api/v1/rejections?limit=500")) {
    counts.set(item.payload, (counts.get(item.payload) ?? 0) + 1);
    checkExplained(`rejection ${item.id}`, item, differs);
  }
  for (const payload of sent) {
    const count = counts.get(payload.toString("base64")) ?? 0;
    if (count !== 1)
      differs(`listed ${count} times: ${JSON.stringify(payload.toString("latin1").slice(0, 80))}`);
  }
}

interface Listed {
  readonly id: string;
  readonly payload: string;
  readonly code: string;
  readonly path: string;
  readonly value: string;
  readonly message: string;
}

function checkExplained(where: string, item: Partial<Listed>, differs: (text: string) => void): void {
  const isText = [item.code, item.path, item.value, item.message].every((text) => typeof text === "string");
  if (!isText || item.code === "" || (item.message ?? "").length < 10) {
    differs(`${where} explains nothing: ${JSON.stringify(item).slice(0, 200)}`);
  }
}

/** Refused messages, or items of a batch, that the gateway has counted. */
async function countRejections(gateway: Gateway): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${gateway.httpPort}/metrics`);
  const counts = (await response.text()).matchAll(/^linli_rejections_total\{code="[^"]+"\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
