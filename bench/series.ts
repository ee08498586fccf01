import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { GatewayError } from "../gateway/errors.ts";
import { startChild } from "./support/child.ts";
import { readFlags } from "./support/options.ts";
import { type DataSize, maxFields, valuesIn } from "./support/series-data.ts";
import { headOf, reportSeries } from "./support/series-report.ts";
import type { RunOptions, SeriesResult } from "./support/series-run.ts";
import { stores } from "./support/series-stores.ts";

const flags = readFlags("The embedded store beside InfluxDB and VictoriaMetrics on the same year of data.", {
  values: { default: 100_000_000, help: "values in the embedded store" },
  "peer-values": { default: 10_000_000, help: "values in the others: the same readings of fewer devices" },
  devices: { default: 200, help: "devices" },
  fields: { default: 5, help: `fields of each device, at most ${maxFields}` },
  days: { default: 365, help: "days of data" },
  queries: { default: 30, help: "times that each question is asked" },
  only: { default: "", help: `stores to run, with commas: ${Object.keys(stores).join(",")}` },
  folder: { default: "", help: "where data is kept; what an earlier run left there is only asked" },
  "memory-mb": { default: 0, help: "memory of the embedded store's engine; 0: its default" },
  keep: { default: false, help: "keep the data and say where it is" },
  json: { default: false, help: "print one JSON object instead of the tables" },
});

if (flags.fields < 1 || flags.fields > maxFields) {
  process.stderr.write(`--fields must be from 1 to ${maxFields}\n`);
  process.exit(64);
}
const { devices, fields, days } = flags;
const perDay = Math.max(1, Math.round(flags.values / (devices * fields * days)));
const whole: DataSize = { devices, fields, days, perDay };
const part = Math.min(1, flags["peer-values"] / flags.values);
const ofPeers: DataSize = { ...whole, devices: Math.max(1, Math.round(devices * part)) };

const wanted = flags.only === "" ? Object.keys(stores) : flags.only.split(",");
const names: string[] = [];
for (const name of wanted) {
  const reason = stores[name] === undefined ? `there is no store "${name}"` : stores[name].missing;
  if (reason === undefined) names.push(name);
  else process.stderr.write(`!!! LEFT OUT: ${reason}\n`);
}
const peers = names.filter((name) => name !== "duckdb");
const runs: [name: string, size: DataSize][] = [];
if (names.includes("duckdb")) {
  runs.push(["duckdb", whole]);
  // Once more with what the others get, for ratios that mean something.
  if (peers.length > 0 && ofPeers.devices < devices) runs.push(["duckdb", ofPeers]);
}
for (const name of peers) runs.push([name, ofPeers]);
if (runs.length === 0) process.exit(1);

const root = flags.folder === "" ? await mkdtemp(join(tmpdir(), "bench-series-")) : resolve(flags.folder);
await mkdir(root, { recursive: true });
const isKept = flags.keep || flags.folder !== "";
const results: SeriesResult[] = [];
try {
  for (const [name, size] of runs) {
    process.stderr.write(`${name}: ${valuesIn(size).toLocaleString("en")} values\n`);
    const folder = join(root, `${name}-${size.devices}x${size.fields}x${size.days}x${size.perDay}`);
    results.push(await measure({ name, size, queries: flags.queries, folder, memoryMb: flags["memory-mb"] }));
    if (!isKept) await rm(folder, { recursive: true });
  }
} finally {
  if (isKept) process.stderr.write(`the data is in ${root}\n`);
  else await rm(root, { recursive: true });
}
const tables = () => `${headOf(results, flags)}\n\n${reportSeries(results)}`;
process.stdout.write(`${flags.json ? JSON.stringify({ flags, results }) : tables()}\n`);
if (results.some(({ verdict }) => verdict.faults.length > 0)) process.exitCode = 1;

/** Each store in a process of its own, so that memory and CPU are its own; with the Node options of the gateway's store process. */
async function measure(options: RunOptions): Promise<SeriesResult> {
  const script = fileURLToPath(new URL("./support/series-run.ts", import.meta.url));
  const args = ["--max-semi-space-size=4", script, JSON.stringify(options)];
  const child = startChild(process.execPath, args, { ipc: true });
  let result: SeriesResult | undefined;
  child.process.once("message", (message) => {
    result = message as SeriesResult;
  });
  await once(child.process, "exit");
  if (result === undefined) {
    throw new GatewayError("internal", `${options.name} was not measured:\n${child.output()}`);
  }
  return result;
}
