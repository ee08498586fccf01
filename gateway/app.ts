import { join } from "node:path";
import type { Catalogue } from "../devices/kit/kind.ts";
import { faultOf } from "./alert/fault-table.ts";
import { createHolds } from "./alert/mute/holds.ts";
import { createRehearsal } from "./alert/rehearsal.ts";
import { readScreens } from "./api/screens/files.ts";
import { openApi } from "./api/server.ts";
import { createAssignees } from "./assignees.ts";
import { keepAuditTrail } from "./audit-trail.ts";
import { watchGaps } from "./availability.ts";
import { refuseHalfRestored } from "./backup/restore.ts";
import { scheduleBackups } from "./backup/schedule.ts";
import { createBackups } from "./backups.ts";
import { openBroker } from "./broker/open.ts";
import { openTargets } from "./channels.ts";
import { type Clock, createSystemClock } from "./clock.ts";
import { createClosers } from "./closers.ts";
import { commandMessage, createCommands } from "./commands.ts";
import type { Config } from "./config.ts";
import { createCredentialAudit } from "./credential-audit.ts";
import { createFireLines } from "./gb26875.ts";
import { createHealth } from "./health.ts";
import { openHistory } from "./history.ts";
import { createIds } from "./ids.ts";
import { type FirstAccess, openKnowledge } from "./knowledge.ts";
import { checkListeners, mqttDoorOf, openPorts, type Ports, plainWarnings } from "./listeners.ts";
import type { Log } from "./log.ts";
import { watchLoopLag } from "./loop-lag.ts";
import { createMetrics } from "./metrics.ts";
import { openPath } from "./path.ts";
import { createPersons } from "./persons.ts";
import { openKeptTexts } from "./privacy/kept-texts.ts";
import { createRejections } from "./rejections.ts";
import { createReloads, type Reloaded } from "./reload.ts";
import { startRetention } from "./retention.ts";
import { openSeriesView } from "./series-view.ts";
import type { SharedParts } from "./shared-parts.ts";
import { openTelling } from "./telling.ts";
import { activeContact, deliveriesOf, linkTo } from "./telling-facts.ts";
import { openTls } from "./tls/open.ts";
import { createTrials } from "./trial.ts";
import { createTwins } from "./twins.ts";
import type { KnownDevice } from "./types.ts";

/** A running gateway. */
export interface App extends Ports {
  /** How the first administrator gets in, when nobody could yet; it cannot be had again. */
  readonly first: FirstAccess;
  /** Takes over the settings that may change while it runs, and lets parts read again what they hold, such as certificates. */
  reload(next: Config): Promise<Reloaded>;
  /** The settings were to be read again and are wrong: nothing changes, people are told. */
  reloadFailed(reason: string): void;
  /**
   * Stops taking messages, makes durable what was taken, saves, closes; within `stopTimeoutMs`. Returns the parts that did not
   * close properly by then.
   */
  stop(): Promise<readonly string[]>;
}

/** What an application needs; kinds, time and chance may be a test's. */
export interface AppParts {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** The file that the settings came from; it goes into backups. */
  readonly configFile?: string | undefined;
  readonly kinds?: Catalogue;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Makes the parts, joins them and opens the ports. Whatever was opened is closed again when a part fails. */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, log, clock = createSystemClock(), random = Math.random } = parts;
  const closers = createClosers(log);
  const newId = createIds({ clock, random });
  const reloads = createReloads({ config, log });
  try {
    return await assemble(
      { config, log, clock, metrics: createMetrics(), newId, random, closers, reloads },
      parts,
    );
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** What `npm run build` makes. */
const screensFolder = join(import.meta.dirname, "../dashboards/web/dist");

/** How often debounces, silence and expiry are looked at, ms. */
const tickMs = 250;

async function assemble(shared: SharedParts, { kinds, version, configFile }: AppParts): Promise<App> {
  const { config, log, clock, metrics, newId, closers, reloads } = shared;
  const { host, mqttPort, httpPort, dataDir: directory } = config;

  refuseHalfRestored(directory);
  // First of all: settings that are wrong must show before anything is opened.
  const tls = await openTls({ ...shared, dataDir: directory, settings: config.tls });
  if (tls !== undefined) closers.add("certificates", () => tls.close());
  reloads.onReload("certificates", () => tls?.reload());
  checkListeners(config, tls !== undefined);
  const knowledge = await openKnowledge(shared, kinds);
  const { registry, access, audit } = knowledge;
  const assignees = createAssignees({
    people: knowledge.identity.people,
    contacts: knowledge.duty.contacts,
    registry,
  });
  const telling = openTelling(shared, {
    database: knowledge.database,
    registry: { site: registry.site, device: (name) => registry.device(name) ?? trials.ownDevice(name) },
    targets: openTargets(shared, (topic, payload, options) =>
      broker.publish({ topic, payload, qos: 1, ...options }),
    ),
    ...{ duty: knowledge.duty, assignees },
    holds: createHolds({ mutes: knowledge.mutes, find: registry.device, clock }),
    linkOf: (notification, recipient) =>
      linkTo(notification, recipient, {
        publicUrl: config.api.publicUrl,
        sign: knowledge.answerLinks.sign,
      }),
  });
  const history = await openHistory(shared, knowledge, telling);
  const { journal, quarantine, hub } = history;
  let ports: Ports = {};
  const trials = createTrials(shared, knowledge, history, {
    ...{ path: () => path, ports: () => ports, probe: telling.probe },
    deliveries: (incident) => deliveriesOf(telling.outbox, knowledge.duty, incident),
  });
  const path = await openPath(shared, knowledge, history, telling, {
    ...{ trials, replied: (device, reply) => commands.replied(device, reply) },
    send: (order) => commands.send(order),
  });
  const { pipeline, happenings, states, desk } = path;
  const trail = keepAuditTrail(shared, knowledge, history, path);
  const series = openSeriesView(shared, knowledge, history, path);

  const persons = createPersons({
    ...{ journal, series, states, quarantine, clock, log, settings: config.privacy },
    hashes: knowledge.persons,
    erasures: history.erasures,
    texts: openKeptTexts(knowledge.database),
    book: history.book,
    recordingMs: config.journal.recordingMs + config.journal.segmentMs + config.journal.retentionEveryMs,
  });
  closers.add("retention timer", startRetention(shared, { ...history, persons, states }));

  const commands = createCommands({
    ...{ clock, newId, log },
    view: history.commandView,
    report: (step) => happenings.reportCommand(step),
    publish(command) {
      if (fireLines.send(command)) return true;
      const message = commandMessage(command);
      const { topic, username } = message;
      // A bridge may listen to everything; a command counts as sent only when its device is there to take it.
      const isThere = broker.connection(username)?.subscriptions.includes(topic) ?? false;
      return isThere && broker.publish(message) > 0;
    },
    maxOpen: config.maxOpenCommands,
  });

  const backups = createBackups({
    ...{ dataDir: directory, version, journal, series, clock, log, configFile, now: clock.now },
    ...{ database: knowledge.database, seriesStore: config.series.store, settings: config.backup },
  });
  closers.add("backups", () => backups.close());
  const stopBackups = scheduleBackups({
    ...{ settings: config.backup, save: backups.save, clock, metrics, log },
    onFailing: (isFailing, reason) => void path.faults.set("backup-failed", isFailing, reason),
  });
  closers.add("backup timer", stopBackups);
  const fireLines = createFireLines(shared, { registry, pipeline, happenings, commands });

  const health = createHealth({
    ...{ journal, clock, slowCommitMs: config.slowCommitMs },
    ...{ selfTest: trials.health, seriesTrouble: series.trouble },
  });
  const api = await openApi({
    mqttDoor: (isSecure) => mqttDoorOf(ports, isSecure),
    ...{ identity: knowledge.identity, ownCaller: trials.pass.caller, drills: trials.drills },
    ...{ version, access, registry, audit, desk, commands, health, metrics, clock, log },
    catalogue: knowledge.catalogue,
    faultOf: (rule) => faultOf(rule) ?? trials.wordsOf(rule),
    ...{ book: history.book, assignees },
    incidents: history.incidentBook,
    incidentDesk: path.incidentDesk,
    incidentTimes: knowledge.incidentTimes,
    ...{ plans: knowledge.plans, planImageBytes: config.state.maxPlanImageBytes },
    notifications: {
      list: telling.outbox.list,
      targets: telling.targets,
    },
    answerLinks: knowledge.answerLinks,
    contactName: (id) => activeContact(knowledge.duty, id)?.name,
    contactNameEver: knowledge.duty.contacts.nameOf,
    zone: config.ingest.zone,
    duty: knowledge.duty,
    dutyChecks: {
      ...{ book: history.dutyBook, desk: path.dutyDesk, open: path.openDutyChecks, zone: config.ingest.zone },
      marksOf: knowledge.marksOf,
    },
    muteDesk: path.muteDesk,
    commandView: history.commandView,
    availability: history.availability,
    // The same object, so that a reload of the settings reaches it.
    settings: Object.assign(config.api, { host, port: httpPort }),
    twins: createTwins({ states, clock }),
    rejections: createRejections({ quarantine, pipeline: fireLines }),
    persons,
    live: hub,
    authorityCertificate: tls?.authority,
    backups,
    screens: readScreens(screensFolder),
    series,
    historyLimits: config.series,
    rehearse: createRehearsal({ settings: config.alert.judge, log }),
  });
  closers.add("HTTP", () => api.close());

  const broker = await openBroker({
    ...{ log, metrics, clock, directory },
    settings: Object.assign(config.broker, { host, port: mqttPort }),
    identify: (username, password) =>
      trials.pass.identify(username, password) ?? access.identify(username, password),
    identifyDevice: access.deviceOf,
    accept: trials.accept,
    shown(topic, payload) {
      try {
        return knowledge.clean.shown(topic, payload);
      } catch (error) {
        // Its acknowledgement must not hang on what a bridge is shown.
        log.error({ err: error, topic }, "message could not be cleaned and is shown empty");
        return Buffer.alloc(0);
      }
    },
    connected: ({ device }) => device && happenings.connection({ device, online: true, reason: "connected" }),
    disconnected({ device }, ending) {
      if (device && ending !== "stopping") happenings.connection({ device, online: false, reason: "closed" });
    },
    subscribed: ({ device }) => device && commands.deviceReady(device),
    delivered: ({ device }, command) => device && commands.delivered(device, command),
    credentialEvent: createCredentialAudit(audit, registry),
    isExempt: ({ device }) => device !== undefined && isFireDevice(registry.device(device)),
  });
  closers.add("MQTT", () => broker.stop());
  access.onRevoked((revocation) => broker.disconnect(revocation.username, revocation));
  tls?.onFault((fault, isActive, reason) => void path.faults.set(fault, isActive, reason));
  tls?.onRevoked(broker.cutCertificates);

  const gaps = { tick: watchGaps(history.availability, { journal, clock }) };
  function tick(): void {
    for (const part of [gaps, happenings, commands]) {
      try {
        part.tick();
      } catch (error) {
        log.error({ err: error }, "time could not pass in one part");
      }
    }
  }
  // Before the first device is heard.
  gaps.tick();
  closers.add("tick timer", clock.every(tickMs, tick));
  closers.add("event loop watch", watchLoopLag({ metrics }));

  ports = await openPorts({ config, api, broker, tls, fireLines, closers });
  // Not before every door is open: a siren that listens to the broker is one of those who are told.
  telling.start({ alerts: history.book, incidents: history.incidentBook, dutyChecks: path.openDutyChecks() });
  closers.add("notifications", () => telling.close());
  closers.add("health", health.started());
  trials.start();
  trail.started(version);
  log.info({ ...ports, devices: registry.deviceCount() }, "gateway started");
  for (const warning of plainWarnings(config)) log.warn({ host }, warning);

  return {
    ...ports,
    // Not before the ports are open: a start that fails must not use up the token that nobody has seen.
    first: knowledge.giveFirstAccess(),
    async reload(next) {
      const reloaded = await reloads.run(next);
      void path.faults.set("settings-refused", false, "the settings are right again");
      return reloaded;
    },
    reloadFailed: (reason) => void path.faults.set("settings-refused", true, reason),
    async stop() {
      health.stopping();
      const cut = await closers.closeAll(config.stopTimeoutMs);
      log.info({}, "gateway stopped");
      return cut;
    },
  };
}

function isFireDevice(known: KnownDevice | undefined): boolean {
  return known?.definition.rules.some(({ fire }) => fire === true) ?? false;
}
