import type { Log } from "../log.ts";
import type { DeviceName, Principal } from "../types.ts";
import { openAccounts } from "./accounts.ts";
import { openClaims } from "./claims.ts";
import type { Access, Database, Revocation } from "./contract.ts";
import { createDeviceKeys, type DeviceCredentials } from "./device-keys.ts";
import { createListeners } from "./listeners.ts";
import { openMqttPasswords } from "./mqtt-passwords.ts";
import { openPepper } from "./pepper.ts";
import { createSecrets, type Secrets } from "./secrets.ts";
import type { StateSettings } from "./settings.ts";
import { openTokens } from "./tokens.ts";

/**
 * Reads credentials and tokens into memory; all checks are answered from there.
 * Throws `database-unusable` when the pepper is lost.
 */
export function openAccess({ adminToken, ...parts }: AccessParts): OpenAccess {
  const { database, directory, randomBytes, clock, log, settings } = parts;
  const secrets = createSecrets({
    pepper: openPepper({ directory, database, randomBytes, log }),
    randomBytes,
  });
  const revoked = createListeners<[revocation: Revocation]>({ what: "credentials revoked", log });
  const passwords = openMqttPasswords({ database, secrets, settings, clock, log, ended: revoked.tell });
  const claims = openClaims({ database, secrets, settings, clock, randomBytes });
  const accounts = openAccounts({ database, passwords, settings, clock });
  const tokens = openTokens({ database, secrets, settings, clock, log, adminToken });
  const devices = createDeviceKeys({ database, passwords, claims, settings, clock });

  return {
    ...tokens,
    secrets,
    identify(username, password) {
      const match = passwords.check(username, password);
      if (match === undefined) return undefined;
      return match.kind === undefined
        ? accounts.principal(username, match.issue)
        : devicePrincipal(username, match.kind, match.issue);
    },
    devices,
    deviceOf(username) {
      // One that was revoked is shut out whatever it shows.
      const kind = passwords.has(username) ? passwords.kindOf(username) : undefined;
      return kind === undefined ? undefined : devicePrincipal(username, kind);
    },
    addAccount: accounts.add,
    accounts: accounts.all,
    removeAccount: accounts.remove,
    accountState: accounts.state,
    rotateAccount: accounts.rotate,
    revokeAccount: accounts.revoke,
    onRevoked: revoked.add,
    tick: passwords.tick,
    close: passwords.save,
    deviceCredentials: devices,
  };
}

/** Access, and what the registry and the people need of it. */
export interface OpenAccess extends Access {
  readonly secrets: Secrets;
  readonly deviceCredentials: DeviceCredentials;
}

/** What `openAccess` needs. */
export interface AccessParts {
  readonly database: Database;
  /** Where the pepper is kept. */
  readonly directory: string;
  readonly randomBytes: (size: number) => Buffer;
  readonly clock: { now(): number };
  readonly log: Pick<Log, "warn" | "error">;
  readonly settings: Pick<
    StateSettings,
    | "maxAccounts"
    | "maxFilters"
    | "maxTokens"
    | "maxImportRows"
    | "rotationOverlapS"
    | "maxOverlapS"
    | "claimValidS"
    | "savedUses"
  >;
  /** A bearer token with the role admin, from the settings. */
  readonly adminToken?: string | undefined;
}

/** Made at each CONNECT: keeping the texts of 100,000 devices would cost more than building them. */
function devicePrincipal(username: string, kind: string, issue?: number): Principal {
  const [site, id] = username.split("/");
  const device: DeviceName = `${site}/${kind}/${id}`;
  const topic = `linli/v1/${device}`;
  return {
    type: "device",
    name: username,
    device,
    publish: [`${topic}/telemetry`, `${topic}/event`, `${topic}/status`, `${topic}/reply`],
    subscribe: [`${topic}/command`, `${topic}/reject`],
    ...(issue === undefined ? {} : { issue }),
  };
}
