import { randomBytes } from "node:crypto";
import { loadCatalogue } from "../devices/kit/catalogue.ts";
import type { Catalogue } from "../devices/kit/kind.ts";
import { type Cleaner, createCleaner } from "./privacy/clean.ts";
import { createPersonHashes, type PersonHashes } from "./privacy/person-hash.ts";
import type { SharedParts } from "./shared-parts.ts";
import { openAccess } from "./state/access.ts";
import type { Access, Database, Registry } from "./state/contract.ts";
import { openDatabase } from "./state/database.ts";
import { openPepper } from "./state/pepper.ts";
import { openRegistry } from "./state/registry.ts";

/** What is known before any message: kinds, sites and devices, who may do what. */
export interface Knowledge {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly access: Access;
  readonly registry: Registry;
  readonly persons: PersonHashes;
  readonly clean: Cleaner;
  /** Makes the first administrator's token when there is none; to be called when it can be shown, for it cannot be had again. */
  giveFirstToken(): string | undefined;
}

/** Opens the state database and reads it into memory. */
export async function openKnowledge(shared: SharedParts, kinds?: Catalogue): Promise<Knowledge> {
  const { config, clock, log, metrics, closers } = shared;
  const { dataDir: directory, state: settings, adminToken } = config;
  const catalogue = kinds ?? (await loadCatalogue());
  const database = openDatabase({ directory, log, settings });
  closers.add("state database", () => database.close());
  const access = openAccess({ database, directory, randomBytes, clock, log, settings, adminToken });
  const credentials = access.deviceCredentials;
  const registry = openRegistry({ database, catalogue, clock, log, metrics, credentials, settings });
  // The credentials have made it, or found it to be the right one.
  const pepper = openPepper({ directory, database, randomBytes, log: { warn() {} } });
  const persons = createPersonHashes({ pepper });
  const kind = (name: string) => catalogue.get(name);
  const clean = createCleaner({ hashes: persons, kind, settings: config.privacy, metrics });
  return {
    ...{ catalogue, database, access, registry, persons, clean },
    giveFirstToken() {
      if (adminToken !== undefined || access.tokens().length > 0) return undefined;
      return access.addToken({ name: "first administrator", role: "admin" }).token;
    },
  };
}
