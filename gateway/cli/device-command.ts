import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import type { Api } from "../../client/api.ts";
import { GatewayError, messageOf } from "../errors.ts";
import { type Credentials, connected, printCredentials } from "./connected.ts";
import {
  addDeviceKeysCommands,
  type ClaimCode,
  labelColumns,
  labelOf,
  printClaim,
} from "./device-keys-command.ts";
import { devicePath, devicesPath } from "./device-path.ts";
import { exitCodes } from "./exit-codes.ts";
import { createSecretFile } from "./secret-file.ts";
import { printTable } from "./table.ts";

/** `linli device list|add|import|remove`, and what `device-keys-command.ts` adds. */
export function addDeviceCommand(program: Command): void {
  const device = program.command("device").description("devices of a site");

  const list = device
    .command("list")
    .description("list the devices of a site")
    .argument("<site>")
    .option("--kind <kind>", "only devices of this kind")
    .option("--building <building>", "only devices of this building")
    .option("--text <text>", "only devices with this text in id or name");
  connected<Record<string, string>>(list, listDevices);

  const add = device
    .command("add")
    .description("register a device and print its MQTT credentials or claim code, shown only once")
    .argument("<site>")
    .argument("<kind>", "one of the kinds of GET /api/v1/kinds")
    .argument("<id>", "1 to 64 letters, digits, _ or -; unique in its site")
    .option("--name <name>", "name for people")
    .option("--building <building>", "building where it stands")
    .option("--floor <floor>", "floor where it stands")
    .option("--parent <id>", "device that it hangs on")
    .option("--fact <name=value>", "a fact of the installation, for example depthMm=1200; repeat it", addFact)
    .option("--claim", "a claim code for the installer in place of a password");
  connected<{ fact?: Facts; claim?: true }>(
    add,
    async (api, [site = "", kind, id], { fact: facts, claim, ...options }) => {
      const { name, building, floor, parent } = options as Record<string, string | undefined>;
      const body = { kind, id, name, building, floor, parent, facts, claim };
      const made = await api.post<Handover>(devicesPath(site), body);
      if (made.credentials !== undefined) printCredentials(made.credentials);
      if (made.claim !== undefined) printClaim(made.claim);
    },
  );

  const importing = device
    .command("import")
    .description("register the devices of a CSV file: all of them, or none when a row is wrong")
    .argument("<site>")
    .argument(
      "<file>",
      "UTF-8 or GB 18030; columns kind,id and as wished name,building,floor,parent,interval,claim,fact.…",
    )
    .option("--dry-run", "only check; exit code 3 when a row is wrong")
    .option("--claim", "claim codes in place of passwords, where the column claim does not say otherwise")
    .option("--labels <file>", "write the claim codes to a new CSV file, readable by you alone");
  connected<{ dryRun?: true }>(importing, importDevices);

  addDeviceKeysCommands(device);

  const remove = device.command("remove").description("remove a device").argument("<site>").argument("<id>");
  connected(remove, async (api, [site = "", id = ""]) => {
    await api.remove(devicePath(site, id));
    console.log(`device ${site}/${id} removed`);
  });
}

async function listDevices(
  api: Api,
  [site = ""]: readonly string[],
  options: Record<string, string>,
): Promise<void> {
  const query = new URLSearchParams();
  for (const name of ["kind", "building", "text"]) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  const devices = await api.all<Record<(typeof columns)[number], string>>(`${devicesPath(site)}?${query}`);
  printTable(
    columns,
    devices.map((device) => columns.map((column) => device[column])),
  );
}

const columns = ["id", "kind", "name", "building", "presence"] as const;

async function importDevices(
  api: Api,
  [site = "", file = ""]: readonly string[],
  { dryRun = false, claim = false, labels }: { dryRun?: boolean; claim?: boolean; labels?: string },
): Promise<void> {
  const path = `${devicesPath(site)}/import?dryRun=${dryRun}&claim=${claim}`;
  const bytes = readCsv(file);
  // Before the codes exist: there would be no second chance to write them.
  const output = labels === undefined || dryRun ? undefined : createSecretFile(labels, labelColumns);
  const { rows, added, faults } = await sendImport(api, path, bytes).catch((error) => {
    output?.discard();
    throw error;
  });
  if (!dryRun) {
    const codes = added.flatMap((device) =>
      device.claim === undefined ? [] : [labelOf({ ...device, ...device.claim })],
    );
    const passwords = added.flatMap(({ credentials }) =>
      credentials === undefined ? [] : [[credentials.username, credentials.password]],
    );
    if (passwords.length > 0 || codes.length === 0) printTable(["username", "password"], passwords);
    if (output !== undefined) {
      output.add(codes);
      output.close();
      console.error(`${codes.length} claim codes are in ${labels}`);
    } else if (codes.length > 0) printTable(labelColumns, codes);
    return;
  }
  for (const { line, path: column, message } of faults) {
    console.error(`line ${line}${column === "" ? "" : `, ${column}`}: ${message}`);
  }
  if (faults.length === 0) console.log(`the file is right: ${rows} devices would be added`);
  else process.exitCode = exitCodes.difference;
}

function sendImport(api: Api, path: string, bytes: Uint8Array): Promise<ImportResult> {
  return api.upload<ImportResult>(path, { bytes, type: "text/csv" });
}

/** What a registration answers: one of the two. */
interface Handover {
  readonly credentials?: Credentials;
  readonly claim?: ClaimCode;
}

interface ImportResult {
  readonly rows: number;
  readonly added: readonly (Handover & {
    readonly device: string;
    readonly name: string;
    readonly building: string | null;
  })[];
  readonly faults: readonly { readonly line: number; readonly path: string; readonly message: string }[];
}

type Facts = Readonly<Record<string, string | number | boolean>>;

/** Numbers and booleans are what they look like; everything else is text, also an address that begins with zeros. */
function addFact(text: string, before: Facts = {}): Facts {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("write it as name=value, for example depthMm=1200.");
  }
  if (value === "true" || value === "false") return { ...before, [name]: value === "true" };
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value);
  return { ...before, [name]: isNumber ? Number(value) : value };
}

function readCsv(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GatewayError("invalid-request", `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}
