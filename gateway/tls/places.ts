import { existsSync } from "node:fs";
import { GatewayError } from "../errors.ts";
import { authorityFiles, authorityFolder } from "./folder.ts";
import type { TlsSettings } from "./settings.ts";

/** Where each file is, and what to call it to people. */
export interface Place {
  readonly path: string;
  /** `tls.certFile` */
  readonly setting: string;
}

/** The files that a start reads. */
export interface Places {
  readonly certificate: Place;
  readonly key: Place;
  readonly clientAuthorities: Place | undefined;
  /** May come later when it is that of the local authority. */
  readonly revocations: (Place & { readonly mayBeMissing: boolean }) | undefined;
  /** The folder of `linli tls init`, when its server certificate is the one in use. */
  readonly folder: string | undefined;
  /** The root that is served to phones. */
  readonly authority: string | undefined;
}

/** Finds the files; undefined when there is no TLS. Throws `settings-invalid`. */
export function findPlaces(dataDir: string, settings: TlsSettings): Places | undefined {
  const { mode, certFile, keyFile, clientCertificates } = settings;
  if (mode === "off" || (!settings.mqtt && !settings.https)) return undefined;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw invalid(
      "tls.certFile and tls.keyFile belong together: set both, or none to use those of linli tls init",
    );
  }
  const folder = authorityFolder(dataDir);
  const own = authorityFiles(folder);
  const hasOwn = existsSync(own.certificate);
  if (certFile === undefined && !hasOwn) {
    if (mode === "auto" && clientCertificates === "off") return undefined;
    throw invalid(
      `TLS is to be on, but ${own.certificate} is not there: run linli tls init, or set tls.certFile and tls.keyFile`,
    );
  }
  return {
    certificate: { path: certFile ?? own.certificate, setting: "tls.certFile" },
    key: { path: keyFile ?? own.key, setting: "tls.keyFile" },
    ...clientPlaces(settings, own),
    folder: certFile === undefined ? folder : undefined,
    authority: existsSync(own.authority) ? own.authority : undefined,
  };
}

function clientPlaces(
  { clientCertificates, clientCaFile, clientCrlFile }: TlsSettings,
  own: ReturnType<typeof authorityFiles>,
): Pick<Places, "clientAuthorities" | "revocations"> {
  if (clientCertificates === "off") return { clientAuthorities: undefined, revocations: undefined };
  if (clientCaFile === undefined && !existsSync(own.authority)) {
    throw invalid(
      `tls.clientCertificates is ${clientCertificates}, but no authority is known: set tls.clientCaFile, or run linli tls init`,
    );
  }
  // The list in the folder is that of the local authority and says nothing of another one.
  const isOwn = clientCaFile === undefined;
  const path = clientCrlFile ?? (isOwn ? own.revoked : undefined);
  return {
    clientAuthorities: { path: clientCaFile ?? own.authority, setting: "tls.clientCaFile" },
    revocations:
      path === undefined
        ? undefined
        : { path, setting: "tls.clientCrlFile", mayBeMissing: clientCrlFile === undefined },
  };
}

function invalid(message: string): GatewayError {
  return new GatewayError("settings-invalid", message);
}
