import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { FaultReport } from "./contract.ts";
import { type Material, readFiles } from "./material.ts";
import type { TlsMeters } from "./meters.ts";
import type { Places } from "./places.ts";
import { createRenewal } from "./renewal.ts";
import type { TlsSettings } from "./settings.ts";

/** The certificate in use, kept up to date with its files. */
export interface Certificates {
  current(): Material;
  /** Takes what new handshakes are to use, at each change. */
  onChange(use: (options: SecureContextOptions) => void): void;
  onRevoked(cut: (isRevoked: (serial: string) => boolean) => void): void;
  onFault(report: FaultReport): void;
  /** What the timer does: a fault is believed at the second look that sees it. */
  look(): Promise<void>;
  /** Looks at the files now; a fault is reported at once. */
  reload(): Promise<void>;
  close(): void;
}

const dayMs = 86_400_000;

/** Reads the files and watches them. Throws `settings-invalid` when they cannot be used at the start. */
export async function openCertificates(parts: CertificateParts): Promise<Certificates> {
  const { places, settings, clock, log, meters } = parts;
  const users: ((options: SecureContextOptions) => void)[] = [];
  const cutters: ((isRevoked: (serial: string) => boolean) => void)[] = [];
  const faults = new Map<Parameters<FaultReport>[0], string>();
  const renewal = createRenewal({ folder: places.folder, renewDays: settings.renewDays, clock, log });
  let report: FaultReport = () => {};
  let refusedDigest: string | undefined;
  let suspectDigest: string | undefined;

  let files = await readFiles(places, settings);
  let material = files.check();
  if (await renewal.renewIfDue(material.endsAt)) {
    files = await readFiles(places, settings);
    material = files.check();
  }
  let { digest } = files;
  announce("certificate in use");
  watchEnd();

  function announce(sentence: string): void {
    const { names, fingerprint, endsAt, warnings } = material;
    for (const warning of warnings) log.warn({ warning }, "private key is not protected");
    log.info({ names, fingerprint, endsAt: new Date(endsAt).toISOString() }, sentence);
  }

  function say(fault: Parameters<FaultReport>[0], reason: string | undefined): void {
    if (faults.get(fault) === reason) return;
    if (reason === undefined) faults.delete(fault);
    else faults.set(fault, reason);
    report(fault, reason !== undefined, reason ?? "a certificate that holds is in use");
  }

  /** Tells people of an end that comes near, or has come. */
  function watchEnd(): void {
    const { endsAt, revocations } = material;
    const now = clock.now();
    const soon = now + settings.warnDays * dayMs;
    const ended = [
      endsAt <= now && `the server certificate ended on ${dayOf(endsAt)}`,
      (revocations?.nextAt ?? now + 1) <= now &&
        `the revocation list ended on ${dayOf(revocations?.nextAt ?? now)}; no device certificate is believed`,
    ].filter((text) => text !== false);
    const ending = [
      endsAt > now && endsAt <= soon && `the server certificate ends on ${dayOf(endsAt)}`,
      revocations?.nextAt !== undefined &&
        revocations.nextAt > now &&
        revocations.nextAt <= soon &&
        `the revocation list ends on ${dayOf(revocations.nextAt)}`,
    ].filter((text) => text !== false);
    say("certificate-ended", ended.length === 0 ? undefined : ended.join("; "));
    say("certificate-ending", ending.length === 0 ? undefined : ending.join("; "));
  }

  async function look(by: Asker): Promise<void> {
    await renewal.renewIfDue(material.endsAt);
    const found = await readFiles(places, settings);
    if (found.digest === digest) {
      refusedDigest = undefined;
      say("certificate-refused", undefined);
    } else if (found.digest !== refusedDigest) {
      tryFiles(found, by);
    }
    watchEnd();
  }

  function tryFiles(found: Awaited<ReturnType<typeof readFiles>>, by: Asker): void {
    let next: Material;
    try {
      next = found.check();
    } catch (error) {
      // Certificate and key are two files: between their changes they do not match, and a second look finds them whole.
      if (by === "timer" && found.digest !== suspectDigest) {
        suspectDigest = found.digest;
        return;
      }
      refusedDigest = found.digest;
      meters.reloads.add("refused");
      log.error({ reason: messageOf(error) }, "new certificate refused; the one before stays in use");
      say("certificate-refused", messageOf(error));
      return;
    }
    const before = material.revocations?.serials;
    material = next;
    ({ digest } = found);
    refusedDigest = suspectDigest = undefined;
    meters.reloads.add("used");
    for (const use of users) use(next.options);
    announce("new certificate in use");
    say("certificate-refused", undefined);
    const fresh = new Set([...(next.revocations?.serials ?? [])].filter((serial) => !before?.has(serial)));
    if (fresh.size > 0) for (const cut of cutters) cut((serial) => fresh.has(serial));
  }

  // One look at a time; one that is asked for comes after the one under way.
  let looking = Promise.resolve();
  function queue(by: Asker): Promise<void> {
    looking = looking
      .then(() => look(by))
      .catch((error) => log.error({ error: messageOf(error) }, "certificate files could not be looked at"));
    return looking;
  }
  const stop = clock.every(settings.checkMs, () => void queue("timer"));

  return {
    current: () => material,
    onChange: (use) => void users.push(use),
    onRevoked: (cut) => void cutters.push(cut),
    onFault(to) {
      report = to;
      for (const [fault, reason] of faults) report(fault, true, reason);
    },
    look: () => queue("timer"),
    reload: () => queue("person"),
    close: stop,
  };
}

type Asker = "timer" | "person";

interface CertificateParts {
  readonly places: Places;
  readonly settings: TlsSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Pick<TlsMeters, "reloads">;
}

/** The root of the local authority, DER. Throws `settings-invalid` when the file is damaged. */
export function readAuthority(path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return new X509Certificate(readFileSync(path)).raw;
  } catch (cause) {
    throw new GatewayError("settings-invalid", `${path} holds no certificate: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
