import type { Log } from "../log.ts";
import type { DeviceName, Principal } from "../types.ts";
import { openAccounts } from "./accounts.ts";
import type { Access, Credentials, Database } from "./contract.ts";
import { createListeners } from "./listeners.ts";
import { openPepper } from "./pepper.ts";
import { createSecrets, type Secrets, secretLength } from "./secrets.ts";
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
  const revoked = createListeners<[username: string]>({ what: "credentials revoked", log });
  const accounts = openAccounts({ database, secrets, settings, clock, removed: revoked.tell });
  const tokens = openTokens({ database, secrets, settings, clock, log, adminToken });
  const devices = readDevices(database);
  const upsert = database.db.prepare(
    "INSERT INTO device_credentials VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at",
  );

  return {
    ...tokens,
    secrets,
    identify(username, password) {
      const device = devices.get(username);
      if (!secrets.matches(password, device?.hash ?? accounts.hashOf(username))) return undefined;
      return device === undefined ? accounts.principal(username) : devicePrincipal(username, device.kind);
    },
    deviceOf(username) {
      const device = devices.get(username);
      return device && devicePrincipal(username, device.kind);
    },
    addAccount: accounts.add,
    accounts: accounts.all,
    removeAccount: accounts.remove,
    onRevoked: revoked.add,
    deviceCredentials: {
      issue({ site, kind, id }, committed) {
        const username = `${site}/${id}`;
        const password = secrets.make(secretLength);
        const hash = secrets.hash(password);
        upsert.run(site, id, hash, clock.now());
        committed(() => {
          const rotated = devices.has(username);
          devices.set(username, { kind, hash });
          if (rotated) revoked.tell(username);
        });
        return { username, password };
      },
      forget(username) {
        if (devices.delete(username)) revoked.tell(username);
      },
    },
  };
}

/** Access, and what the registry and the people need of it. */
export interface OpenAccess extends Access {
  readonly secrets: Secrets;
  readonly deviceCredentials: DeviceCredentials;
}

/** Makes and ends the credentials of devices on behalf of the registry. */
export interface DeviceCredentials {
  /** Inside the caller's transaction: writes a new password's hash; it holds from the commit on, the old one no more. */
  issue(
    device: { readonly site: string; readonly kind: string; readonly id: string },
    committed: (apply: () => void) => void,
  ): Credentials;
  /** After the device and its row of credentials were deleted. */
  forget(username: string): void;
}

/** What `openAccess` needs. */
export interface AccessParts {
  readonly database: Database;
  /** Where the pepper is kept. */
  readonly directory: string;
  readonly randomBytes: (size: number) => Buffer;
  readonly clock: { now(): number };
  readonly log: Pick<Log, "warn" | "error">;
  readonly settings: Pick<StateSettings, "maxAccounts" | "maxFilters" | "maxTokens">;
  /** A bearer token with the role admin, from the settings. */
  readonly adminToken?: string | undefined;
}

interface DeviceSecret {
  readonly kind: string;
  readonly hash: string;
}

function readDevices({ db }: Database): Map<string, DeviceSecret> {
  const devices = new Map<string, DeviceSecret>();
  const kinds = new Map<string, string>();
  const rows = db.prepare(
    "SELECT site || '/' || id AS username, kind, hash FROM device_credentials JOIN devices USING (site, id)",
  );
  for (const row of rows.iterate()) {
    const { username, kind, hash } = row as Record<string, string>;
    // One string for each kind instead of one for each device.
    if (!kinds.has(kind!)) kinds.set(kind!, kind!);
    devices.set(username!, { kind: kinds.get(kind!)!, hash: hash! });
  }
  return devices;
}

/** Made at each CONNECT: keeping the texts of 100,000 devices would cost more than building them. */
function devicePrincipal(username: string, kind: string): Principal {
  const [site, id] = username.split("/");
  const device: DeviceName = `${site}/${kind}/${id}`;
  const topic = `linli/v1/${device}`;
  return {
    type: "device",
    name: username,
    device,
    publish: [`${topic}/telemetry`, `${topic}/event`, `${topic}/status`, `${topic}/reply`],
    subscribe: [`${topic}/command`, `${topic}/reject`],
  };
}
