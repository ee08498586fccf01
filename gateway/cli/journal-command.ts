import { once } from "node:events";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { exportRecords } from "../journal/export.ts";
import { verify } from "../journal/verify.ts";
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
    .description("print records as NDJSON: {sequence, …record}")
    .addOption(dataDir())
    .option("--from <sequence>", "first sequence number", wholeNumber)
    .option("--to <sequence>", "last sequence number", wholeNumber)
    .option("--type <type>", "only reading, rejection, change, presence or command")
    .action(runExport);
}

async function runVerify({ dataDir }: JournalOptions): Promise<void> {
  const rows: (string | number)[][] = [];
  const damages: string[] = [];
  for await (const report of verify(join(dataDir, "journal"))) {
    const { segment, bytes, frames, records, first, last, tornBytes, missing, damage } = report;
    rows.push([segment, bytes, frames, records, first, last, damage.length, missing, tornBytes]);
    for (const { offset, bytes: length, reason } of damage) {
      damages.push(`${segment}: ${length} bytes at ${offset}: ${reason}`);
    }
    if (missing > 0) damages.push(`${segment}: ${missing} records are missing`);
  }
  printTable(["segment", "bytes", "frames", "records", "first", "last", "damaged", "missing", "torn"], rows);
  for (const damage of damages) console.error(damage);
  if (damages.length > 0) process.exitCode = exitCodes.difference;
}

async function runExport({ dataDir, from, to, type }: ExportOptions): Promise<void> {
  for await (const records of exportRecords(join(dataDir, "journal"), { from, to, type })) {
    const lines = records.map(({ sequence, record }) => `{"sequence":${sequence},${record.slice(1)}\n`);
    if (!process.stdout.write(lines.join(""))) await once(process.stdout, "drain");
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("a sequence number is a whole number from 1.");
}
