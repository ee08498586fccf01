import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { existsSync } from "node:fs";
import { GatewayError } from "../errors.ts";
import { type Issuer, makeCertificate } from "./certificate.ts";
import { authorityExtensions, deviceExtensions, type Permitted, serverExtensions } from "./extensions.ts";
import { authorityFiles, makeFolder, readOwn, writeFiles } from "./folder.ts";
import { mayName, type Name, namesIn, ownNames, permitting, readName } from "./names.ts";

/** Time and chance, and the folder of the local authority. */
export interface AuthorityParts {
  readonly folder: string;
  readonly now: number;
  readonly randomBytes: (size: number) => Buffer;
}

const dayMs = 86_400_000;

/** How long a root holds: as long as the devices that trust it are in use, for it cannot be changed from afar. */
export const authorityDays = 3650;

/** How long a server certificate holds. Browsers accept at most 398 days, Apple's systems 825 from a root of one's own. */
export const serverDays = 397;

/** Clocks of devices may be behind: what is made now holds since yesterday. */
const backdatedMs = dayMs;

/** Makes the root and the first server certificate. Throws `conflict` when there is a root already. */
export function makeAuthority(parts: AuthorityParts & { readonly names: readonly string[] }): void {
  const { folder, now, randomBytes } = parts;
  const files = authorityFiles(folder);
  for (const path of [files.authority, files.authorityKey]) {
    if (existsSync(path)) {
      throw new GatewayError(
        "conflict",
        `${path} exists already: linli tls renew makes a new server certificate; a new root must be installed again everywhere, so move the old folder away first`,
      );
    }
  }
  const names = allNames(parts.names);
  const limits = permitting(names);
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const madeOn = new Date(now).toISOString().slice(0, 10);
  const issuer: Issuer = { name: `Linli CA ${commonName(names).slice(0, 40)} ${madeOn}`, ...keys };
  const root = makeCertificate({
    ...{ name: issuer.name, publicKey: keys.publicKey, issuer, serial: randomBytes(16) },
    ...{ from: now - backdatedMs, until: now + authorityDays * dayMs },
    extensions: authorityExtensions(limits),
  });
  makeFolder(folder);
  writeFiles([
    [files.authorityKey, keyText(keys.privateKey)],
    [files.limits, `${JSON.stringify(limits, null, 2)}\n`],
    [files.authority, root],
  ]);
  renewServer({ ...parts, names: parts.names });
}

/**
 * Makes a new key and server certificate; without names, those of the one before. Throws `not-found` without the root or its
 * key, `invalid-request` for a name that the root may not sign.
 */
export function renewServer(parts: AuthorityParts & { readonly names?: readonly string[] }): void {
  const { folder, now, randomBytes } = parts;
  const files = authorityFiles(folder);
  const { issuer, until, limits } = openAuthority(folder);
  const names = allNames(parts.names ?? namesOf(files.certificate));
  const outside = names.filter((name) => !mayName(name, limits));
  if (outside.length > 0) {
    throw new GatewayError(
      "invalid-request",
      `the root in ${folder} was made without ${outside.map(({ value }) => value).join(", ")} and is not believed for it; only a new root can have it: move the folder away and run linli tls init`,
    );
  }
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = makeCertificate({
    ...{ name: commonName(names), publicKey: keys.publicKey, issuer, serial: randomBytes(16) },
    ...{ from: now - backdatedMs, until: Math.min(now + serverDays * dayMs, until) },
    extensions: serverExtensions(names),
  });
  // A reader between the two sees a pair that does not match, and looks again.
  writeFiles([
    [files.key, keyText(keys.privateKey)],
    [files.certificate, certificate],
  ]);
}

/** A certificate and key that name a device, PEM. `device` is `site/id`. Throws `not-found`, `invalid-request`. */
export function makeDeviceCertificate(
  parts: AuthorityParts & { readonly device: string; readonly days: number },
): { certificate: string; key: string } {
  const { folder, now, randomBytes, device, days } = parts;
  if (!/^[A-Za-z0-9_-]{1,64}\/[A-Za-z0-9_-]{1,64}$/.test(device)) {
    throw new GatewayError("invalid-request", `a device is written site/id: xinfa/bin-7; got "${device}"`);
  }
  const { issuer, until } = openAuthority(folder);
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = makeCertificate({
    ...{ name: device, publicKey: keys.publicKey, issuer, serial: randomBytes(16) },
    ...{ from: now - backdatedMs, until: Math.min(now + days * dayMs, until) },
    extensions: deviceExtensions(),
  });
  return { certificate, key: keyText(keys.privateKey) };
}

/** The root with its key. Throws `not-found` when one of them is away, `invalid-request` when they do not belong together. */
export function openAuthority(folder: string): {
  readonly issuer: Issuer;
  readonly until: number;
  readonly limits: Permitted;
} {
  const files = authorityFiles(folder);
  const root = new X509Certificate(readOwn(files.authority, "linli tls init makes one"));
  const privateKey = createPrivateKey(
    readOwn(files.authorityKey, "it signs every certificate; bring it back from where it is kept"),
  );
  if (!root.checkPrivateKey(privateKey)) {
    throw new GatewayError("invalid-request", `${files.authorityKey} is not the key of ${files.authority}`);
  }
  const limits = JSON.parse(readOwn(files.limits, "bring it back from a backup")) as Permitted;
  const name = /^CN=(.*)$/m.exec(root.subject)?.[1] ?? "";
  return {
    issuer: { name, publicKey: createPublicKey(privateKey), privateKey },
    until: root.validToDate.getTime(),
    limits,
  };
}

function namesOf(certificate: string): string[] {
  return namesIn(new X509Certificate(readOwn(certificate, "name the machine with --name")).subjectAltName);
}

function allNames(given: readonly string[]): Name[] {
  const names = [...new Set([...ownNames, ...given])].map(readName);
  return names.filter(({ value }, at) => names.findIndex((name) => name.value === value) === at);
}

/** The first name that is not this machine's own; 64 characters are the most that a common name may have. */
function commonName(names: readonly Name[]): string {
  const foreign = names.find(({ value }) => !ownNames.includes(value));
  return (foreign?.value ?? "localhost").slice(0, 64);
}

function keyText(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}
