import { resolve } from "node:path";
import { checkJournal } from "./support/journal-check.ts";
import { openLoad } from "./support/load-child.ts";
import { readFlags } from "./support/options.ts";
import { exampleBodies, kindsFor } from "./support/payloads.ts";
import { usageOf } from "./support/process-stat.ts";
import { type Round, reportIngest } from "./support/report.ts";
import { missing, servers } from "./support/servers.ts";
import { settle } from "./support/settle.ts";

const flags = readFlags("Ingest rate, CPU and durable latency of the gateway beside bare brokers (QoS 1).", {
  messages: { default: 300_000, help: "measured messages in each run" },
  warmup: { default: 30_000, help: "messages sent before, not measured" },
  connections: { default: 50, help: "devices, each with one connection" },
  window: { default: 32, help: "unacknowledged messages of a connection" },
  rounds: { default: 3, help: "how often each program runs, in turn" },
  paced: { default: 2_000, help: "messages per second of the latency run; 0 leaves it out" },
  "paced-seconds": { default: 10, help: "length of the latency run" },
  kind: { default: "", help: "kind whose examples are sent; all kinds in turn when not given" },
  all: { default: false, help: "send all examples in turn: foreign units, values that cross limits" },
  only: { default: "", help: `programs to run, with commas: ${Object.keys(servers).join(",")}` },
  screens: { default: 0, help: "live streams of everything that watch the gateway" },
  profile: { default: "", help: "folder for CPU profiles of the gateway (read them with top-functions.ts)" },
  json: { default: false, help: "print one JSON object instead of the table" },
});

const wanted = flags.only === "" ? Object.keys(servers) : flags.only.split(",");
const names: string[] = [];
for (const name of wanted) {
  const reason = servers[name] === undefined ? `there is no program "${name}"` : missing(name);
  if (reason === undefined) names.push(name);
  else process.stderr.write(`!!! LEFT OUT: ${reason}\n`);
}

if (names.length === 0) process.exit(1);

const bodies = await exampleBodies(flags.all ? "all" : "first");
const kinds = kindsFor(flags.connections, [...bodies.keys()], flags.kind || undefined);
const nodeOptions = flags.profile === "" ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(flags.profile)}`];
const rounds: Round[] = [];
for (let round = 1; round <= flags.rounds; round++) {
  for (const name of names) {
    if (!flags.json) process.stderr.write(`round ${round} of ${flags.rounds}: ${name}\n`);
    rounds.push(await measure(name));
  }
}
process.stdout.write(`${flags.json ? JSON.stringify({ flags, rounds }) : reportIngest(rounds, flags)}\n`);

async function measure(name: string): Promise<Round> {
  const server = await servers[name]!(kinds, { nodeOptions, screens: flags.screens });
  try {
    const boot = `b${Date.now().toString(36)}`;
    const connections = server.senders.map((sender) => ({
      ...sender,
      bodies: bodies.get(sender.kind)!,
      boot,
      firstSequence: 1_000_000,
    }));
    const load = await openLoad({ port: server.port, connections, window: flags.window });
    if (flags.warmup > 0) await load.run({ messages: flags.warmup, perSecond: 0 });
    await settle(server.pid);

    const before = usageOf(server.pid);
    const full = await load.run({ messages: flags.messages, perSecond: 0 });
    await settle(server.pid);
    const after = usageOf(server.pid);

    const pacedMessages = flags.paced * flags["paced-seconds"];
    const paced =
      pacedMessages === 0 ? undefined : await load.run({ messages: pacedMessages, perSecond: flags.paced });
    const peakMib = usageOf(server.pid).peakMib;
    await load.stop();
    await server.stop();
    const next = (paced ?? full).nextSequences;
    const ranges = connections.map(({ device, firstSequence }, i) => ({
      device,
      first: firstSequence,
      next: next[i]!,
    }));
    const journal = server.dataDir === undefined ? undefined : await checkJournal(server.dataDir, ranges);
    return {
      name,
      full,
      paced,
      cpuMicros: ((after.cpuSeconds - before.cpuSeconds) / flags.messages) * 1e6,
      idleMib: before.residentMib,
      peakMib,
      journal,
    };
  } finally {
    await server.remove();
  }
}
