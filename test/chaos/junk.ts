import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateway, openGateway } from "../../bench/support/gateway.ts";
import { readFlags } from "../../bench/support/options.ts";
import type { Identity } from "../../bench/support/packets.ts";
import { usageOf } from "../../bench/support/process-stat.ts";
import type { Credentials } from "../../gateway/state/contract.ts";
import { createDeviceClient } from "./support/device-client.ts";
import { junkPackets } from "./support/junk-packets.ts";
import { junkPayload } from "./support/junk-payloads.ts";
import { createRandom } from "./support/random.ts";
import { pause, until } from "./support/wait.ts";

const flags = readFlags(
  "Sends malformed packets and payloads; the gateway must live, explain and serve the others.",
  {
    packets: { default: 5_000, help: "connections with malformed packets" },
    payloads: { default: 5_000, help: "payloads that must be refused" },
    seed: { default: 1, help: "of the chance behind the junk" },
  },
);

/** Devices that send junk. */
const senders = 50;
/** Longest time in which the canary must be answered, ms. */
const canaryMs = 1_000;
/** Most that the process that takes the junk may hold at its worst, MiB; the series store beside it never sees junk. */
const peakMib = 400;
/** Refusals that each device is told at least, before the gateway only counts them. */
const toldAtLeast = 20;

const site = "junk";
const kind = "waste-bin";
const random = createRandom(flags.seed);
const faults: string[] = [];

const folder = await mkdtemp(join(tmpdir(), "linli-junk-"));
const gateway = await openGateway({ dataDir: folder });
try {
  await gateway.addSite(site);
  const ids = Array.from({ length: senders }, (_, i) => `sender-${i + 1}`);
  const devices = await gateway.addDevices(
    site,
    [...ids, "canary"].map((id) => ({ kind, id })),
  );
  const canary = startCanary(devices.at(-1)!.credentials);
  const before = usageOf(gateway.pid, "alone");

  const payloads = await sendPayloads(devices.slice(0, senders));
  await checkRejections(payloads);
  const between = usageOf(gateway.pid, "alone");
  await sendPackets(devices.slice(0, senders).map(({ credentials }) => identityOf(credentials)));

  const heard = await canary.stop();
  const after = usageOf(gateway.pid, "alone");
  const whole = usageOf(gateway.pid);
  if (!gateway.isAlive()) faults.push(`the gateway died:\n${gateway.output()}`);
  if (heard.slowestMs > canaryMs) faults.push(`the canary waited ${heard.slowestMs.toFixed(0)} ms`);
  if (heard.losses > 0) faults.push(`the canary was disconnected ${heard.losses} times`);
  if (after.peakMib > peakMib)
    faults.push(`the gateway held ${after.peakMib.toFixed(0)} MiB, more than ${peakMib}`);
  process.stdout.write(`
${flags.payloads} payloads and ${flags.packets} connections of junk, seed ${flags.seed}
  gateway alive           ${gateway.isAlive()}
  payloads explained      ${payloads.length} sent, differences: ${faults.length}
  canary                  ${heard.count} messages answered, slowest ${heard.slowestMs.toFixed(1)} ms, ${heard.losses} disconnects
  resident                ${[before, between, after].map((usage) => usage.residentMib.toFixed(0)).join(" -> ")} MiB, peak ${after.peakMib.toFixed(0)} MiB; with the series store ${whole.peakMib.toFixed(0)} MiB
${faults.map((fault) => `DIFFERENT: ${fault}\n`).join("")}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await gateway.stop();
  await rm(folder, { recursive: true });
}

/** Publishes one sound message after the other. */
function startCanary(credentials: Credentials) {
  let count = 0;
  let slowestMs = 0;
  const client = createDeviceClient({ ...identityOf(credentials), port: gateway.mqttPort, window: 1 });
  let askedAt = performance.now();
  const timer = setInterval(() => {
    const waitedMs = performance.now() - askedAt;
    slowestMs = Math.max(slowestMs, client.outstanding > 0 ? waitedMs : 0);
    const isSent = client.publish({
      topic: `linli/v1/${site}/${kind}/canary/telemetry`,
      payload: JSON.stringify({ ts: Date.now(), seq: count + 1, boot: "b1", fill: 0.3 }),
      acknowledged: (tookMs) => {
        slowestMs = Math.max(slowestMs, tookMs);
        count += 1;
      },
    });
    if (isSent) askedAt = performance.now();
  }, 50);
  return {
    async stop() {
      clearInterval(timer);
      await until("the canary is answered", () => client.outstanding === 0);
      client.stop();
      return { count, slowestMs, losses: client.losses };
    },
  };
}

/** Publishes junk from all devices; resolves with what was sent once all of it is acknowledged. */
async function sendPayloads(devices: readonly { credentials: Credentials }[]): Promise<Buffer[]> {
  const sent: Buffer[] = [];
  const clients = devices.map(({ credentials }) => {
    const device = `${site}/${kind}/${credentials.username.split("/")[1]}`;
    const told: Buffer[] = [];
    const client = createDeviceClient({
      ...identityOf(credentials),
      port: gateway.mqttPort,
      window: 8,
      subscribe: `linli/v1/${device}/reject`,
      onMessage: (payload) => told.push(Buffer.from(payload)),
    });
    return { device, client, told };
  });
  await until("all senders are connected", () => clients.every(({ client }) => client.isConnected));
  for (let n = 0; n < flags.payloads; n++) {
    const { device, client } = clients[n % clients.length]!;
    const { stream, payload } = junkPayload(n, random);
    await until("a window is open", () => client.outstanding < 8 && client.isConnected);
    client.publish({ topic: `linli/v1/${device}/${stream}`, payload, acknowledged: () => {} });
    sent.push(payload);
  }
  await until("all junk is acknowledged", () => clients.every(({ client }) => client.outstanding === 0));
  await pause(200);
  for (const { device, client, told } of clients) {
    client.stop();
    const least = Math.min(toldAtLeast, Math.floor(flags.payloads / senders));
    if (told.length < least)
      faults.push(`${device} was told ${told.length} refusals, at least ${least} were due`);
    for (const payload of told) checkExplained(`reject of ${device}`, JSON.parse(payload.toString()));
    if (client.losses > 0) faults.push(`${device} was disconnected ${client.losses} times for bad payloads`);
  }
  return sent;
}

/** Every payload must be listed once, byte for byte, with its reason. */
async function checkRejections(sent: readonly Buffer[]): Promise<void> {
  const listed = await gateway.list<Listed>("/api/v1/rejections?limit=500");
  const counts = new Map<string, number>();
  for (const item of listed) {
    counts.set(item.payload, (counts.get(item.payload) ?? 0) + 1);
    checkExplained(`rejection ${item.id}`, item);
  }
  for (const payload of sent) {
    const key = payload.toString("base64");
    const count = counts.get(key) ?? 0;
    if (count !== 1)
      faults.push(`listed ${count} times: ${JSON.stringify(payload.toString("latin1").slice(0, 80))}`);
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

function checkExplained(where: string, item: Partial<Listed>): void {
  const isText = [item.code, item.path, item.value, item.message].every((text) => typeof text === "string");
  if (!isText || item.code === "" || (item.message ?? "").length < 10) {
    faults.push(`${where} explains nothing: ${JSON.stringify(item).slice(0, 200)}`);
  }
}

/** Opens one connection after the other, 20 at a time, and writes junk into it. */
async function sendPackets(identities: readonly Identity[]): Promise<void> {
  let next = 0;
  async function worker(): Promise<void> {
    while (next < flags.packets && gateway.isAlive()) {
      const identity = identities[next++ % identities.length]!;
      const topic = `linli/v1/${site}/${kind}/${identity.clientId.split("/")[1]}/telemetry`;
      await writeJunk(gateway, junkPackets({ identity, topic, random }));
    }
  }
  await Promise.all(Array.from({ length: 20 }, worker));
}

/** Writes the bytes in up to three pieces and gives the gateway 30 ms to answer or to close. */
async function writeJunk({ mqttPort }: Gateway, bytes: Buffer): Promise<void> {
  const socket = createConnection({ host: "127.0.0.1", port: mqttPort, noDelay: true });
  socket.on("error", () => socket.destroy());
  socket.resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const cuts = [random(), random()].map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  socket.write(bytes.subarray(0, cuts[0]));
  socket.write(bytes.subarray(cuts[0], cuts[1]));
  socket.write(bytes.subarray(cuts[1]));
  await Promise.race([closed, pause(30)]);
  socket.destroy();
}

function identityOf(credentials: Credentials): Identity {
  return { ...credentials, clientId: credentials.username };
}
