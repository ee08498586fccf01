import type { Command } from "commander";
import { type Api, createApi } from "../../client/api.ts";
import { type ConnectionOptions, urlOption } from "../../client/options.ts";
import { type Credentials, connected, printCredentials, timeoutMs } from "./connected.ts";
import { devicePath, devicesPath } from "./device-path.ts";
import { readSeconds } from "./duration.ts";
import { createSecretFile } from "./secret-file.ts";
import { printTable } from "./table.ts";

/** A claim code as the API answers it. */
export interface ClaimCode {
  readonly code: string;
  readonly expiresAt: string;
}

/** Columns of a file of labels. */
export const labelColumns = ["code", "id", "name", "building", "expires"] as const;

/** One label: what is printed and stuck to the device. */
export function labelOf({ code, device, name, building, expiresAt }: Label): string[] {
  return [code, device.split("/").at(-1) ?? "", name, building ?? "", expiresAt];
}

/** Prints a claim code, which nobody can read again later. */
export function printClaim({ code, expiresAt }: ClaimCode): void {
  console.log(`claim code  ${code}\nexpires     ${expiresAt}`);
}

/** `linli device rotate|revoke|claim-codes|claim` */
export function addDeviceKeysCommands(device: Command): void {
  const rotate = device
    .command("rotate")
    .description("give a device, or many, new passwords")
    .argument("<site>")
    .argument("[id]", "one device; without it choose with --kind, --building or --all")
    .option("--kind <kind>", "all devices of this kind")
    .option("--building <building>", "all devices of this building")
    .option("--all", "all devices of the site")
    .option(
      "--overlap <time>",
      "how long the old password holds beside the new one, as 24h; it ends earlier when the device connects with the new one (default: as the gateway's settings say, which is 0, at once; 24h for many)",
      readSeconds,
    )
    .option("--out <file>", "write the passwords to a new CSV file, readable by you alone; needed for many");
  connected<RotateOptions>(rotate, async (api, [site = "", id], options) => {
    const isMany = options.kind !== undefined || options.building !== undefined || options.all === true;
    if ((id === undefined) !== isMany) {
      rotate.error("error: name one device, or choose many with --kind, --building or --all");
    }
    if (id !== undefined) return rotateOne(api, { site, id }, options);
    if (options.out === undefined) rotate.error("error: many passwords need --out <file>");
    return rotateMany(api, site, { ...options, out: options.out as string });
  });

  const revoke = device
    .command("revoke")
    .description("shut a device out at once; it stays registered and comes back with rotate or claim-codes")
    .argument("<site>")
    .argument("<id>");
  connected(revoke, async (api, [site = "", id = ""]) => {
    await api.post(`${devicePath(site, id)}/credentials/revoke`);
    console.log(`device ${site}/${id} cannot connect any more`);
  });

  const codes = device
    .command("claim-codes")
    .description("make claim codes for labels; the last codes of these devices end")
    .argument("<site>")
    .argument("[id...]", "these devices; without them all that wait to be claimed")
    .option("--kind <kind>", "only devices of this kind")
    .option("--building <building>", "only devices of this building")
    .option("--out <file>", "write them to a new CSV file, readable by you alone");
  connected<CodesOptions>(codes, async (api, [site = "", ...ids], { kind, building, out }) => {
    const output = out === undefined ? undefined : createSecretFile(out, labelColumns);
    const order = { ...(ids.length === 0 ? {} : { ids }), kind, building };
    const path = `/sites/${encodeURIComponent(site)}/claim-codes`;
    const { items } = await api.post<{ items: Label[] }>(path, order).catch((error) => {
      output?.discard();
      throw error;
    });
    if (output === undefined) return printTable(labelColumns, items.map(labelOf));
    output.add(items.map(labelOf));
    output.close();
    console.log(`${items.length} claim codes are in ${out}`);
  });

  const claim = device
    .command("claim")
    .description("exchange a claim code for a device's password, on site; needs no token")
    .argument("<code>", "as on the label, for example 7K3QD-M0XZ2-9TVWB-4E8HR");
  urlOption(claim).action(async (code: string) => {
    const { url } = claim.opts<ConnectionOptions>();
    const { username, password, mqtt } = await createApi({ url, timeoutMs }).post<Claimed>("/claims", {
      code,
    });
    printCredentials({ username, password });
    const host = mqtt.host ?? new URL(url).hostname;
    console.log(
      `host      ${host}\nport      ${mqtt.port}${mqtt.tls ? " (TLS)" : ""}\ntopic     ${mqtt.topic}`,
    );
  });
}

interface RotateOptions {
  readonly kind?: string;
  readonly building?: string;
  readonly all?: true;
  readonly overlap?: number;
  readonly out?: string;
}

interface CodesOptions {
  readonly kind?: string;
  readonly building?: string;
  readonly out?: string;
}

interface Label extends ClaimCode {
  /** Full name. */
  readonly device: string;
  readonly name: string;
  readonly building: string | null;
}

interface Rotated extends Credentials {
  readonly previousUntil: string | null;
}

interface Claimed extends Credentials {
  readonly mqtt: {
    readonly host?: string;
    readonly port: number;
    readonly tls: boolean;
    readonly topic: string;
  };
}

const columns = ["username", "password", "previous_until"] as const;

async function rotateOne(
  api: Api,
  { site, id }: { site: string; id: string },
  { overlap, out }: RotateOptions,
): Promise<void> {
  const output = out === undefined ? undefined : createSecretFile(out, columns);
  const path = `${devicePath(site, id)}/credentials/rotate`;
  const made = await api.post<Rotated>(path, { overlapS: overlap }).catch((error) => {
    output?.discard();
    throw error;
  });
  if (output === undefined) printCredentials(made);
  output?.add([rowOf(made)]);
  output?.close();
  if (made.previousUntil !== null) console.error(`the old password holds until ${made.previousUntil}`);
}

/** Devices of one call; what was answered is on disk before the next. */
const chunk = 500;
/** Long enough for a day's round of the fleet, s. */
const usualOverlapS = 86_400;

async function rotateMany(
  api: Api,
  site: string,
  { kind, building, out, overlap = usualOverlapS }: RotateOptions & { readonly out: string },
): Promise<void> {
  const query = new URLSearchParams();
  if (kind !== undefined) query.set("kind", kind);
  if (building !== undefined) query.set("building", building);
  const devices = await api.all<{ id: string }>(`${devicesPath(site)}?${query}`);
  const output = createSecretFile(out, columns);
  const skipped: string[] = [];
  let count = 0;
  for (let at = 0; at < devices.length; at += chunk) {
    const ids = devices.slice(at, at + chunk).map(({ id }) => id);
    const path = `/sites/${encodeURIComponent(site)}/credentials/rotate`;
    const made = await api.post<{ items: Rotated[]; skipped: string[] }>(path, { ids, overlapS: overlap });
    output.add(made.items.map(rowOf));
    count += made.items.length;
    skipped.push(...made.skipped);
  }
  output.close();
  console.log(`${count} new passwords are in ${out}`);
  if (skipped.length > 0) {
    console.error(
      `${skipped.length} devices have no password and were left as they are: ${skipped.join(", ")}`,
    );
  }
}

function rowOf({ username, password, previousUntil }: Rotated): string[] {
  return [username, password, previousUntil ?? ""];
}
