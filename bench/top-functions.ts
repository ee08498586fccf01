import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readFlags } from "./support/options.ts";
import { table } from "./support/table.ts";

const flags = readFlags("Where the time of a CPU profile went, by function (self time).", {
  folder: { default: ".", help: "folder of .cpuprofile files, as bench:ingest --profile writes them" },
  top: { default: 40, help: "functions to print" },
});

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

for (const file of readdirSync(flags.folder).filter((name) => name.endsWith(".cpuprofile"))) {
  const profile = JSON.parse(readFileSync(join(flags.folder, file), "utf8")) as CpuProfile;
  process.stdout.write(`${file}\n${describe(profile)}\n\n`);
}

function describe({ nodes, samples, timeDeltas }: CpuProfile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const selfMicros = new Map<string, number>();
  let busy = 0;
  for (const [i, id] of samples.entries()) {
    const name = names.get(id)!;
    if (name === "(idle)") continue;
    const micros = timeDeltas[i] ?? 0;
    busy += micros;
    selfMicros.set(name, (selfMicros.get(name) ?? 0) + micros);
  }
  const rows = [...selfMicros].sort((a, b) => b[1] - a[1]).slice(0, flags.top);
  return table(
    ["function", "self ms", "% of busy"],
    rows.map(([name, micros]) => [name, (micros / 1000).toFixed(0), ((micros / busy) * 100).toFixed(1)]),
  );
}

function nameOf({ functionName, url, lineNumber }: CpuProfile["nodes"][number]["callFrame"]): string {
  const file = url.split("/").slice(-3).join("/");
  return url === "" ? functionName : `${functionName || "(anonymous)"} ${file}:${lineNumber + 1}`;
}
