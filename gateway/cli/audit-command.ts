import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { GatewayError } from "../errors.ts";
import type { AuditHead } from "../state/audit/contract.ts";
import { addAuditVerify } from "./audit-verify.ts";
import { connected } from "./connected.ts";
import { printTable } from "./table.ts";

interface ListOptions {
  readonly limit: number;
  readonly [condition: string]: string | number | undefined;
}

interface ExportOptions {
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `linli audit list|head|export|verify` */
export function addAuditCommand(program: Command): void {
  const audit = program
    .command("audit")
    .description("what people and programs did, and whether that is still true");

  const list = audit
    .command("list")
    .description("list the newest rows")
    .option("--by <id>", "only by this one: token:<id>, person:<id>, settings, system or nobody")
    .option("--action <name>", "only this action: an operation id, or a word such as mqtt-refused")
    .option("--site <id>", "only what concerns this site")
    .option("--outcome <word>", "done, refused, failed or unknown")
    .option("--from <time>", "from here on, for example 2026-01-15T08:00:00Z")
    .option("--to <time>", "before this time")
    .option("--limit <rows>", "most rows", rowCount, 50);
  connected<ListOptions>(list, async (api, _, { limit, ...options }) => {
    const query = new URLSearchParams({ limit: String(limit) });
    for (const name of ["by", "action", "site", "outcome", "from", "to"]) {
      if (options[name] !== undefined) query.set(name, String(options[name]));
    }
    const { items } = await api.get<{ items: Row[] }>(`/audit?${query}`);
    printTable(["sequence", "at", "who", "from", "action", "target", "outcome", "detail"], items.map(cells));
  });

  const head = audit
    .command("head")
    .description("print the newest row's number and hash, to keep elsewhere for `verify --head`");
  connected(head, async (api) => {
    const { sequence, hash } = await api.get<AuditHead>("/audit/head");
    console.log(`${sequence}:${hash}`);
  });

  const exported = audit
    .command("export")
    .description("print the rows with their hashes as NDJSON, oldest first")
    .option("--out <file>", "write them to a file that does not exist yet")
    .option("--from <time>", "from here on, for example 2026-01-15T08:00:00Z")
    .option("--to <time>", "before this time");
  connected<ExportOptions>(exported, async (api, _, { out, from, to }) => {
    const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) });
    const rows = await writeLines(api.lines(`/audit/export?${query}`), out);
    if (out !== undefined) console.error(`${rows} rows in ${out}`);
  });

  addAuditVerify(audit);
}

interface Row {
  readonly sequence: number;
  readonly at: string;
  readonly by: string;
  readonly name: string | null;
  readonly address: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

function cells(row: Row): (string | number)[] {
  const { sequence, at, by, name, address, action, target, outcome, code, detail } = row;
  const who = name === null ? by : `${by} (${name})`;
  const what = Object.keys(detail).length === 0 ? "" : JSON.stringify(detail);
  return [
    sequence,
    at,
    who,
    address ?? "",
    action,
    target ?? "",
    code === null ? outcome : `${outcome}: ${code}`,
    what,
  ];
}

/** A half-written file must not look like a whole one, so that a failure is told and the file stays as it is. */
async function writeLines(lines: AsyncIterable<string>, file: string | undefined): Promise<number> {
  // The rows tell who did what: for this user alone.
  const output = file === undefined ? process.stdout : createWriteStream(file, { flags: "wx", mode: 0o600 });
  let failure: NodeJS.ErrnoException | undefined;
  if (file !== undefined) output.on("error", (error) => (failure = error));
  let rows = 0;
  for await (const line of lines) {
    if (failure !== undefined) break;
    rows++;
    if (!output.write(`${line}\n`)) await Promise.race([once(output, "drain"), once(output, "close")]);
  }
  if (file !== undefined && failure === undefined) await new Promise<void>((done) => output.end(done));
  if (failure === undefined) return rows;
  const why = failure.code === "EEXIST" ? "it exists already" : failure.message;
  throw new GatewayError("invalid-request", `${file} cannot be written: ${why}`, { cause: failure });
}

function rowCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 500) return value;
  throw new InvalidArgumentError("a number of rows is from 1 to 500.");
}
