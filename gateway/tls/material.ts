import { createHash, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { GatewayError, messageOf } from "../errors.ts";
import type { Place, Places } from "./places.ts";
import { type Revocations, readRevocations } from "./revocation.ts";
import type { TlsSettings } from "./settings.ts";

/** Certificate, key, and what is believed of clients: read, checked, ready to be used. */
export interface Material {
  readonly options: SecureContextOptions;
  /** Epoch ms. */
  readonly endsAt: number;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** Who it is for, for people. */
  readonly names: string;
  readonly revocations: Revocations | undefined;
  /** What is unwise but works. */
  readonly warnings: readonly string[];
}

/** The bytes of the files, not looked at yet. */
export interface Files {
  /** Tells one state of the files from another. */
  readonly digest: string;
  /** What is in them. Throws `settings-invalid` with the setting, the file and what would be right. */
  check(): Material;
}

/** Reads the files. A file that cannot be read is a fault that `check` throws. */
export async function readFiles(places: Places, settings: TlsSettings): Promise<Files> {
  const [certificate, key, authorities, revocations] = await Promise.all([
    read(places.certificate),
    read(places.key),
    places.clientAuthorities && read(places.clientAuthorities),
    places.revocations && read(places.revocations, places.revocations.mayBeMissing),
  ]);
  const hash = createHash("sha256");
  for (const file of [certificate, key, authorities, revocations]) {
    hash.update(`${file?.fault ?? ""}\0${file?.text ?? ""}\0`);
  }
  return {
    digest: hash.digest("hex"),
    check() {
      checkCiphers(settings.ciphers);
      const chain = textOf(certificate);
      const leaf = certificateOf(places.certificate, chain);
      const privateKey = keyOf(places.key, textOf(key));
      if (!leaf.checkPrivateKey(privateKey)) {
        throw invalid(places.key, `is not the key of the certificate in ${places.certificate.path}`);
      }
      const ca = authorities && textOf(authorities);
      if (ca !== undefined) certificateOf(places.clientAuthorities as Place, ca);
      const crl = revocations?.fault === undefined ? revocations?.text : textOf(revocations);
      const options: SecureContextOptions = {
        cert: chain,
        key: textOf(key),
        minVersion: `TLSv${settings.minVersion}`,
        ciphers: settings.ciphers,
        honorCipherOrder: true,
        ...(ca === undefined ? {} : { ca }),
        ...(crl === undefined ? {} : { crl: listsOf(crl) }),
      };
      const lists = crl === undefined ? undefined : revocationsOf(places.revocations as Place, crl);
      tryOut(options, places.certificate);
      return {
        options,
        endsAt: leaf.validToDate.getTime(),
        fingerprint: leaf.fingerprint256,
        names: leaf.subjectAltName ?? leaf.subject,
        revocations: lists,
        warnings: key.isOpen
          ? [`${places.key.path} can be read by every user of this machine: chmod 600`]
          : [],
      };
    },
  };
}

interface FileText {
  readonly place: Place;
  readonly text?: string;
  readonly fault?: string;
  /** Everybody on the machine may read it. */
  readonly isOpen?: boolean;
}

async function read(place: Place, mayBeMissing = false): Promise<FileText> {
  try {
    const [text, { mode }] = await Promise.all([readFile(place.path, "utf8"), stat(place.path)]);
    return { place, text, isOpen: (mode & 0o004) !== 0 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && mayBeMissing) return { place };
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "is not there",
      EACCES: "cannot be read by the gateway's user",
      EISDIR: "is a folder",
    };
    return { place, fault: reasons[code ?? ""] ?? `cannot be read: ${messageOf(error)}` };
  }
}

function textOf({ place, text, fault }: FileText): string {
  if (text === undefined) throw invalid(place, fault ?? "is not there");
  return text;
}

function certificateOf(place: Place, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw invalid(place, "holds no certificate in PEM (BEGIN CERTIFICATE)", cause);
  }
}

function keyOf(place: Place, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    const isLocked = text.includes("ENCRYPTED");
    throw invalid(
      place,
      isLocked
        ? "is locked with a passphrase; the gateway starts without people and needs one without"
        : "holds no private key in PEM (BEGIN PRIVATE KEY)",
      cause,
    );
  }
}

function revocationsOf(place: Place, text: string): Revocations {
  try {
    return readRevocations(text);
  } catch (cause) {
    throw invalid(place, messageOf(cause), cause);
  }
}

function checkCiphers(ciphers: string): void {
  try {
    createSecureContext({ ciphers });
  } catch (cause) {
    const message = `tls.ciphers: OpenSSL knows no cipher of "${ciphers}": ${messageOf(cause)}`;
    throw new GatewayError("settings-invalid", message, { cause });
  }
}

/** Whatever OpenSSL does not like must show before a listener uses it. */
function tryOut(options: SecureContextOptions, place: Place): void {
  try {
    createSecureContext(options);
  } catch (cause) {
    throw invalid(place, `and the files with it are refused by OpenSSL: ${messageOf(cause)}`, cause);
  }
}

/** Node takes only the first list of a text. */
function listsOf(text: string): string[] {
  return text.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? [];
}

function invalid({ setting, path }: Place, fault: string, cause?: unknown): GatewayError {
  return new GatewayError("settings-invalid", `${setting}: ${path} ${fault}`, { cause });
}
