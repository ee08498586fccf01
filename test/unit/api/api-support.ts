import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach } from "vitest";
import type { z } from "zod";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { faultOf } from "../../../gateway/alert/fault-table.ts";
import { openIncidentBook } from "../../../gateway/alert/incident/book.ts";
import { incidentSettings } from "../../../gateway/alert/incident/settings.ts";
import { createMuteDesk } from "../../../gateway/alert/mute/desk.ts";
import { openMutes } from "../../../gateway/alert/mute/mutes.ts";
import { muteSettings } from "../../../gateway/alert/mute/settings.ts";
import { createRehearsal } from "../../../gateway/alert/rehearsal.ts";
import { judgeSettings } from "../../../gateway/alert/settings.ts";
import type { ApiParts, LiveValue, Twin } from "../../../gateway/api/parts.ts";
import { openApi } from "../../../gateway/api/server.ts";
import { type ApiSettings, apiSettings } from "../../../gateway/api/settings.ts";
import { createAssignees } from "../../../gateway/assignees.ts";
import { openDutyBook } from "../../../gateway/duty/check-book.ts";
import { openDuty } from "../../../gateway/duty/open.ts";
import { dutySettings } from "../../../gateway/duty/settings.ts";
import { GatewayError } from "../../../gateway/errors.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { openAccess } from "../../../gateway/state/access.ts";
import { openAnswerLinks } from "../../../gateway/state/answer-links.ts";
import { createAnswerTokens } from "../../../gateway/state/answer-token.ts";
import { openAudit } from "../../../gateway/state/audit/open.ts";
import { auditSettings } from "../../../gateway/state/audit/settings.ts";
import { openAvailability } from "../../../gateway/state/availability/open.ts";
import { openCommandView } from "../../../gateway/state/command-view.ts";
import { openDatabase } from "../../../gateway/state/database.ts";
import { openIdentity } from "../../../gateway/state/identity.ts";
import { openIncidentTimes } from "../../../gateway/state/incident-times.ts";
import { openPlans } from "../../../gateway/state/plans/open.ts";
import { openRegistry } from "../../../gateway/state/registry.ts";
import { type StateSettings, stateSettings } from "../../../gateway/state/settings.ts";
import type { CommandStep, Rejection, Role } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aBook } from "./a-book.ts";

const catalogue = await loadCatalogue();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Whose token a request carries; `nobody` carries none. */
const noPersons: ApiParts["persons"] = {
  export: () => Promise.reject(new GatewayError("busy", "nobody is known here")),
  erase: () => Promise.reject(new GatewayError("busy", "nobody is known here")),
};

export type Who = Role | "yidaAdmin" | "nobody";

/** An answer, its body read as JSON where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

interface Options {
  settings?: Partial<ApiSettings>;
  state?: Partial<StateSettings>;
  audit?: Partial<z.input<typeof auditSettings>>;
  parts?: Partial<ApiParts>;
}

/** The API on a real registry, real tokens and a real alert book, with the sites `xinfa` and `yida`. */
export async function anApi(options: Options = {}) {
  const directory = mkdtempSync(join(tmpdir(), "linli-api-"));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const clock = createFakeClock();
  const log = createLog({ level: "silent" });
  const metrics = createMetrics();
  const state = stateSettings.parse({ ...options.state });
  const database = openDatabase({ directory, log, settings: state });
  cleanups.push(() => database.close());
  const access = openAccess({ database, directory, randomBytes, clock, log, settings: state });
  const { secrets } = access;
  const identity = openIdentity({
    ...{ database, secrets, settings: state, clock, log, randomBytes, passwordCost: { N: 16, r: 1, p: 1 } },
  });
  const audit = openAudit({
    database,
    clock,
    log,
    metrics,
    settings: auditSettings.parse({ ...options.audit }),
  });
  const incidents = openIncidentBook({ database, settings: incidentSettings.parse({}), clock });
  const registry = openRegistry({
    ...{ database, catalogue, clock, log, metrics, settings: state },
    credentials: access.deviceCredentials,
  });
  registry.addSite({ id: "xinfa", name: "新发小区" });
  registry.addSite({ id: "yida", name: "怡达小区" });
  const commandView = openCommandView({ database, settings: state });
  const availability = openAvailability({
    ...{ database, clock, settings: state, zone: "+08:00", stallMs: 30_000 },
    ...{ find: registry.device, sleepMs: () => 0 },
  });
  const { book, desk, apply } = aBook(clock);
  const marksOf = () => ({ acknowledge: 60_000, arrive: 180_000, control: 300_000 });
  let ids = 0;
  const duty = openDuty({
    ...{
      database,
      settings: dutySettings.parse({}),
      zone: "+08:00",
      newId: () => `new-${++ids}`,
      clock,
      log,
    },
    hasDevice: (site, id) => registry.deviceAt(site, id) !== undefined,
    buildings: (site) => registry.site(site)?.buildings ?? [],
    hasPerson: (id) => identity.people.find(id) !== undefined,
    targets: () => [
      { name: "voice", isAddressed: true },
      { name: "group", isAddressed: false },
    ],
    marksOf,
  });
  const none = () => Promise.reject(new GatewayError("not-found", "there is none"));
  const dutyChecks: ApiParts["dutyChecks"] = {
    ...{ book: openDutyBook({ database, settings: dutySettings.parse({}), clock }), open: () => [] },
    ...{ desk: { ask: none, answer: none }, zone: "+08:00", marksOf },
  };
  const twins = aTwins(clock);
  const rejections = someRejections();
  let commandSteps = 0;
  let muteIds = 0;
  let planIds = 0;
  const muteParts = { clock, newId: () => `m-${++muteIds}`, settings: muteSettings.parse({}) };
  const mutes = openMutes({ ...muteParts, database, metrics, log });

  const settings = apiSettings.parse({ port: 0, ...options.settings });
  const parts: ApiParts = {
    faultOf,
    ...{
      catalogue,
      registry,
      access,
      audit,
      identity,
      book,
      desk,
      assignees: createAssignees({ people: identity.people, contacts: duty.contacts, registry }),
      incidents,
      notifications: {
        list: () => ({ items: [], next: undefined }),
        targets: () => [],
      },
      duty,
      dutyChecks,
      commandView,
      availability,
      rejections,
      metrics,
      clock,
      log,
    },
    settings,
    version: "1.2.3",
    mqttDoor: (isSecure) => (isSecure ? { port: 8883, tls: true } : { port: 1883, tls: false }),
    answerLinks: openAnswerLinks({
      ...{ database, clock, log, settings, secrets },
      tokens: createAnswerTokens({ pepper: randomBytes(32) }),
    }),
    contactName: () => undefined,
    contactNameEver: () => undefined,
    zone: "+08:00",
    incidentDesk: {
      find: incidents.find,
      take: () => Promise.reject(new GatewayError("not-found", "there is none")),
      endDrill: () => Promise.reject(new GatewayError("not-found", "there is none")),
    },
    ownCaller: () => undefined,
    drills: {
      start: () => {
        throw new GatewayError("conflict", "another one is open");
      },
      end: () => Promise.reject(new GatewayError("not-found", "there is none")),
      report: () => undefined,
      list: () => ({ items: [], next: undefined }),
    },
    incidentTimes: openIncidentTimes(database),
    ...{ plans: openPlans({ database, registry, settings: state, clock, newId: () => `p-${++planIds}` }) },
    planImageBytes: state.maxPlanImageBytes,
    muteDesk: createMuteDesk({ ...muteParts, mutes, report: async () => {} }),
    twins,
    commands: {
      async send({ device, name, args, by, maxAgeMs }) {
        const id = `command-${++commandSteps}`;
        const at = clock.now();
        const step: CommandStep = {
          id,
          step: "queued",
          device,
          at,
          name,
          args,
          by,
          expiresAt: at + maxAgeMs,
        };
        commandView.apply(step, commandSteps);
        return commandView.find(id)!;
      },
    },
    live: {
      isFull: () => false,
      open: ({ outlet }) => void outlet.end(),
      urgent: () => 0,
      screens: () => 0,
      endAll: () => {},
      close: () => {},
    },
    persons: noPersons,
    series: noStore,
    historyLimits: { maxDevices: 500 },
    rehearse: createRehearsal({ settings: judgeSettings.parse({}), log }),
    backups: { download: async () => ({ name: "linli.tar.zst", content: Readable.from(["a backup"]) }) },
    screens: new Map(),
    health: { live: () => true, ready: () => [{ stage: "journal", ok: true, detail: "works" }] },
    ...options.parts,
  };
  const api = await openApi(parts);
  cleanups.push(() => api.close());

  const tokens: Record<Exclude<Who, "nobody">, string> = {
    viewer: access.addToken({ name: "wall screen", role: "viewer" }).token,
    firefighter: access.addToken({ name: "crew", role: "firefighter" }).token,
    engineer: access.addToken({ name: "integrator", role: "engineer" }).token,
    manager: access.addToken({ name: "office", role: "manager" }).token,
    admin: access.addToken({ name: "chief", role: "admin" }).token,
    yidaAdmin: access.addToken({ name: "yida", role: "admin", site: "yida" }).token,
  };

  async function call(who: Who, route: string, body?: unknown, more: Record<string, string> = {}) {
    const [method, url] = route.split(" ") as ["GET", string];
    const headers = who === "nobody" ? more : { authorization: `Bearer ${tokens[who]}`, ...more };
    const payload = body === undefined ? {} : { payload: body as string | object };
    const answer = await api.inject({ method, url, headers, ...payload });
    const type = String(answer.headers["content-type"] ?? "");
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: /\bjson\b/.test(type) ? answer.json() : answer.body,
    } satisfies Answer;
  }

  return { ...parts, api, availability, database, twins, tokens, clock, rejections, raise: apply, call };
}

/** A bin of a site, registered. */
export function aBin(
  parts: Pick<ApiParts, "registry">,
  id = "bin-1",
  more: { building?: string; name?: string } = {},
) {
  return parts.registry.addDevice("xinfa", { kind: "waste-bin", id, ...more }).device;
}

/** A gateway whose series store is away; with one, the routes are tested in test/path. */
const noStore: ApiParts["series"] = {
  range: away,
  total: away,
  export: away,
};

function away(): Promise<never> {
  return Promise.reject(new GatewayError("busy", "the history cannot be asked now", { retryable: true }));
}

function aTwins(clock: { now(): number }) {
  const known = new Map<string, Twin>();
  const nothing: Twin = { presence: "unknown", lastAt: undefined, values: {} };
  return {
    twin: (device: string) => known.get(device) ?? nothing,
    presence: (device: string) => (known.get(device) ?? nothing).presence,
    /** The device said so just now. */
    say(device: string, values: Record<string, Pick<LiveValue, "value" | "unit">>) {
      const at = clock.now();
      const live = Object.entries(values).map(([name, given]) => [
        name,
        { ...given, ts: at - 200, at, quality: "good" } as const,
      ]);
      known.set(device, { presence: "online", lastAt: at, values: Object.fromEntries(live) });
    },
  };
}

function someRejections() {
  const kept: Rejection[] = [];
  return {
    kept,
    list: ({ sites, limit }: { sites?: readonly string[] | undefined; limit: number }) => ({
      items: kept.filter(({ topic }) => sites?.includes(topic.split("/")[2]!) ?? true).slice(0, limit),
      next: undefined,
    }),
    groups: () => [],
    find: (id: string) => kept.find((rejection) => rejection.id === id),
    reingest: async ({ ids = [] }: { ids?: readonly string[] | undefined }) => ({
      accepted: ids.length,
      refused: 0,
      missing: 0,
    }),
  };
}
