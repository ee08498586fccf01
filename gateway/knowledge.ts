import { randomBytes } from "node:crypto";
import { loadCatalogue } from "../devices/kit/catalogue.ts";
import type { Catalogue } from "../devices/kit/kind.ts";
import type { SharedParts } from "./shared-parts.ts";
import { openAccess } from "./state/access.ts";
import { type OpenAudit, openAudit } from "./state/audit/open.ts";
import type { Access, Database, Registry } from "./state/contract.ts";
import { openDatabase } from "./state/database.ts";
import { openRegistry } from "./state/registry.ts";

/** What is known before any message: kinds, sites and devices, who may do what. */
export interface Knowledge {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly audit: OpenAudit;
  readonly access: Access;
  readonly registry: Registry;
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
  const audit = openAudit({ database, clock, log, metrics, settings: config.audit });
  const access = openAccess({ database, directory, randomBytes, clock, log, settings, adminToken });
  const credentials = access.deviceCredentials;
  const registry = openRegistry({ database, catalogue, clock, log, metrics, credentials, settings });
  return {
    ...{ catalogue, database, audit, access, registry },
    giveFirstToken() {
      if (adminToken !== undefined || access.tokens().length > 0) return undefined;
      const { id, token } = access.addToken({ name: "first administrator", role: "admin" });
      const detail = { name: "first administrator", role: "admin" };
      const made = { action: "first-token-made", target: `token:${id}`, detail };
      audit.note({ by: "system", via: "system", outcome: "done", ...made });
      return token;
    },
  };
}
