import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { authorityFiles, authorityFolder, makeFolder, readOwn, writeFiles } from "../tls/folder.ts";
import { machineNames, namesIn } from "../tls/names.ts";
import { printTable } from "./table.ts";
import { explainAuthority } from "./tls-words.ts";

interface TlsOptions {
  readonly dataDir: string;
  readonly out?: string;
  readonly name?: string[];
  readonly days?: number;
}

/** `linli tls init|renew|device|revoke|show`: a small certificate authority of one's own. */
export function addTlsCommand(program: Command): void {
  const tls = program
    .command("tls")
    .description("certificates for encrypted connections, from an authority of your own");
  const add = (name: string, description: string) =>
    tls
      .command(name)
      .description(description)
      .addOption(
        new Option("--data-dir <folder>", "data folder of the gateway")
          .env("LINLI_DATA_DIR")
          .default("./data"),
      )
      .option("--out <folder>", "folder of the authority (default: tls in the data folder)");

  add("init", "make a root and a server certificate, and say how to use them")
    .option("--name <name...>", "host names and addresses of the gateway (default: those of this machine)")
    .action(init);
  add("renew", "make a new server certificate; a running gateway takes it by itself")
    .option("--name <name...>", "host names and addresses of the gateway (default: as before)")
    .action(renew);
  add("device", "make a certificate that a device shows instead of a password")
    .argument("<device>", "site/id, as it is registered: xinfa/bin-7")
    .option("--days <days>", "how long it holds; at most as long as the root", days, 3650)
    .action(device);
  add("revoke", "end a device's certificate before its time")
    .argument("<file>", "the certificate (.crt)")
    .action(revokeDevice);
  add("show", "show what there is: names, ends, fingerprints").action(show);
}

/** What every step of the authority needs. */
function partsOf(options: TlsOptions) {
  const folder = options.out ?? authorityFolder(options.dataDir);
  return { folder, now: Date.now(), randomBytes };
}

async function init(options: TlsOptions): Promise<void> {
  const { makeAuthority } = await import("../tls/authority.ts");
  const parts = partsOf(options);
  const names = options.name ?? machineNames({ hostname, networkInterfaces });
  makeAuthority({ ...parts, names });
  const files = authorityFiles(parts.folder);
  const server = read(files.certificate);
  process.stdout.write(
    explainAuthority({
      folder: parts.folder,
      names: namesIn(server.subjectAltName),
      fingerprint: read(files.authority).fingerprint256,
      endsOn: dayOf(server),
    }),
  );
  if (options.out !== undefined) {
    console.log(
      `Outside the data folder: set LINLI_TLS_CERT_FILE=${files.certificate} and LINLI_TLS_KEY_FILE=${files.key}; the gateway then neither renews the certificate nor serves /ca.crt.`,
    );
  }
}

async function renew(options: TlsOptions): Promise<void> {
  const { renewServer } = await import("../tls/authority.ts");
  const parts = partsOf(options);
  renewServer({ ...parts, ...(options.name === undefined ? {} : { names: options.name }) });
  const server = read(authorityFiles(parts.folder).certificate);
  console.log(
    `new server certificate until ${dayOf(server)} for ${namesIn(server.subjectAltName).join(", ")}`,
  );
  console.log("a running gateway takes it within seconds (at once on SIGHUP)");
}

async function device(name: string, options: TlsOptions): Promise<void> {
  const { makeDeviceCertificate } = await import("../tls/authority.ts");
  const parts = partsOf(options);
  const files = authorityFiles(parts.folder);
  const made = makeDeviceCertificate({ ...parts, device: name, days: options.days ?? 3650 });
  makeFolder(files.devices);
  const path = freePath(join(files.devices, name.replace("/", ".")));
  writeFiles([
    [`${path}.key`, made.key],
    [`${path}.crt`, made.certificate],
  ]);
  console.log(`certificate  ${path}.crt   until ${dayOf(new X509Certificate(made.certificate))}`);
  console.log(`key          ${path}.key   give it to the device, then delete it here`);
  console.log(`root         ${files.authority}`);
  console.log(
    `The device ${name} must be registered, and tls.clientCertificates be optional or required (LINLI_TLS_CLIENT_CERTIFICATES).`,
  );
}

async function revokeDevice(certificate: string, options: TlsOptions): Promise<void> {
  const { revoke } = await import("../tls/revocation.ts");
  const parts = partsOf(options);
  const count = revoke({ ...parts, certificate });
  console.log(`revoked; ${authorityFiles(parts.folder).revoked} names ${count}`);
  console.log("a running gateway refuses it within seconds, and ends its connections (at once on SIGHUP)");
}

function show(options: TlsOptions): void {
  const { folder } = partsOf(options);
  const files = authorityFiles(folder);
  const found = [
    ["root", files.authority],
    ["server", files.certificate],
    ...listDevices(files.devices).map((path) => ["device", path]),
  ] as [string, string][];
  const rows = found.map(([what, path]) => {
    const certificate = read(path);
    const names = namesIn(certificate.subjectAltName).join(" ") || certificate.subject.replace(/^CN=/, "");
    return [what, names, dayOf(certificate), certificate.fingerprint256, path];
  });
  printTable(["certificate", "names", "until", "SHA-256", "file"], rows);
  const server = read(files.certificate);
  if (server.validToDate.getTime() < Date.now()) {
    process.stderr.write("the server certificate has ended: linli tls renew\n");
  }
  const missing = machineNames({ hostname, networkInterfaces }).filter(
    (name) => !namesIn(server.subjectAltName).includes(name),
  );
  if (missing.length > 0) {
    process.stderr.write(
      `names and addresses of this machine that the server certificate is not good for: ${missing.join(" ")}\n`,
    );
  }
}

function read(path: string): X509Certificate {
  return new X509Certificate(readOwn(path, "linli tls init makes one"));
}

function listDevices(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".crt"))
    .toSorted()
    .map((name) => join(folder, name));
}

/** A second certificate of a device must not take the place of the first, which could not be revoked without its file. */
function freePath(wanted: string): string {
  let path = wanted;
  for (let n = 2; existsSync(`${path}.crt`); n++) path = `${wanted}.${n}`;
  return path;
}

function dayOf({ validToDate }: X509Certificate): string {
  return validToDate.toISOString().slice(0, 10);
}

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 36_500) return value;
  throw new InvalidArgumentError("days are a whole number from 1 to 36500.");
}
