import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type AuthorityFiles, authorityFiles } from "./folder.ts";

/** Renews the certificate of the local authority in time. */
export interface Renewal {
  /** Makes a new certificate when the one in use ends soon and the root's key is there; whether it did. */
  renewIfDue(endsAt: number): Promise<boolean>;
}

const dayMs = 86_400_000;

/** One attempt a day: what fails once fails again until a person comes. */
export function createRenewal({ folder, renewDays, clock, log }: RenewalParts): Renewal {
  let triedAt: number | undefined;
  return {
    async renewIfDue(endsAt) {
      const now = clock.now();
      if (folder === undefined || renewDays === 0 || endsAt - now > renewDays * dayMs) return false;
      if (triedAt !== undefined && Math.abs(now - triedAt) < dayMs) return false;
      const files = authorityFiles(folder);
      if (!existsSync(files.authorityKey)) return false;
      triedAt = now;
      try {
        if (!isOwn(files)) return false;
        // Only a gateway that renews needs to know how certificates are made.
        const { renewServer } = await import("./authority.ts");
        renewServer({ folder, now, randomBytes });
        log.info({ folder }, "server certificate renewed");
        return true;
      } catch (error) {
        log.error({ folder, error: messageOf(error) }, "server certificate could not be renewed");
        return false;
      }
    },
  };
}

/** Whether the root signed the certificate; one that a person put there is that person's to renew. */
function isOwn({ certificate, authority }: AuthorityFiles): boolean {
  const root = new X509Certificate(readFileSync(authority));
  return new X509Certificate(readFileSync(certificate)).verify(root.publicKey);
}

interface RenewalParts {
  /** Of the local authority, when its certificate is the one in use. */
  readonly folder: string | undefined;
  readonly renewDays: number;
  readonly clock: { now(): number };
  readonly log: Pick<Log, "info" | "error">;
}
