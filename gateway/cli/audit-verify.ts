import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { splitLines } from "../../client/lines.ts";
import { apiOf, apiOptions, type ConnectionOptions } from "../../client/options.ts";
import { GatewayError } from "../errors.ts";
import { exportRecords } from "../journal/export.ts";
import { linkOf, readLine } from "../state/audit/chain.ts";
import { type ChainVerdict, createChainCheck, type RememberedHead } from "../state/audit/check.ts";
import type { AuditHead } from "../state/audit/contract.ts";
import { leastDays } from "../state/audit/settings.ts";
import { openStoredAudit } from "../state/audit/stored.ts";
import type { AuditHeadRecord } from "../types.ts";
import { timeoutMs } from "./connected.ts";
import { exitCodes } from "./exit-codes.ts";

interface VerifyOptions extends ConnectionOptions {
  readonly file?: string;
  readonly dataDir?: string;
  readonly part?: true;
  readonly head: readonly AuditHead[];
}

/** `linli audit verify`: works out every hash itself and believes nobody. */
export function addAuditVerify(audit: Command): void {
  const verify = audit
    .command("verify")
    .description(
      "check that no row was changed, taken out or put in; exit code 3 with the row where it shows",
    )
    .option("--file <export>", "check an exported file instead of a running gateway; - is standard input")
    .option("--data-dir <folder>", "check the data folder of a stopped gateway, also against its journal")
    .option("--part", "with --file: it holds only a part of the trail")
    .option("--head <sequence:hash>", "a head that was kept elsewhere; repeat it", addHead, []);
  apiOptions(verify).action(async (options: VerifyOptions) => {
    if (options.file !== undefined && options.dataDir !== undefined) {
      verify.error("error: give --file or --data-dir, not both");
    }
    if (options.part && options.file === undefined) verify.error("error: --part goes with --file");
    report(await check(options));
  });
}

async function check(options: VerifyOptions): Promise<ChainVerdict> {
  const { file, dataDir, head: heads, part = false } = options;
  if (dataDir !== undefined) return checkStored(dataDir, heads);
  if (file !== undefined) return checkLines(linesOf(file), { heads, isPart: part });
  return checkLines(apiOf(options, timeoutMs).lines("/audit/export"), { heads, isPart: false });
}

async function checkLines(
  lines: AsyncIterable<string>,
  known: { readonly heads: readonly AuditHead[]; readonly isPart: boolean },
): Promise<ChainVerdict> {
  const chain = createChainCheck(known);
  let count = 0;
  for await (const line of lines) {
    count++;
    const link = readLine(line);
    if (link === undefined) chain.unreadable(count);
    else chain.take(link);
  }
  return chain.end();
}

async function checkStored(dataDir: string, given: readonly AuditHead[]): Promise<ChainVerdict> {
  const stored = openStoredAudit(dataDir);
  try {
    const heads = [...given, ...(await headsOfJournal(dataDir))];
    const chain = createChainCheck({ heads, anchor: stored.anchor });
    for (const row of stored.rows()) chain.take(linkOf(row));
    return chain.end();
  } finally {
    stored.close();
  }
}

/** What the journal remembers of the trail; what is younger than six months cannot have been deleted by retention. */
async function headsOfJournal(dataDir: string): Promise<RememberedHead[]> {
  const folder = join(dataDir, "journal");
  if (!existsSync(folder)) return [];
  const heads: (AuditHead & { readonly at: number })[] = [];
  for await (const records of exportRecords(folder, { type: "audit" })) {
    for (const { record } of records) {
      const { at, row, hash } = JSON.parse(record) as AuditHeadRecord;
      heads.push({ at, sequence: row, hash });
    }
  }
  const newest = heads.reduce((latest, { at }) => Math.max(latest, at), 0);
  return heads.map(({ at, ...head }) => ({ ...head, isRecent: newest - at < leastDays * 86_400_000 }));
}

async function* linesOf(file: string): AsyncGenerator<string> {
  if (file !== "-" && !existsSync(file))
    throw new GatewayError("invalid-request", `there is no file ${file}`);
  const input = file === "-" ? process.stdin : createReadStream(file);
  for await (const line of splitLines(input)) yield line.replace(/\r$/, "");
}

function report(verdict: ChainVerdict): void {
  const { rows, first, head, faults, faultCount, known, outside } = verdict;
  for (const { sequence, reason } of faults) {
    console.error(sequence === undefined ? reason : `row ${sequence}: ${reason}`);
  }
  if (faultCount > faults.length) console.error(`and ${faultCount - faults.length} more`);
  for (const { sequence } of outside) {
    console.error(`head ${sequence}: it lies outside of these rows, so nothing can be said of it`);
  }
  const range = head === undefined ? "0 rows" : `${rows} rows, ${first} to ${head.sequence}`;
  const heads = known.length === 0 ? "" : `, ${known.length} remembered head(s) among them`;
  if (faultCount > 0) {
    console.error(`${range}: ${faultCount} fault(s)`);
    process.exitCode = exitCodes.difference;
  } else
    console.log(`${range}: nothing was changed${heads}\nhead ${head?.sequence ?? 0}:${head?.hash ?? ""}`);
}

function addHead(text: string, heads: readonly AuditHead[]): AuditHead[] {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined) {
    throw new InvalidArgumentError(
      "a head looks like 123:9f86d0…, with 64 hex digits, as linli audit head prints it.",
    );
  }
  return [...heads, { sequence: Number(sequence), hash }];
}
