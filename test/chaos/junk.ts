import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGateway } from "../../bench/support/gateway.ts";
import { readFlags } from "../../bench/support/options.ts";
import { usageOf } from "../../bench/support/process-stat.ts";
import { GatewayError } from "../../gateway/errors.ts";
import type { Credentials } from "../../gateway/state/contract.ts";
import { startCanary } from "./support/canary.ts";
import { sendJunkConnections } from "./support/junk-connections.ts";
import { sendHttpJunk } from "./support/junk-http.ts";
import { sendRefused } from "./support/junk-refusals.ts";
import { junkSieges, slowHttp } from "./support/junk-sieges.ts";
import { flood } from "./support/mutant-flood.ts";
import { createRandom } from "./support/random.ts";
import { besiege, type SiegeReport } from "./support/sieges.ts";

const flags = readFlags(
  "Sends malformed packets, payloads and requests; the gateway must live, explain and serve the others.",
  {
    packets: { default: 200_000, help: "mutated MQTT packets of 3.1, 3.1.1 and 5.0" },
    payloads: { default: 20_000, help: "payloads that must be refused" },
    connections: { default: 2_000, help: "connections that are no MQTT, or ask for what is not allowed" },
    requests: { default: 2_000, help: "malformed HTTP requests and WebSocket frames" },
    sockets: { default: 1_000, help: "sockets of each siege; 0 = none" },
    senders: { default: 50, help: "devices that send junk" },
    seed: { default: 1, help: "of the chance behind the junk" },
  },
);

/** Longest time in which the canaries must be answered, ms. */
const canaryMs = 1_000;
/**
 * Most that the process that takes the junk may hold at its worst, MiB; the series store beside it never sees junk. The sieges
 * after it have bounds of their own.
 */
const peakMib = 400;

const site = "junk";
const kind = "waste-bin";
const random = createRandom(flags.seed);
const faults: string[] = [];
const errors = collectErrors();

const folder = await mkdtemp(join(tmpdir(), "linli-junk-"));
const gateway = await openGateway({
  dataDir: folder,
  onOutput: errors.take,
  // As `npm start` runs it.
  nodeOptions: ["--max-semi-space-size=8", "--max-old-space-size=2000"],
  env: {
    ...slowHttp,
    // Ten million refusals may not fill the disk of the test, and the API answers more than one person asks.
    LINLI_JOURNAL_RECORDING_BYTES: String(256 * 1024 * 1024),
    LINLI_JOURNAL_RETENTION_EVERY_MS: "2000",
    LINLI_API_REQUESTS_PER_SECOND: "100000",
    LINLI_API_REQUESTS_BURST: "100000",
  },
});
try {
  await gateway.addSite(site);
  const ids = Array.from({ length: flags.senders }, (_, i) => `sender-${i + 1}`);
  const added = await gateway.addDevices(
    site,
    [...ids, "canary"].map((id) => ({ kind, id })),
  );
  const senders = ids.map((id, i) => ({
    device: `${site}/${kind}/${id}`,
    credentials: added[i]!.credentials,
    identity: { ...added[i]!.credentials, clientId: added[i]!.credentials.username },
    topic: `linli/v1/${site}/${kind}/${id}/telemetry`,
  }));
  const account = (await gateway.call("POST", "/api/v1/accounts", {
    ...{ name: "siege", publish: ["siege/#"], subscribe: ["siege/#"] },
  })) as { credentials: Credentials };
  const canary = startCanary({
    ...{ gateway, credentials: added.at(-1)!.credentials, device: `${site}/${kind}/canary` },
  });
  const resident = [usageOf(gateway.pid, "alone").residentMib];
  const note = (what: string) => {
    if (gateway.isAlive()) resident.push(usageOf(gateway.pid, "alone").residentMib);
    process.stderr.write(`${what}, ${resident.at(-1)?.toFixed(0)} MiB\n`);
  };

  const refused = await sendRefused({ gateway, senders, payloads: flags.payloads, random });
  faults.push(...refused.differences);
  note(`${refused.acknowledged} payloads in ${refused.seconds.toFixed(1)} s`);

  await sendJunkConnections({ gateway, senders, connections: flags.connections, random });
  note(`${flags.connections} connections`);

  const flooded = await flood({
    ...{ port: gateway.mqttPort, senders, packets: flags.packets, random },
    isOver: () => !gateway.isAlive(),
    onProgress: (packets) => note(`${packets} mutants`),
  });
  note(`${flooded.packets} mutants in ${flooded.seconds.toFixed(1)} s`);

  if (!gateway.isAlive()) throw new GatewayError("scenario-failed", `the gateway died:\n${gateway.output()}`);
  const http = await sendHttpJunk({
    ...{ port: gateway.httpPort, token: gateway.adminToken, requests: flags.requests, random },
  });
  faults.push(...http.differences);
  note(`${http.requests} requests`);

  const worst = usageOf(gateway.pid, "alone").peakMib;
  const sieges: SiegeReport[] = [];
  const parts = { ...gateway, sockets: flags.sockets, account: { ...account.credentials, clientId: "" } };
  for (const siege of flags.sockets > 0 && gateway.isAlive() ? junkSieges(parts) : []) {
    sieges.push(await besiege(siege, gateway.pid));
    faults.push(...sieges.at(-1)!.differences.map((difference) => `${siege.name}: ${difference}`));
    note(siege.name);
  }

  if (!gateway.isAlive()) throw new GatewayError("scenario-failed", `the gateway died:\n${gateway.output()}`);
  const heard = await canary.stop();
  const after = usageOf(gateway.pid, "alone");
  if (heard.slowestMs > canaryMs) faults.push(`the canary waited ${heard.slowestMs.toFixed(0)} ms`);
  if (heard.slowestRequestMs > canaryMs)
    faults.push(`the API answered after ${heard.slowestRequestMs.toFixed(0)} ms`);
  if (heard.losses + heard.failures > 0)
    faults.push(`the canary was disconnected ${heard.losses} times, the API failed ${heard.failures} times`);
  if (worst > peakMib)
    faults.push(`the gateway held ${worst.toFixed(0)} MiB under junk, more than ${peakMib}`);
  faults.push(...errors.lines().map((line) => `the gateway logged ${line}`));
  const answers = [...http.answers].toSorted().map(([status, count]) => `${status}: ${count}`);
  process.stdout.write(`
junk of seed ${flags.seed}
  payloads        ${refused.acknowledged} of ${refused.sent} refused and acknowledged, ${(refused.acknowledged / refused.seconds).toFixed(0)}/s; ${refused.lookedFor} looked up byte for byte
  packets         ${flooded.packets} mutants read on ${flooded.connections} connections, ${(flooded.packets / flooded.seconds).toFixed(0)}/s; ${flags.connections} more connections of junk
  HTTP            ${http.requests} requests, ${answers.join(", ")}
${sieges.map((siege) => `  siege           ${siege.name}: ${siege.closed} of ${siege.sockets} closed, slowest ${siege.slowestMs.toFixed(0)} ms, grew by ${siege.growthMib.toFixed(0)} MiB\n`).join("")}  gateway alive   ${gateway.isAlive()}, errors logged: ${errors.lines().length}
  canary          ${heard.messages} messages answered, slowest ${heard.slowestMs.toFixed(1)} ms, ${heard.losses} disconnects; ${heard.requests} requests, slowest ${heard.slowestRequestMs.toFixed(1)} ms
  resident        ${resident[0]?.toFixed(0)} -> ${resident.at(-1)?.toFixed(0)} MiB, peak ${worst.toFixed(0)} MiB under junk, ${after.peakMib.toFixed(0)} MiB with the sieges
${faults.map((fault) => `DIFFERENT: ${fault}\n`).join("")}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await gateway.stop();
  await rm(folder, { recursive: true });
}

/** Lines of the log that tell of a fault of the program, and what Node prints when something was not caught. */
function collectErrors() {
  const kept: string[] = [];
  let rest = "";
  return {
    take(text: string): void {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (/"level":(50|60)|uncaught|unhandled|^\s+at /i.test(line) && kept.length < 20) kept.push(line);
      }
    },
    lines: () => kept,
  };
}
