import { readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  type Connection,
  type Credentials,
  clientOf,
  connected,
  listAll,
  printCredentials,
} from "./connected.ts";
import { printTable } from "./table.ts";

/** `linli device list|add|import|rotate|remove` */
export function addDeviceCommand(program: Command): void {
  const device = program.command("device").description("devices of a site");

  connected(device.command("list").description("list the devices of a site").argument("<site>"))
    .option("--kind <kind>", "only devices of this kind")
    .option("--building <building>", "only devices of this building")
    .option("--search <text>", "only devices with this text in id or name")
    .action(
      async (
        site: string,
        options: Connection & Record<"kind" | "building" | "search", string | undefined>,
      ) => {
        const query = new URLSearchParams();
        if (options.kind !== undefined) query.set("kind", options.kind);
        if (options.building !== undefined) query.set("building", options.building);
        if (options.search !== undefined) query.set("search", options.search);
        const devices = await listAll<DeviceRow>(
          clientOf(options),
          `/sites/${encodeURIComponent(site)}/devices`,
          query,
        );
        const rows = devices.map(({ id, kind, name, building, presence }) => [
          id,
          kind,
          name,
          building,
          presence,
        ]);
        printTable(["id", "kind", "name", "building", "presence"], rows);
      },
    );

  connected(
    device
      .command("add")
      .description("register a device and print its MQTT credentials, which are shown only once")
      .argument("<site>")
      .argument("<kind>", "one of the kinds of GET /api/v1/kinds")
      .argument("<id>", "1 to 64 letters, digits, _ or -"),
  )
    .option("--name <name>", "name for people")
    .option("--building <building>")
    .option("--floor <floor>")
    .option("--parent <id>", "device that it hangs on")
    .option("--fact <name=value...>", "a fact of the installation, for example depthMm=1200")
    .action(async (site: string, kind: string, id: string, options: Connection & NewDeviceOptions) => {
      const { name, building, floor, parent, fact } = options;
      const body = { kind, id, name, building, floor, parent, facts: fact && readFacts(fact) };
      const path = `/sites/${encodeURIComponent(site)}/devices`;
      const { credentials } = await clientOf(options).call<{ credentials: Credentials }>("POST", path, body);
      printCredentials(credentials);
    });

  connected(
    device
      .command("import")
      .description("register the devices of a CSV file: all of them, or none when a row is wrong")
      .argument("<site>")
      .argument("<file>", "columns kind,id and optionally name,building,floor,parent,interval,fact.…"),
  )
    .option("--dry-run", "only check")
    .action(async (site: string, file: string, options: Connection & { dryRun?: true }) => {
      const path = `/sites/${encodeURIComponent(site)}/devices/import?dryRun=${options.dryRun === true}`;
      const csv = readFileSync(file);
      const result = await clientOf(options).call<ImportResult>("POST", path, decodeCsv(csv), "text/csv");
      if (options.dryRun === true) console.log(`${result.count} devices would be added`);
      else printTable(["id", "username", "password"], result.added.map(toImportRow));
    });

  connected(
    device
      .command("rotate")
      .description("give a device a new password; the old one stops at once")
      .argument("<site>")
      .argument("<id>"),
  ).action(async (site: string, id: string, options: Connection) => {
    const path = `${devicePath(site, id)}/credentials/rotate`;
    const { credentials } = await clientOf(options).call<{ credentials: Credentials }>("POST", path, {});
    printCredentials(credentials);
  });

  connected(
    device.command("remove").description("remove a device").argument("<site>").argument("<id>"),
  ).action(async (site: string, id: string, options: Connection) => {
    await clientOf(options).call("DELETE", devicePath(site, id));
    console.log(`device ${site}/${id} removed`);
  });
}

interface DeviceRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly building?: string;
  readonly presence?: string;
}

interface NewDeviceOptions {
  readonly name?: string;
  readonly building?: string;
  readonly floor?: string;
  readonly parent?: string;
  readonly fact?: string[];
}

interface ImportResult {
  readonly count: number;
  readonly added: readonly { readonly device: { readonly id: string }; readonly credentials: Credentials }[];
}

function devicePath(site: string, id: string): string {
  return `/sites/${encodeURIComponent(site)}/devices/${encodeURIComponent(id)}`;
}

function toImportRow({ device, credentials }: ImportResult["added"][number]): string[] {
  return [device.id, credentials.username, credentials.password];
}

/** Numbers and booleans are what they look like; everything else is text. */
function readFacts(facts: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    facts.map((fact) => {
      const [name = "", ...rest] = fact.split("=");
      const text = rest.join("=");
      if (text === "true" || text === "false") return [name, text === "true"];
      return [name, text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text];
    }),
  );
}

function decodeCsv(csv: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(csv);
  } catch {
    // Excel in China saves GB 18030.
    return new TextDecoder("gb18030").decode(csv);
  }
}
