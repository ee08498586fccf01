import { randomBytes } from "node:crypto";
import { loadCatalogue } from "../devices/kit/catalogue.ts";
import type { Catalogue } from "../devices/kit/kind.ts";
import type { Mutes } from "./alert/mute/contract.ts";
import { openMutes } from "./alert/mute/mutes.ts";
import { knownTargets } from "./channels.ts";
import type { Duty } from "./duty/contract.ts";
import { openDuty } from "./duty/open.ts";
import { messageOf } from "./errors.ts";
import { withDefaults } from "./incident-marks.ts";
import { type Cleaner, createCleaner } from "./privacy/clean.ts";
import { createPersonHashes, type PersonHashes } from "./privacy/person-hash.ts";
import type { SharedParts } from "./shared-parts.ts";
import { openAccess } from "./state/access.ts";
import { type AnswerLinks, openAnswerLinks } from "./state/answer-links.ts";
import { createAnswerTokens } from "./state/answer-token.ts";
import type { Audit } from "./state/audit/contract.ts";
import { type OpenAudit, openAudit } from "./state/audit/open.ts";
import type { Access, Database, Registry } from "./state/contract.ts";
import { openDatabase } from "./state/database.ts";
import { type Identity, openIdentity } from "./state/identity.ts";
import { type IncidentTimes, openIncidentTimes } from "./state/incident-times.ts";
import type { Person } from "./state/people.ts";
import { openPepper } from "./state/pepper.ts";
import type { Plans } from "./state/plans/contract.ts";
import { openPlans } from "./state/plans/open.ts";
import { openRegistry } from "./state/registry.ts";
import type { IncidentMark } from "./types.ts";

/** What is known before any message: kinds, sites and devices, who may do what. */
export interface Knowledge {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly audit: OpenAudit;
  readonly access: Access;
  readonly identity: Identity;
  readonly registry: Registry;
  readonly persons: PersonHashes;
  readonly clean: Cleaner;
  readonly incidentTimes: IncidentTimes;
  readonly plans: Plans;
  readonly answerLinks: AnswerLinks;
  /** When the marks of a site's incidents pass, ms after detection. */
  marksOf(site: string): Readonly<Record<IncidentMark, number>>;
  /** Contacts, crews, rosters and chains. */
  readonly duty: Duty;
  /** Windows in which nobody is told of what is below critical. */
  readonly mutes: Mutes;
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

/** How often passwords whose time is over are ended, ms. */
const accessTickMs = 1_000;

/** Opens the state database and reads it into memory. */
export async function openKnowledge(shared: SharedParts, kinds?: Catalogue): Promise<Knowledge> {
  const { config, clock, log, metrics, closers } = shared;
  const { dataDir: directory, state: settings, adminToken } = config;
  const catalogue = kinds ?? (await loadCatalogue());
  const database = openDatabase({ directory, log, settings });
  closers.add("state database", () => database.close());
  const audit = openAudit({ database, clock, log, metrics, settings: config.audit });
  const access = openAccess({ database, directory, randomBytes, clock, log, settings, adminToken });
  const identity = openIdentity({ database, secrets: access.secrets, settings, clock, randomBytes, log });
  closers.add("credentials", () => access.close());
  closers.add("credentials timer", clock.every(accessTickMs, access.tick));
  const credentials = access.deviceCredentials;
  const registry = openRegistry({ database, catalogue, clock, log, metrics, credentials, settings });
  // The credentials have made it, or found it to be the right one.
  const pepper = openPepper({ directory, database, randomBytes, log: { warn() {} } });
  const persons = createPersonHashes({ pepper });
  const kind = (name: string) => catalogue.get(name);
  const clean = createCleaner({ hashes: persons, kind, settings: config.privacy, metrics });
  const incidentTimes = openIncidentTimes(database);
  const marksOf = (site: string) => withDefaults(incidentTimes.of(site), config.alert.incident);
  const duty = openDuty({
    ...{ database, settings: config.duty, zone: config.ingest.zone, newId: shared.newId, clock, log },
    hasDevice: (site, id) => registry.deviceAt(site, id) !== undefined,
    buildings: (site) => registry.site(site)?.buildings ?? [],
    hasPerson: (id) => identity.people.find(id) !== undefined,
    targets: () => knownTargets(config),
    marksOf,
  });
  /** Alarms matter more than a link: a disk that is full must not end the start; the next one makes it. */
  function tryFirstLink(): string | undefined {
    try {
      return firstLink(identity, config.api.inviteMs);
    } catch (error) {
      log.error({ reason: messageOf(error) }, "no link for the first administrator could be made");
      return undefined;
    }
  }

  return {
    ...{ catalogue, database, audit, access, identity, registry, persons, clean },
    ...{ incidentTimes, duty, marksOf },
    plans: openPlans({ database, registry, settings, clock, newId: shared.newId }),
    mutes: openMutes({
      ...{ database, clock, newId: shared.newId, metrics, log },
      settings: config.alert.mute,
    }),
    answerLinks: openAnswerLinks({
      ...{ database, clock, log, settings: config.api, secrets: access.secrets },
      tokens: createAnswerTokens({ pepper }),
    }),
    giveFirstAccess() {
      const needsToken = adminToken === undefined && access.tokens().length === 0;
      return {
        token: needsToken ? firstToken(access, audit) : undefined,
        link: tryFirstLink(),
      };
    },
  };
}

function firstToken(access: Access, audit: Audit): string {
  const about = { name: "first administrator", role: "admin" } as const;
  const { id, token } = access.addToken(about);
  const made = { action: "first-token-made", target: `token:${id}`, detail: about };
  audit.note({ by: "system", via: "system", outcome: "done", ...made });
  return token;
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
