import { GatewayError } from "../errors.ts";
import type { Claims } from "./claims.ts";
import type { ClaimOffer, Credentials, Database, DeviceKeys, KeyState } from "./contract.ts";
import type { MqttPasswords } from "./mqtt-passwords.ts";
import type { StateSettings } from "./settings.ts";

type Committed = (apply: () => void) => void;

interface Named {
  readonly site: string;
  readonly kind: string;
  readonly id: string;
}

/** What the registry does with credentials, inside its own transactions. */
export interface DeviceCredentials {
  /** A password for a device that is being registered; it holds from the commit on. */
  issue(device: Named, committed: Committed): Credentials;
  /** A claim code instead. */
  offer(device: Named): ClaimOffer;
  /** Before the device is deleted: its passwords and its code end with the commit. */
  forget(device: Named, committed: Committed): void;
}

/** Makes the credentials of devices over their whole life: password or claim code, rotation, revocation, end. */
export function createDeviceKeys(parts: DeviceKeysParts): DeviceKeys & DeviceCredentials {
  const { database, passwords, claims, settings, clock } = parts;

  function rotateOne(device: Named, overlapS: number, committed: Committed) {
    // Whoever finds the label later must not get in with it.
    claims.drop(device);
    return passwords.issue({ username: usernameOf(device), kind: device.kind, overlapS }, committed);
  }

  function checkCount(devices: readonly Named[]): void {
    if (devices.length <= settings.maxImportRows) return;
    const message = `at most ${settings.maxImportRows} devices at once (state.maxImportRows), got ${devices.length}`;
    throw new GatewayError("invalid-request", message);
  }

  return {
    issue(device, committed) {
      const { username, password } = passwords.issue(
        { username: usernameOf(device), kind: device.kind },
        committed,
      );
      return { username, password };
    },
    offer(device) {
      passwords.reserve({ username: usernameOf(device), kind: device.kind });
      return claims.offer(device);
    },
    forget(device, committed) {
      claims.drop(device);
      passwords.erase(usernameOf(device), committed);
    },
    rotate(devices, overlapS = settings.rotationOverlapS) {
      checkCount(devices);
      return database.transaction((committed) =>
        devices.map((device) => rotateOne(device, overlapS, committed)),
      );
    },
    hasPassword: (device) => passwords.has(usernameOf(device)),
    revoke(device) {
      database.transaction((committed) => {
        claims.drop(device);
        passwords.revoke(usernameOf(device), committed);
      });
    },
    makeCodes(devices) {
      checkCount(devices);
      return database.transaction(() => devices.map((device) => claims.offer(device)));
    },
    unclaimed: (site) => claims.ids(site).filter((id) => !passwords.has(`${site}/${id}`)),
    claim(code) {
      return database.transaction((committed) => {
        const place = claims.take(code);
        if (place === undefined) return undefined;
        const username = `${place.site}/${place.id}`;
        const kind = passwords.kindOf(username);
        // Its row is deleted with the device's.
        if (kind === undefined)
          throw new GatewayError("internal", `device ${username} has a claim code and no kind`);
        const { password } = passwords.issue({ username, kind }, committed);
        return { ...place, kind, credentials: { username, password } };
      });
    },
    state(device) {
      const facts = passwords.facts(usernameOf(device));
      const claimUntil = claims.until(device);
      const { issuedAt, isUsed, previousUntil, lastUsedAt, revokedAt } = facts;
      return {
        state: wordFor(facts, claimUntil === undefined ? undefined : clock.now() < claimUntil),
        ...{ issuedAt, isUsed, previousUntil, lastUsedAt, revokedAt, claimUntil },
      };
    },
  };
}

interface DeviceKeysParts {
  readonly database: Database;
  readonly passwords: MqttPasswords;
  readonly claims: Claims;
  readonly settings: Pick<StateSettings, "rotationOverlapS" | "maxImportRows">;
  readonly clock: { now(): number };
}

function usernameOf({ site, id }: Named): string {
  return `${site}/${id}`;
}

/** `isClaimable`: there is a code, and whether it still holds. */
function wordFor(
  { hasPassword, previousUntil }: { hasPassword: boolean; previousUntil: number | undefined },
  isClaimable: boolean | undefined,
): KeyState["state"] {
  if (hasPassword) return previousUntil === undefined ? "active" : "rotating";
  if (isClaimable === undefined) return "revoked";
  return isClaimable ? "unclaimed" : "claim-expired";
}
