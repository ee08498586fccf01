import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startChild } from "./support/child.ts";
import { readFlags } from "./support/options.ts";
import { reportSeries } from "./support/series-report.ts";
import type { RunOptions, SeriesResult } from "./support/series-run.ts";
import { measuredStores } from "./support/series-stores.ts";

const flags = readFlags(
  "Loads the same year of data into the embedded store, InfluxDB and VictoriaMetrics through the gateway's drivers, and asks them.",
  {
    values: { default: 100_000_000, help: "values in the embedded store" },
    "peer-values": {
      default: 10_000_000,
      help: "values in each of the others: the same year in fewer messages",
    },
    devices: { default: 200, help: "devices, of 5 fields each" },
    days: { default: 365, help: "days of data" },
    queries: { default: 30, help: "times that each question is asked, of another device each time" },
    only: { default: "", help: `stores to run, with commas: ${Object.keys(measuredStores).join(",")}` },
    folder: { default: "", help: "folder of the embedded store: kept, and only asked when it has data" },
    json: { default: false, help: "print one JSON object instead of the tables" },
  },
);

const results: SeriesResult[] = [];
for (const name of flags.only === "" ? Object.keys(measuredStores) : flags.only.split(",")) {
  const known = measuredStores[name];
  if (known === undefined || known.missing !== undefined) {
    process.stderr.write(`!!! LEFT OUT: ${name}: ${known?.missing ?? "there is no such store"}\n`);
    continue;
  }
  const isOwn = name === "duckdb";
  const values = isOwn ? flags.values : flags["peer-values"];
  process.stderr.write(`${name}: ${values.toLocaleString("en")} values\n`);
  const folder = isOwn && flags.folder !== "" ? flags.folder : undefined;
  results.push(
    await measure({ name, folder, values, devices: flags.devices, days: flags.days, queries: flags.queries }),
  );
  // The same data once more in the embedded store, so that the answers can be compared.
  if (!isOwn && results.every((one) => one.values !== values || one.name !== "duckdb")) {
    const own = {
      name: "duckdb",
      folder: undefined,
      values,
      devices: flags.devices,
      days: flags.days,
      queries: flags.queries,
    };
    results.push(await measure(own));
  }
}
process.stdout.write(`${flags.json ? JSON.stringify({ flags, results }) : reportSeries(results)}\n`);

/** Each store in a process of its own, so that memory and CPU are its own. */
async function measure(options: RunOptions): Promise<SeriesResult> {
  const script = fileURLToPath(new URL("./support/series-run.ts", import.meta.url));
  const child = startChild(process.execPath, [script, JSON.stringify(options)], { ipc: true });
  const ended = once(child.process, "exit");
  const answered = once(child.process, "message") as Promise<[SeriesResult]>;
  const first = await Promise.race([answered, ended]);
  const [result] = first;
  if (typeof result !== "object" || result === null) {
    process.stderr.write(child.output());
    process.exit(1);
  }
  await ended;
  return result as SeriesResult;
}
