import { randomBytes } from "node:crypto";
import { loadCatalogue } from "../devices/kit/catalogue.ts";
import type { Catalogue } from "../devices/kit/kind.ts";
import type { SharedParts } from "./shared-parts.ts";
import { openAccess } from "./state/access.ts";
import type { Access, Database, Registry } from "./state/contract.ts";
import { openDatabase } from "./state/database.ts";
import { type Identity, openIdentity } from "./state/identity.ts";
import { type IncidentTimes, openIncidentTimes } from "./state/incident-times.ts";
import type { Person } from "./state/people.ts";
import { openRegistry } from "./state/registry.ts";

/** What is known before any message: kinds, sites and devices, who may do what. */
export interface Knowledge {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly access: Access;
  readonly identity: Identity;
  readonly registry: Registry;
  readonly incidentTimes: IncidentTimes;
  /** Lets the first administrator in where nobody could; to be called when it can be shown, for it cannot be had again. */
  giveFirstAccess(): FirstAccess;
}

/** What the first administrator needs. */
export interface FirstAccess {
  /** A bearer token with the role admin, made because there was none. */
  readonly token: string | undefined;
  /** Secret of a link to set the password of the person `admin`, while nobody could log in as an administrator. */
  readonly link: string | undefined;
}

/** Opens the state database and reads it into memory. */
export async function openKnowledge(shared: SharedParts, kinds?: Catalogue): Promise<Knowledge> {
  const { config, clock, log, metrics, closers } = shared;
  const { dataDir: directory, state: settings, adminToken } = config;
  const catalogue = kinds ?? (await loadCatalogue());
  const database = openDatabase({ directory, log, settings });
  closers.add("state database", () => database.close());
  const access = openAccess({ database, directory, randomBytes, clock, log, settings, adminToken });
  const identity = openIdentity({ database, secrets: access.secrets, settings, clock, randomBytes, log });
  const credentials = access.deviceCredentials;
  const registry = openRegistry({ database, catalogue, clock, log, metrics, credentials, settings });
  return {
    ...{ catalogue, database, access, identity, registry, incidentTimes: openIncidentTimes(database) },
    giveFirstAccess() {
      const needsToken = adminToken === undefined && access.tokens().length === 0;
      return {
        token: needsToken ? access.addToken({ name: "first administrator", role: "admin" }).token : undefined,
        link: firstLink(identity, config.api.inviteMs),
      };
    },
  };
}

/** A link and no password: it works once, so that what stands in a terminal or a log is soon worth nothing. */
function firstLink({ people, links }: Identity, validMs: number): string | undefined {
  const isAdmin = ({ isActive, grants }: Person) =>
    isActive && grants.some(({ role, site }) => role === "admin" && site === undefined);
  const admins = people.all().filter(isAdmin);
  if (admins.some(({ passwordAt, subject }) => passwordAt !== undefined || subject !== undefined))
    return undefined;
  const admin =
    admins[0] ?? people.add({ login: "admin", name: "管理员 admin", grants: [{ role: "admin" }] });
  return links.make({ person: admin.id, purpose: "invite", validMs }).secret;
}
