import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { Api } from "../../client/api.ts";
import { GatewayError, messageOf } from "../errors.ts";
import { connected } from "./connected.ts";
import { exitCodes } from "./exit-codes.ts";
import { printTable } from "./table.ts";

/** `linli duty show|import|ask` */
export function addDutyCommand(program: Command): void {
  const duty = program.command("duty").description("crews, rosters and who is called");

  const show = duty
    .command("show")
    .description("who is on duty, whom an alarm would reach stage by stage, and where the roster has gaps")
    .argument("<site>")
    .option("--at <time>", "ISO 8601 with a zone (default: now)")
    .option("--building <building>", "where the alarm would be")
    .option("--class <class>", "fire, critical, major or minor", "fire");
  connected<{ at?: string; building?: string; class: string }>(show, async (api, [site = ""], options) => {
    const { at, building, class: wanted } = options;
    const query = new URLSearchParams({ ...(at && { at }), ...(building && { building }) });
    printDuty(await api.get<Duty>(`${pathOf(site)}/duty?${query}`), wanted);
  });

  const importing = duty
    .command("import")
    .description("take the shifts of a CSV file: all of them, or none when a row is wrong")
    .argument("<site>")
    .argument("<file>", "UTF-8 or GB 18030; columns crew,contact,date,from,to and as wished leads")
    .option("--replace", "shifts of the same crews on the days of the file make room")
    .option("--dry-run", "only check; exit code 3 when a row is wrong");
  connected<{ replace?: true; dryRun?: true }>(importing, importRoster);

  const ask = duty
    .command("ask")
    .description("ask a crew now whether somebody is there")
    .argument("<site>")
    .argument("<crew>", "its id");
  connected(ask, async (api, [site = "", crew = ""]) => {
    const path = `${pathOf(site)}/crews/${encodeURIComponent(crew)}/duty-checks`;
    const { id, due } = await api.post<{ id: string; due: string }>(path);
    console.log(`duty check ${id}: to be answered by ${due}`);
  });
}

async function importRoster(
  api: Api,
  [site = "", file = ""]: readonly string[],
  { replace = false, dryRun = false }: { replace?: boolean; dryRun?: boolean },
): Promise<void> {
  const path = `${pathOf(site)}/shifts/import?dryRun=${dryRun}&replace=${replace}`;
  const { added, replaced, faults, warnings } = await api.upload<Imported>(path, {
    ...{ bytes: readCsv(file), type: "text/csv" },
  });
  for (const { line, path: column, message } of faults)
    console.error(`line ${line}${column === "" ? "" : `, ${column}`}: ${message}`);
  if (faults.length > 0) {
    process.exitCode = exitCodes.difference;
    return;
  }
  const would = dryRun ? " would be" : "";
  console.log(`${added} shifts${would} added, ${replaced}${would} replaced`);
  if (!dryRun) printWarnings(warnings);
}

function printDuty({ crews, chains, warnings }: Duty, wanted: string): void {
  printTable(
    ["crew", "on duty", "until"],
    crews.flatMap(({ name, onDuty }) =>
      onDuty.length === 0
        ? [[name, "nobody by the roster", ""]]
        : onDuty.map((person) => [name, `${person.name}${person.leads ? " (leads)" : ""}`, person.to]),
    ),
  );
  const chain = chains.find((one) => one.class === wanted);
  if (chain === undefined) {
    throw new GatewayError(
      "invalid-request",
      `there is no class "${wanted}"; there are fire, critical, major, minor`,
    );
  }
  console.log("");
  printTable(
    ["after", "who", "people", "until"],
    chain.stages.flatMap(({ afterMs, mark, until, calls }) =>
      calls.map(({ who, people }) => [
        `${afterMs / 1000} s${mark === null ? "" : ` (${mark})`}`,
        ...[who, people.map(({ name }) => name).join(", "), until],
      ]),
    ),
  );
  printWarnings(warnings);
}

function printWarnings(warnings: readonly Warning[]): void {
  for (const { crewName, from, to, people, least } of warnings)
    console.error(`${crewName}: ${people} of ${least} people from ${from} to ${to}`);
}

function pathOf(site: string): string {
  return `/sites/${encodeURIComponent(site)}`;
}

function readCsv(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GatewayError("invalid-request", `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

interface Warning {
  readonly crewName: string;
  readonly from: string;
  readonly to: string;
  readonly people: number;
  readonly least: number;
}

interface Duty {
  readonly crews: readonly {
    readonly name: string;
    readonly onDuty: readonly { readonly name: string; readonly leads: boolean; readonly to: string }[];
  }[];
  readonly chains: readonly {
    readonly class: string;
    readonly stages: readonly {
      readonly afterMs: number;
      readonly mark: string | null;
      readonly until: string;
      readonly calls: readonly {
        readonly who: string;
        readonly people: readonly { readonly name: string }[];
      }[];
    }[];
  }[];
  readonly warnings: readonly Warning[];
}

interface Imported {
  readonly added: number;
  readonly replaced: number;
  readonly faults: readonly { readonly line: number; readonly path: string; readonly message: string }[];
  readonly warnings: readonly Warning[];
}
