import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { type Command, Option } from "commander";
import { GatewayError, messageOf } from "../gateway/errors.ts";

/** Adds `--ca`, for gateways and brokers whose certificate is signed by an authority of one's own. */
export function trustOption(command: Command): Command {
  if (command.options.some(({ long }) => long === "--ca")) return command;
  return command
    .addOption(
      new Option("--ca <file>", "root certificate to trust besides the public ones, PEM").env("LINLI_CA"),
    )
    .hook("preAction", (_, called) => {
      const { ca } = called.opts<{ ca?: string }>();
      if (ca !== undefined && ca !== "") trustAuthority(ca);
    });
}

/** Makes every connection of this process believe an authority too. Throws `invalid-request`. */
export function trustAuthority(path: string): void {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
    new X509Certificate(text);
  } catch (cause) {
    throw new GatewayError("invalid-request", `--ca ${path}: ${messageOf(cause)}`, { cause });
  }
  setDefaultCACertificates([...getCACertificates("default"), text]);
}

/** What to do about a failed TLS handshake; undefined when it is something else. */
export function trustHint(error: unknown): string | undefined {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/.test(code)) {
    return "it does not speak TLS there; http:// and mqtt:// are the plain ports";
  }
  return hints[code];
}

const unknownAuthority =
  "its certificate is signed by an unknown authority: give the root with --ca (the gateway's own is tls/ca.crt in its data folder)";

const hints: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_HAS_EXPIRED: "its certificate has ended: linli tls renew",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "its certificate is for other names: use one of those, or linli tls renew --name",
};
