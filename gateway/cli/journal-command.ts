import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type ErasedUpTo, withoutErased } from "../erased-lines.ts";
import { GatewayError } from "../errors.ts";
import { exportRecords } from "../journal/export.ts";
import { verify } from "../journal/verify.ts";
import { printable } from "../printable.ts";
import type { Erasure, JournalRecord } from "../types.ts";
import { exitCodes } from "./exit-codes.ts";
import { printTable } from "./table.ts";

interface JournalOptions {
  readonly dataDir: string;
}

interface ExportOptions extends JournalOptions {
  readonly from?: number;
  readonly to?: number;
  readonly type?: string;
}

/** `linli journal verify|export`; both work beside a running gateway. */
export function addJournalCommand(program: Command): void {
  const journal = program.command("journal").description("look at the journal on disk");
  const dataDir = () =>
    new Option("--data-dir <folder>", "data folder of the gateway").env("LINLI_DATA_DIR").default("./data");

  journal
    .command("verify")
    .description("check every frame; exit code 3 when something is damaged or missing")
    .addOption(dataDir())
    .action(runVerify);

  journal
    .command("export")
    .description("print the records as NDJSON, oldest first; damaged frames are left out")
    .addOption(dataDir())
    .option("--from <sequence>", "first sequence number", wholeNumber)
    .option("--to <sequence>", "last sequence number", wholeNumber)
    .addOption(new Option("--type <type>", "only records of this type").choices(types))
    .action(runExport);
}

const types: readonly JournalRecord["type"][] = [
  ...(["reading", "rejection", "change", "presence", "gap", "command", "incident"] as const),
  ...(["duty-check", "mute", "erasure", "audit", "trial"] as const),
];

async function runVerify({ dataDir }: JournalOptions): Promise<void> {
  const rows: (string | number)[][] = [];
  const damages: string[] = [];
  let count = 0;
  for await (const report of verify(journalOf(dataDir))) {
    const { segment, bytes, frames, records, first, last, tornBytes, missing, damage } = report;
    count += records;
    rows.push([segment, bytes, frames, records, first, last, damage.length, missing, tornBytes]);
    for (const { offset, bytes: length, reason } of damage) {
      damages.push(`${segment}: ${length} bytes at ${offset}: ${reason}`);
    }
    if (missing > 0) damages.push(`${segment}: ${missing} records are missing`);
  }
  printTable(["segment", "bytes", "frames", "records", "first", "last", "damaged", "missing", "torn"], rows);
  for (const damage of damages) console.error(damage);
  const verdict = damages.length === 0 ? "nothing is damaged or missing" : `${damages.length} fault(s)`;
  console.error(`${count} records in ${rows.length} segment(s): ${verdict}`);
  if (damages.length > 0) process.exitCode = exitCodes.difference;
}

async function runExport({ dataDir, from, to, type }: ExportOptions): Promise<void> {
  const folder = journalOf(dataDir);
  const erased = await readErased(folder);
  for await (const records of exportRecords(folder, { from, to, type })) {
    const lines = records.map(
      ({ sequence, record }) =>
        `{"sequence":${sequence},${printable(withoutErased(record, sequence, erased).slice(1))}\n`,
    );
    if (!process.stdout.write(lines.join(""))) await once(process.stdout, "drain");
  }
}

/** Persons who were erased: the order stands in the journal behind what it is about. */
async function readErased(folder: string): Promise<ErasedUpTo> {
  const erased = new Map<string, number>();
  for await (const records of exportRecords(folder, { type: "erasure" })) {
    for (const { sequence, record } of records) {
      for (const person of (JSON.parse(record) as Erasure).persons) erased.set(person, sequence);
    }
  }
  return erased;
}

/** A wrong folder must not look like an empty journal. */
function journalOf(dataDir: string): string {
  const folder = join(dataDir, "journal");
  if (existsSync(folder)) return folder;
  throw new GatewayError(
    "not-found",
    `there is no journal in ${dataDir}; name the gateway's data folder with --data-dir or LINLI_DATA_DIR`,
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("a sequence number is a whole number from 1.");
}
