import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { tokenOf } from "../../client/options.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { createSystemClock } from "../../gateway/clock.ts";
import { GatewayError } from "../../gateway/errors.ts";
import { playScenario, type ScenarioReport } from "../scenario.ts";
import { loadScenario, scenarioFolder } from "../scenario-file.ts";
import { simulatorSettings } from "../settings.ts";
import { exitCodes } from "./run.ts";
import type { ScenarioCommandOptions } from "./scenario.ts";

/** Runs `linli scenario`. */
export async function playScenarios(
  files: readonly string[],
  options: ScenarioCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  if (options.list) return list();
  const paths = await pathsOf(files);
  // All files are read before the first is played: a fault in the last one is known at once.
  const scenarios = await Promise.all(paths.map(loadScenario));
  const shared = {
    brokerUrl: options.broker,
    apiUrl: options.url,
    token: tokenOf(options),
    catalogue: await loadCatalogue(),
    clock: createSystemClock(),
    settings: simulatorSettings.parse({ backoffMinMs: 50 }),
    speed: options.speed,
    site: options.site,
    afterwards: options.keep ? "keep" : "remove-if-right",
    log: (line: string) => void (options.quiet || process.stderr.write(`${line}\n`)),
  } as const;
  let differences = 0;
  for (const scenario of scenarios) {
    if (signal.aborted) return exitCodes.failed;
    shared.log(`${scenario.name}: ${scenario.title.en}`);
    const report = await playScenario({ ...shared, scenario });
    differences += report.differences.length;
    process.stdout.write(`${writeReport(report)}\n`);
  }
  return differences > 0 ? exitCodes.difference : exitCodes.ok;
}

function writeReport({
  name,
  site,
  differences,
  alerts,
  acknowledged,
  sent,
  tookMs,
}: ScenarioReport): string {
  const facts = `${alerts} alerts, ${acknowledged} of ${sent} messages acknowledged, ${(tookMs / 1000).toFixed(1)} s`;
  if (differences.length === 0) return `ok         ${name}: ${facts}`;
  return [`different  ${name} on site ${site}: ${facts}`, ...differences.map((line) => `  ${line}`)].join(
    "\n",
  );
}

async function list(): Promise<number> {
  for (const path of await pathsOf(["all"])) {
    const { name, title } = await loadScenario(path);
    process.stdout.write(`${name.padEnd(24)} ${title.en} ${title.zh}\n`);
  }
  return exitCodes.ok;
}

async function pathsOf(files: readonly string[]): Promise<string[]> {
  if (files.length === 0)
    throw new GatewayError("invalid-request", "no scenario: name one, or `all`; --list shows them");
  const known = (await readdir(scenarioFolder)).filter((file) => file.endsWith(".yaml")).sort();
  return files.flatMap((file) => {
    if (file === "all") return known.map((name) => join(scenarioFolder, name));
    return known.includes(`${file}.yaml`) ? [join(scenarioFolder, `${file}.yaml`)] : [file];
  });
}
