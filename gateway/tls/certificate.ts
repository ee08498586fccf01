import { createHash, type KeyObject, sign, X509Certificate } from "node:crypto";
import { GatewayError } from "../errors.ts";
import {
  bits,
  type Der,
  integer,
  objectId,
  octets,
  sequence,
  setOf,
  tagged,
  text,
  time,
  yes,
} from "./der.ts";

/** A certificate to be made (RFC 5280). Keys are on the curve P-256. */
export interface CertificateOrder {
  /** Common name of the holder. */
  readonly name: string;
  /** The holder's key; only its public half goes into the certificate. */
  readonly publicKey: KeyObject;
  /** Who signs: itself for a root. */
  readonly issuer: Issuer;
  /** 16 random bytes. */
  readonly serial: Buffer;
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
  /** Besides the identifiers of the two keys. */
  readonly extensions: readonly Der[];
}

/** Who signs certificates and revocation lists. */
export interface Issuer {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Makes and signs a certificate, PEM. It is read and verified again before it leaves. */
export function makeCertificate(order: CertificateOrder): string {
  const { name, publicKey, issuer, serial, from, until, extensions } = order;
  const body = sequence(
    tagged(0, integer(2)),
    integer(positive(serial)),
    ecdsaWithSha256,
    nameOf(issuer.name),
    sequence(time(from), time(until)),
    nameOf(name),
    spkiOf(publicKey),
    tagged(
      3,
      sequence(...extensions, extension("2.5.29.14", octets(keyId(publicKey))), authorityKey(issuer)),
    ),
  );
  const made = pem("CERTIFICATE", signed(body, issuer));
  if (!new X509Certificate(made).verify(issuer.publicKey)) {
    throw new GatewayError("internal", `the certificate of ${name} does not verify`);
  }
  return made;
}

/** A body with its signature. */
export function signed(body: Der, { privateKey }: Pick<Issuer, "privateKey">): Der {
  return sequence(body, ecdsaWithSha256, bits(sign("sha256", body, privateKey)));
}

/** The one algorithm that signs here: ECDSA with SHA-256 (RFC 5758). */
export const ecdsaWithSha256: Der = sequence(objectId("1.2.840.10045.4.3.2"));

/** One extension; a reader that does not know a critical one must refuse the certificate. */
export function extension(id: string, value: Der, weight: "critical" | "plain" = "plain"): Der {
  return sequence(objectId(id), ...(weight === "critical" ? [yes] : []), octets(value));
}

/** Which key signed, so that a reader finds it among several of the same name. */
export function authorityKey({ publicKey }: Pick<Issuer, "publicKey">): Der {
  const id = keyId(publicKey);
  return extension("2.5.29.35", sequence(Buffer.from([0x80, id.length]), id));
}

/** A distinguished name that is only a common name. */
export function nameOf(commonName: string): Der {
  return sequence(setOf(sequence(objectId("2.5.4.3"), text(commonName))));
}

/** The text form of a binary file. */
export function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/** RFC 7093, method 1, over the whole public key. */
function keyId(key: KeyObject): Buffer {
  return createHash("sha256").update(spkiOf(key)).digest().subarray(0, 20);
}

/** A serial number is positive and at most 20 bytes long (RFC 5280, 4.1.2.2). */
function positive(serial: Buffer): Buffer {
  const bytes = Buffer.from(serial);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}
