import { GatewayError } from "../errors.ts";
import { makeClaimCode, readClaimCode } from "./claim-code.ts";
import type { ClaimOffer, Database } from "./contract.ts";
import type { Secrets } from "./secrets.ts";
import type { StateSettings } from "./settings.ts";

/** The place of a device: its id is unique in its site. */
export interface Place {
  readonly site: string;
  readonly id: string;
}

/** The claim codes of devices, kept as keyed hashes. All but `until` belong inside a transaction. */
export interface Claims {
  /** A new code; the device's last one ends. */
  offer(place: Place): ClaimOffer;
  /** Uses a code up. Undefined for one that is unknown, used or expired, which nobody can tell apart. */
  take(typed: string): Place | undefined;
  /** Ends the device's code. */
  drop(place: Place): void;
  /** Until when the device's code holds, epoch ms, also when that is over. */
  until(place: Place): number | undefined;
  /** Devices of a site that have a code, also an expired one. */
  ids(site: string): string[];
}

/** Prepares the statements. */
export function openClaims({ database: { db }, secrets, settings, clock, randomBytes }: ClaimsParts): Claims {
  const put = db.prepare(
    "INSERT INTO device_claims VALUES (?, ?, ?, ?) ON CONFLICT (site, id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at",
  );
  const take = db.prepare("DELETE FROM device_claims WHERE hash = ? AND expires_at > ? RETURNING site, id");
  const drop = db.prepare("DELETE FROM device_claims WHERE site = ? AND id = ?");
  const until = db.prepare("SELECT expires_at FROM device_claims WHERE site = ? AND id = ?");
  const ids = db.prepare("SELECT id FROM device_claims WHERE site = ? ORDER BY id");
  // So that a code's hash is never that of a password.
  const hashOf = (code: string): string => secrets.hash(`claim ${code}`);

  return {
    offer({ site, id }) {
      const code = makeClaimCode(randomBytes);
      const expiresAt = clock.now() + settings.claimValidS * 1000;
      put.run(site, id, hashOf(readClaimCode(code)!), expiresAt);
      return { code, expiresAt };
    },
    take(typed) {
      const code = readClaimCode(typed);
      if (code === undefined) {
        const message =
          "this is no claim code: it has 4 groups of 5 letters and digits, and a character is wrong";
        throw new GatewayError("invalid-request", message, { path: "code" });
      }
      const row = take.get(hashOf(code), clock.now());
      return row === undefined ? undefined : { site: String(row.site), id: String(row.id) };
    },
    drop: ({ site, id }) => void drop.run(site, id),
    until({ site, id }) {
      const row = until.get(site, id);
      return row === undefined ? undefined : Number(row.expires_at);
    },
    ids: (site) => ids.all(site).map(({ id }) => String(id)),
  };
}

interface ClaimsParts {
  readonly database: Database;
  readonly secrets: Pick<Secrets, "hash">;
  readonly settings: Pick<StateSettings, "claimValidS">;
  readonly clock: { now(): number };
  readonly randomBytes: (size: number) => Buffer;
}
