import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { loadCatalogue } from "../devices/kit/catalogue.ts";
import { compileFields } from "../devices/kit/fields.ts";
import { openBook } from "./alert/book.ts";
import { createDesk } from "./alert/desk.ts";
import { createFaults } from "./alert/faults.ts";
import { createJudge } from "./alert/judge.ts";
import { createPhases } from "./alert/phases.ts";
import { createQuiet } from "./alert/quiet.ts";
import { openApi } from "./api/server.ts";
import type { Downlink } from "./broker/contract.ts";
import { openBroker } from "./broker/open.ts";
import { createCheckpointer } from "./checkpoint.ts";
import { type Clock, createSystemClock } from "./clock.ts";
import { createCommands, type Open as OpenCommand } from "./commands.ts";
import type { Config } from "./config.ts";
import { createDeviceStates } from "./device-state.ts";
import { createHealth } from "./health.ts";
import { createIds } from "./ids.ts";
import { openQuarantine } from "./ingest/quarantine.ts";
import { downTopic } from "./ingest/topic.ts";
import { openJournal } from "./journal/file-journal.ts";
import { createHub } from "./live/hub.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { createPathMetrics } from "./path-metrics.ts";
import { createPipeline } from "./pipeline.ts";
import { createRejections } from "./rejections.ts";
import { restoreStates } from "./restore.ts";
import { openAccess } from "./state/access.ts";
import { openCheckpoints } from "./state/checkpoints.ts";
import { openCommandView } from "./state/command-view.ts";
import type { Access, Registry } from "./state/contract.ts";
import { openDatabase } from "./state/database.ts";
import { openRegistry } from "./state/registry.ts";
import { createTwins } from "./twins.ts";
import type { Change, DeviceName, KnownDevice } from "./types.ts";
import { createViews } from "./views.ts";

/** A running gateway. */
export interface App {
  readonly mqttPort: number;
  readonly httpPort: number;
  /** A bearer token with the role admin, made because there was none; it cannot be had again. */
  readonly firstToken: string | undefined;
  /** For programs that run beside the gateway in one process, such as the demo. */
  readonly registry: Registry;
  readonly access: Access;
  /** Stops taking messages, makes durable what was taken, saves, closes. */
  stop(): Promise<void>;
}

/** What an application needs; time and chance may be a test's. */
export interface AppParts {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Makes the parts, joins them and opens the ports. Whatever was opened is closed again when a part fails. */
export async function startApp(parts: AppParts): Promise<App> {
  const closers: (() => unknown)[] = [];
  try {
    return await assemble(parts, (close) => void closers.unshift(close));
  } catch (error) {
    for (const close of closers) await close();
    throw error;
  }
}

async function assemble(
  { config, log, version, clock = createSystemClock(), random = Math.random }: AppParts,
  onClose: (close: () => unknown) => void,
): Promise<App> {
  const metrics = createMetrics();
  const newId = createIds({ clock, random });
  const directory = config.dataDir;

  // What is known: kinds, devices, who may do what.
  const catalogue = await loadCatalogue();
  const database = openDatabase({ directory, log, settings: config.state });
  onClose(() => database.close());
  const access = openAccess({
    ...{ database, directory, randomBytes, clock, log },
    settings: config.state,
    adminToken: config.adminToken,
  });
  const credentials = access.deviceCredentials;
  const registry = openRegistry({
    ...{ database, catalogue, clock, log, metrics, credentials },
    settings: config.state,
  });
  const firstToken = giveFirstToken(config, access);

  // What happened: the journal, and what people look at, made from it.
  const journal = await openJournal({
    ...{ clock, log, metrics },
    directory: join(directory, "journal"),
    settings: config.journal,
  });
  onClose(() => journal.close());
  const book = openBook({ database, clock, log, metrics, settings: config.alert.book });
  const quarantine = openQuarantine(database, config.ingest);
  const commandView = openCommandView({ database, settings: config.state });
  const views = createViews({ journal, book, commands: commandView, quarantine, metrics, log });
  await views.catchUp();
  views.follow();
  const hub = createHub({ journal, settings: config.live, clock, metrics, log });
  onClose(() => hub.close());

  // The state of every device as it was, then the path.
  const phases = createPhases();
  const find = (device: DeviceName) => registry.device(device);
  const judge = createJudge({
    ...{ phases, find, clock, newId, metrics, log },
    settings: config.alert.judge,
  });
  const quiet = createQuiet({
    ...{ phases, find, clock, newId, metrics, log },
    settings: config.alert.quiet,
  });
  const checkpoints = openCheckpoints({ database });
  const states = createDeviceStates({
    registry,
    checkpoints,
    compile: compileFields,
    settings: config.ingest,
  });
  const { lateAfterMs } = config.alert.judge;
  judge.restore(book.standing(), (device) => states.find(device)?.rules);
  await restoreStates({ journal, checkpoints, states, judge, settings: config.ingest, lateAfterMs });
  for (const { known, twin } of states.all()) quiet.watch(known, twin);

  const pipeline = createPipeline({
    ...{ states, judge, quiet, journal, clock, newId, log, lateAfterMs },
    settings: config.ingest,
    metrics: createPathMetrics(metrics),
    urgent: (change) => hub.urgent(change),
    replied: (device, reply) => commands.replied(device, reply),
  });
  const report = (changes: readonly Change[]) => pipeline.report(changes);
  const faults = createFaults({ ...{ report, clock, newId }, standing: book.standing() });
  journal.onFault(({ fault, active, message }) => void faults.set(fault, active, message));
  const desk = createDesk({
    ...{ book, clock, newId },
    maxComments: config.alert.book.maxComments,
    report(changes) {
      for (const change of changes) faults.follow(change);
      return report(changes);
    },
  });
  void report(judge.clearOrphans());

  // The doors: MQTT and HTTP.
  const commands = createCommands({
    ...{ clock, newId, log },
    view: commandView,
    report: (step) => pipeline.reportCommand(step),
    publish(command) {
      const message = commandMessage(command);
      // A bridge may listen to everything; a command counts as sent only when its device is there to take it.
      const own =
        broker.connection(usernameOf(command.device))?.subscriptions.includes(message.topic) ?? false;
      return own && broker.publish(message) > 0;
    },
    maxOpen: config.maxOpenCommands,
  });
  const broker = await openBroker({
    ...{ log, metrics, clock, directory },
    settings: { ...config.broker, host: config.host, port: config.mqttPort },
    identify: access.identify,
    accept: pipeline.accept,
    connected: ({ device }) => device && pipeline.connection({ device, online: true, reason: "connected" }),
    disconnected({ device }, ending) {
      if (device && ending !== "stopping") pipeline.connection({ device, online: false, reason: "closed" });
    },
    subscribed: ({ device }) => device && commands.deviceReady(device),
    delivered: ({ device }, command) => device && commands.delivered(device, command),
    isExempt: ({ device }) => device !== undefined && isFireDevice(registry.device(device)),
  });
  onClose(() => broker.stop());
  access.onRevoked((username) => broker.disconnect(username));
  registry.onDevice((name, known) => follow(name, known));

  const health = createHealth({ journal, clock, slowCommitMs: config.slowCommitMs });
  const api = await openApi({
    ...{
      version,
      catalogue,
      registry,
      access,
      book,
      desk,
      commandView,
      commands,
      health,
      metrics,
      clock,
      log,
    },
    settings: { ...config.api, host: config.host, port: config.httpPort },
    twins: createTwins({ states, clock }),
    rejections: createRejections({ quarantine, pipeline }),
    live: hub,
  });
  onClose(() => api.close());
  api.server.on("upgrade", (request, socket, head) => {
    if (request.url?.split("?")[0] === "/mqtt") broker.upgrade(request, socket, head);
    else socket.destroy();
  });

  const checkpointer = createCheckpointer({ journal, checkpoints, states, log });
  const timers = [
    clock.every(tickMs, () => {
      pipeline.tick();
      commands.tick();
    }),
    clock.every(flushMs, views.flush),
    clock.after(settleMs, () => void faults.settle()),
    clock.every(config.checkpointMs, () => void checkpointer.save()),
  ];

  const { port: mqttPort } = await broker.listen();
  const { port: httpPort } = await api.listen();
  health.started();
  log.info({ mqttPort, httpPort, devices: registry.deviceCount() }, "gateway started");

  function follow(name: DeviceName, known: KnownDevice | undefined): void {
    const lost = judge.forget({ device: name });
    if (lost.length > 0) void report(lost);
    if (known === undefined) quiet.forget(name);
    else quiet.watch(known);
  }

  return {
    ...{ mqttPort, httpPort, firstToken, registry, access },
    async stop() {
      health.stopping();
      for (const stop of timers) stop();
      await broker.stop();
      await api.close();
      await checkpointer.save();
      views.flush();
      book.close();
      hub.close();
      await journal.close();
      database.close();
      log.info({}, "gateway stopped");
    },
  };
}

/** How often debounces, silence and expiry are looked at, ms. */
const tickMs = 250;
/** How long after a start a fault of the last run may take to show again, ms. */
const settleMs = 60_000;
/** How often lists that people look at are written to their database, ms. */
const flushMs = 200;

function giveFirstToken(config: Config, access: Access): string | undefined {
  if (config.adminToken !== undefined || access.tokens().length > 0) return undefined;
  return access.addToken({ name: "first administrator", role: "admin" }).token;
}

/** `site/kind/id` → `site/id`, the MQTT user name. */
function usernameOf(device: DeviceName): string {
  const [site, , id] = device.split("/");
  return `${site}/${id}`;
}

function commandMessage({ id, device, name, args, expiresAt }: OpenCommand): Downlink {
  const payload = JSON.stringify({ id, name, args, expiresAt });
  return { topic: downTopic(device, "command"), payload, qos: 1, expiresAt, token: id };
}

function isFireDevice(known: KnownDevice | undefined): boolean {
  return known?.definition.rules.some(({ fire }) => fire === true) ?? false;
}
