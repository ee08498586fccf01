import type { Catalogue } from "../devices/kit/kind.ts";
import { faultOf } from "./alert/fault-table.ts";
import { openApi } from "./api/server.ts";
import { openBroker } from "./broker/open.ts";
import { type Clock, createSystemClock } from "./clock.ts";
import { createClosers } from "./closers.ts";
import { commandMessage, createCommands } from "./commands.ts";
import type { Config } from "./config.ts";
import { createHealth } from "./health.ts";
import { openHistory } from "./history.ts";
import { createIds } from "./ids.ts";
import { type FirstAccess, openKnowledge } from "./knowledge.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { openPath } from "./path.ts";
import { createRejections } from "./rejections.ts";
import { openSeriesView } from "./series-view.ts";
import type { SharedParts } from "./shared-parts.ts";
import { createTwins } from "./twins.ts";
import type { KnownDevice } from "./types.ts";

/** A running gateway. */
export interface App {
  readonly mqttPort: number;
  readonly httpPort: number;
  /** How the first administrator gets in, when nobody could yet; it cannot be had again. */
  readonly first: FirstAccess;
  /** Stops taking messages, makes durable what was taken, saves, closes. */
  stop(): Promise<void>;
}

/** What an application needs; kinds, time and chance may be a test's. */
export interface AppParts {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  readonly kinds?: Catalogue;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Makes the parts, joins them and opens the ports. Whatever was opened is closed again when a part fails. */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, log, clock = createSystemClock(), random = Math.random } = parts;
  const closers = createClosers(log);
  const newId = createIds({ clock, random });
  try {
    return await assemble({ config, log, clock, metrics: createMetrics(), newId, closers }, parts);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** How often debounces, silence and expiry are looked at, ms. */
const tickMs = 250;

async function assemble(shared: SharedParts, { kinds, version }: AppParts): Promise<App> {
  const { config, log, clock, metrics, newId, closers } = shared;
  const { host, mqttPort, httpPort, dataDir: directory } = config;

  const knowledge = await openKnowledge(shared, kinds);
  const { registry, access } = knowledge;
  const history = await openHistory(shared, knowledge.database);
  const { journal, quarantine, hub } = history;
  const path = await openPath(shared, knowledge, history, (device, reply) => commands.replied(device, reply));
  const { pipeline, happenings, states, desk } = path;
  const series = openSeriesView(shared, knowledge, history, path);

  const commands = createCommands({
    ...{ clock, newId, log },
    view: history.commandView,
    report: (step) => happenings.reportCommand(step),
    publish(command) {
      const message = commandMessage(command);
      const { topic, username } = message;
      // A bridge may listen to everything; a command counts as sent only when its device is there to take it.
      const isThere = broker.connection(username)?.subscriptions.includes(topic) ?? false;
      return isThere && broker.publish(message) > 0;
    },
    maxOpen: config.maxOpenCommands,
  });

  const health = createHealth({ journal, clock, slowCommitMs: config.slowCommitMs });
  const api = await openApi({
    identity: knowledge.identity,
    ...{ version, access, registry, desk, commands, health, metrics, clock, log },
    catalogue: knowledge.catalogue,
    faultOf,
    book: history.book,
    incidents: history.incidentBook,
    incidentDesk: path.incidentDesk,
    incidentTimes: knowledge.incidentTimes,
    commandView: history.commandView,
    settings: { ...config.api, host, port: httpPort },
    twins: createTwins({ states, clock }),
    rejections: createRejections({ quarantine, pipeline }),
    live: hub,
    series,
    historyLimits: config.series,
  });
  closers.add("HTTP", () => api.close());

  const broker = await openBroker({
    ...{ log, metrics, clock, directory },
    settings: { ...config.broker, host, port: mqttPort },
    identify: access.identify,
    accept: pipeline.accept,
    connected: ({ device }) => device && happenings.connection({ device, online: true, reason: "connected" }),
    disconnected({ device }, ending) {
      if (device && ending !== "stopping") happenings.connection({ device, online: false, reason: "closed" });
    },
    subscribed: ({ device }) => device && commands.deviceReady(device),
    delivered: ({ device }, command) => device && commands.delivered(device, command),
    isExempt: ({ device }) => device !== undefined && isFireDevice(registry.device(device)),
  });
  closers.add("MQTT", () => broker.stop());
  access.onRevoked((username) => broker.disconnect(username));
  api.server.on("upgrade", (request, socket, head) => {
    if (request.url?.split("?")[0] === "/mqtt") broker.upgrade(request, socket, head);
    else socket.destroy();
  });

  function tick(): void {
    for (const part of [happenings, commands]) {
      try {
        part.tick();
      } catch (error) {
        log.error({ err: error }, "time could not pass in one part");
      }
    }
  }
  closers.add("tick timer", clock.every(tickMs, tick));

  const ports = { mqttPort: (await broker.listen()).port, httpPort: (await api.listen()).port };
  closers.add("health", health.started());
  log.info({ ...ports, devices: registry.deviceCount() }, "gateway started");

  return {
    ...ports,
    // Not before the ports are open: a start that fails must not use up the token that nobody has seen.
    first: knowledge.giveFirstAccess(),
    async stop() {
      health.stopping();
      await closers.closeAll();
      log.info({}, "gateway stopped");
    },
  };
}

function isFireDevice(known: KnownDevice | undefined): boolean {
  return known?.definition.rules.some(({ fire }) => fire === true) ?? false;
}
