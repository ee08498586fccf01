import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import type { Api } from "../../client/api.ts";
import { GatewayError, messageOf } from "../errors.ts";
import { type Credentials, connected, printCredentials } from "./connected.ts";
import { exitCodes } from "./exit-codes.ts";
import { printTable } from "./table.ts";

/** `linli device list|add|import|rotate|remove` */
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
    .description("register a device and print its MQTT credentials, which are shown only once")
    .argument("<site>")
    .argument("<kind>", "one of the kinds of GET /api/v1/kinds")
    .argument("<id>", "1 to 64 letters, digits, _ or -; unique in its site")
    .option("--name <name>", "name for people")
    .option("--building <building>", "building where it stands")
    .option("--floor <floor>", "floor where it stands")
    .option("--parent <id>", "device that it hangs on")
    .option(
      "--fact <name=value>",
      "a fact of the installation, for example depthMm=1200; repeat it",
      addFact,
    );
  connected<{ fact?: Facts }>(add, async (api, [site = "", kind, id], { fact: facts, ...options }) => {
    const { name, building, floor, parent } = options as Record<string, string | undefined>;
    const body = { kind, id, name, building, floor, parent, facts };
    const { credentials } = await api.post<{ credentials: Credentials }>(devicesPath(site), body);
    printCredentials(credentials);
  });

  const importing = device
    .command("import")
    .description("register the devices of a CSV file: all of them, or none when a row is wrong")
    .argument("<site>")
    .argument(
      "<file>",
      "UTF-8 or GB 18030; columns kind,id and as wished name,building,floor,parent,interval,fact.…",
    )
    .option("--dry-run", "only check; exit code 3 when a row is wrong");
  connected<{ dryRun?: true }>(importing, importDevices);

  const rotate = device
    .command("rotate")
    .description("give a device a new password; the old one stops at once")
    .argument("<site>")
    .argument("<id>");
  connected(rotate, async (api, [site = "", id = ""]) => {
    printCredentials(await api.post<Credentials>(`${devicePath(site, id)}/credentials/rotate`));
  });

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
  { dryRun = false }: { dryRun?: boolean },
): Promise<void> {
  const path = `${devicesPath(site)}/import?dryRun=${dryRun}`;
  const { rows, added, faults } = await api.upload<ImportResult>(path, {
    bytes: readCsv(file),
    type: "text/csv",
  });
  if (!dryRun) {
    printTable(
      ["username", "password"],
      added.map(({ credentials: { username, password } }) => [username, password]),
    );
    return;
  }
  for (const { line, path: column, message } of faults) {
    console.error(`line ${line}${column === "" ? "" : `, ${column}`}: ${message}`);
  }
  if (faults.length === 0) console.log(`the file is right: ${rows} devices would be added`);
  else process.exitCode = exitCodes.difference;
}

interface ImportResult {
  readonly rows: number;
  readonly added: readonly { readonly credentials: Credentials }[];
  readonly faults: readonly { readonly line: number; readonly path: string; readonly message: string }[];
}

function devicesPath(site: string): string {
  return `/sites/${encodeURIComponent(site)}/devices`;
}

function devicePath(site: string, id: string): string {
  return `${devicesPath(site)}/${encodeURIComponent(id)}`;
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
