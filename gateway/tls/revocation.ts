import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { GatewayError, messageOf } from "../errors.ts";
import { type AuthorityParts, openAuthority } from "./authority.ts";
import { authorityKey, ecdsaWithSha256, extension, nameOf, pem, signed } from "./certificate.ts";
import { type Decoded, decode, integer, sequence, tagged, time } from "./der.ts";
import { authorityFiles, readOwn, writeFiles } from "./folder.ts";

/** What a revocation list says (RFC 5280, 5). */
export interface Revocations {
  /** Serial numbers in upper-case hexadecimal, as Node prints those of certificates. */
  readonly serials: ReadonlySet<string>;
  /** When the next list should be there, epoch ms; verifiers refuse everybody after it. Undefined: never. */
  readonly nextAt: number | undefined;
}

/** Puts a device's certificate on the local authority's list; how many stand there then. Throws `not-found`, `invalid-request`. */
export function revoke(parts: AuthorityParts & { readonly certificate: string }): number {
  const { folder, now } = parts;
  const files = authorityFiles(folder);
  const { issuer, until } = openAuthority(folder);
  const text = readOwn(parts.certificate, "name the certificate's file");
  const certificate = readCertificate(text, parts.certificate);
  if (!certificate.verify(issuer.publicKey)) {
    throw new GatewayError("invalid-request", `${parts.certificate} was not made by the root in ${folder}`);
  }
  const before = existsSync(files.revoked) ? entriesOf(readFileSync(files.revoked, "utf8")) : [];
  const serial = integer(Buffer.from(certificate.serialNumber, "hex"));
  const entries = before.some(({ content }) => content.indexOf(serial) === 0)
    ? before.map(({ whole }) => whole)
    : [...before.map(({ whole }) => whole), sequence(serial, time(now))];
  const body = sequence(
    integer(1),
    ecdsaWithSha256,
    nameOf(issuer.name),
    time(now),
    // As long as the root itself: a list that ends would shut all devices out.
    time(until),
    sequence(...entries),
    tagged(0, sequence(authorityKey(issuer), extension("2.5.29.20", integer(numberOf(now))))),
  );
  writeFiles([[files.revoked, pem("X509 CRL", signed(body, issuer))]]);
  return entries.length;
}

/** Reads every list of a PEM text. Throws `invalid-request` where there is none, or one that cannot be read. */
export function readRevocations(text: string): Revocations {
  const lists = blocks(text).map(bodyOf);
  if (lists.length === 0 || lists.includes(undefined)) {
    throw new GatewayError("invalid-request", "holds no revocation list in PEM (BEGIN X509 CRL)");
  }
  const serials = new Set<string>();
  const ends: number[] = [];
  for (const list of lists as readonly List[]) {
    if (list.nextAt !== undefined) ends.push(list.nextAt);
    for (const { content } of list.entries) {
      const [serial] = decode(content) ?? [];
      if (serial !== undefined) serials.add(hexOf(serial.content));
    }
  }
  return { serials, nextAt: ends.length === 0 ? undefined : Math.min(...ends) };
}

interface List {
  readonly nextAt: number | undefined;
  readonly entries: readonly Decoded[];
}

function entriesOf(text: string): readonly Decoded[] {
  return blocks(text).flatMap((bytes) => bodyOf(bytes)?.entries ?? []);
}

/** TBSCertList: version, algorithm, issuer, thisUpdate, nextUpdate?, revokedCertificates?, extensions? */
function bodyOf(bytes: Buffer): List | undefined {
  const [whole] = decode(bytes) ?? [];
  const [body] = decode(whole?.content ?? Buffer.alloc(0)) ?? [];
  const fields = decode(body?.content ?? Buffer.alloc(0));
  if (fields === undefined) return undefined;
  const rest = fields.filter(({ tag }, at) => !(at === 0 && tag === 0x02)).slice(2);
  const [thisUpdate, next, ...others] = rest;
  if (!isTime(thisUpdate)) return undefined;
  const list = (isTime(next) ? others : rest.slice(1)).find(({ tag }) => tag === 0x30);
  return {
    nextAt: isTime(next) ? readTime(next) : undefined,
    entries: (list === undefined ? [] : decode(list.content)) ?? [],
  };
}

function isTime(value: Decoded | undefined): value is Decoded {
  return value?.tag === 0x17 || value?.tag === 0x18;
}

function readTime({ tag, content }: Decoded): number {
  const digits = content.toString("latin1");
  const century = Number(digits.slice(0, 2)) < 50 ? "20" : "19";
  const [year, rest] =
    tag === 0x18 ? [digits.slice(0, 4), digits.slice(4)] : [century + digits.slice(0, 2), digits.slice(2)];
  const [month, day, hour, minute, second] = rest.match(/\d\d/g) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second ?? "00"}Z`);
}

function blocks(text: string): Buffer[] {
  const found = text.matchAll(/-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g);
  return [...found].map(([, base64]) => Buffer.from(base64 as string, "base64"));
}

function hexOf(serial: Buffer): string {
  return serial
    .toString("hex")
    .toUpperCase()
    .replace(/^(00)+(?=..)/, "");
}

/** The number of a list must rise; the time does. */
function numberOf(now: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(now));
  return bytes;
}

function readCertificate(text: string, path: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new GatewayError("invalid-request", `${path} holds no certificate: ${messageOf(cause)}`, { cause });
  }
}
