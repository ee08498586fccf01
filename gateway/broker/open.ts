import { GatewayError } from "../errors.ts";
import { maySubscribe } from "./access.ts";
import { createAcks } from "./acks.ts";
import {
  AedesPacket,
  type Core,
  createCore,
  type Filter,
  type Hooks,
  type Packet,
  type Peer,
  type Will,
} from "./aedes.ts";
import { createArrivals } from "./arrivals.ts";
import { createConnect } from "./connect.ts";
import { principalOf } from "./connection.ts";
import { createConnections } from "./connections.ts";
import type { Broker, BrokerParts, Downlink } from "./contract.ts";
import { type Door, openTcp } from "./doors/tcp.ts";
import { createWebSocketDoor } from "./doors/websocket.ts";
import { createDownlinks } from "./downlink.ts";
import { watchFaults } from "./faults.ts";
import { createFlapping } from "./flapping.ts";
import { createFlow } from "./flow.ts";
import { createForward } from "./forward.ts";
import { createGate } from "./gate.ts";
import { watchInterest } from "./interest.ts";
import { keepPacketsLean } from "./lean-packets.ts";
import { createMeters, gaugeBroker } from "./meters.ts";
import { createRejects } from "./rejects.ts";
import { createRoute } from "./route.ts";
import { openStore } from "./sessions/open.ts";

/** Intervals that aedes has for clusters, switched off; four times this is the longest timer there is. */
const never = 536_870_911;
const sweepEveryMs = 60_000;
const secondMs = 1000;

/** Opens the broker: sessions are read back, no port is open yet. Throws `database-unusable`. */
export async function openBroker(parts: BrokerParts): Promise<Broker> {
  const { settings, clock, log } = parts;
  keepPacketsLean();
  const meters = createMeters(parts.metrics);
  let stopping = false;
  let door: Door | undefined;
  const isStopping = () => stopping;
  const mayHold = (peer: Peer, filter: Filter) =>
    filter.denied !== true &&
    peer.connection.ending !== "kicked" &&
    maySubscribe(principalOf(peer.connection), filter.topic);

  const store = openStore({
    directory: parts.directory,
    settings: settings.sessions,
    clock,
    log,
    meters,
    mayKeep: mayHold,
  });
  const hooks = {} as Hooks;
  const core = createCore({
    ...forwarded(hooks),
    persistence: store.persistence,
    // No bound on deliveries at once: with one, a single frozen subscriber stops the messages of all others.
    concurrency: 0,
    heartbeatInterval: never,
    connectTimeout: settings.connectTimeoutMs,
    drainTimeout: settings.drainTimeoutMs,
    queueLimit: settings.packetsBeforeConnack,
    maxClientsIdLength: settings.nameChars,
    keepaliveLimit: settings.keepaliveMaxS,
    maxTopicLevels: settings.topicLevels,
    maximumPacketSize: settings.packetBytes,
    receiveMaximum: settings.receiveMaximum,
    sessionExpiryIntervalLimit: settings.sessions.keepForS,
    pendingSessionsLimit: settings.sessions.sessions,
  });
  const interest = watchInterest(core.mq);
  watchFaults(core, { meters, log });

  const acks = createAcks();
  const flow = createFlow({ settings, meters });
  const downlinks = createDownlinks({ core, settings, meters, clock, delivered: parts.delivered });
  const send = (topic: string, payload: string) => void downlinks.publish({ topic, payload, qos: 0 });
  const rejects = createRejects({ settings, meters, clock, send });
  const gate = createGate({
    settings,
    meters,
    log,
    isStopping,
    came: flow.came,
    acknowledged: downlinks.acknowledged,
  });
  const route = createRoute({ core, keeper: store.keeper, now: clock.now });
  const arrivals = createArrivals({
    settings,
    accept: parts.accept,
    ...(parts.shown !== undefined && { shown: parts.shown }),
    meters,
    acks,
    flow,
    rejects,
    route,
    received: store.received,
    isWanted: () => interest.isWide() || store.sessions.isWide(),
  });
  const largeCore = withLargePackets(core, settings.largePacketBytes);
  Object.assign(
    hooks,
    createConnect({
      ...parts,
      meters,
      flapping: createFlapping({ settings, clock }),
      core,
      largeCore,
      isStopping,
      ownerOf: (clientId) => store.sessions.find(clientId)?.owner || undefined,
      forget: (clientId) => store.sessions.wipe(clientId, "session-cleaned"),
    }),
    {
      authorizePublish(peer, packet, done) {
        if (packet.cmd === "publish") return arrivals.arrived(peer!, packet, done);
        // A will. Aedes forgets it when it is refused, and that is all that is left to do.
        if (!stopping) arrivals.willed(packet as unknown as Will, peer!.id, peer!.connection.principal);
        done(published);
      },
      authorizeSubscribe(peer, filter, done) {
        const allowed = mayHold(peer, filter);
        if (!allowed && filter.denied !== true) meters.refused.add("filter-denied");
        done(null, allowed ? filter : null);
      },
      authorizeForward: createForward({ settings, meters, downlinks, wasSent: store.wasSent }),
    } satisfies Partial<Hooks>,
  );
  const connections = createConnections({
    ...parts,
    core,
    meters,
    isStopping,
    guard: gate.guard,
    opened: (peer) => store.opened(peer, principalOf(peer.connection).name),
    left: (peer) => store.left(peer),
    closed: (connection) => flow.forget(connection),
  });
  gaugeBroker(parts.metrics, { connections, flow, store });

  await core.listen();
  const timers = [
    clock.every(sweepEveryMs, store.sweep),
    clock.every(secondMs, flow.tick),
    clock.after(settings.willGraceMs, publishOldWills([...store.sessions.wills.keys()])),
  ];

  /** Wills of clients that were connected when the gateway ended and have not come back. */
  function publishOldWills(clientIds: readonly string[]) {
    return () => {
      for (const clientId of clientIds) {
        if (core.clients[clientId] !== undefined) continue;
        const will = store.sessions.takeWill(clientId);
        if (will !== undefined) arrivals.willed(will, clientId, undefined);
      }
    };
  }

  return {
    async listen() {
      const { host, port } = settings;
      door = await openTcp({ host, port, attach: connections.attach });
      log.info({ host, port: door.port }, "MQTT listens");
      return { port: door.port };
    },
    attach: connections.attach,
    reserve: connections.reserve,
    cutCertificates: connections.cutCertificates,
    upgrade: createWebSocketDoor({ maxFrameBytes: settings.largePacketBytes, attach: connections.attach }),
    publish(message) {
      if (message.retain === true) store.retained.store(retainedOf(message));
      return downlinks.publish(message);
    },
    connection: connections.of,
    connectionCount: connections.count,
    disconnect(principal, cut = {}) {
      connections.disconnect(principal, cut);
      if (cut.drops === "wills" || cut.drops === "wills-and-sessions") {
        for (const clientId of store.sessions.willsOf(principal)) {
          core.clearDelayedWill(clientId);
          store.sessions.takeWill(clientId);
        }
      }
      if (cut.drops === "wills-and-sessions") {
        for (const clientId of store.sessions.ownedBy(principal)) {
          core.clearSessionExpiry(clientId);
          store.sessions.wipe(clientId, "session-revoked");
        }
      }
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      door?.close();
      for (const stopTimer of timers) stopTimer();
      store.keepWills();
      await settled(flow.onceIdle, (done) => clock.after(settings.stopTimeoutMs, done));
      await new Promise<void>((resolve) => core.close(resolve));
      connections.destroyAll();
      await store.close();
      log.info({}, "MQTT stopped");
    },
  };
}

const published = new GatewayError("broker-refused", "the will was published");

/** Hooks that look up their parts when they are called: they need the broker, and the broker needs them. */
function forwarded(hooks: Hooks): Hooks {
  return {
    preConnect: (peer, packet, done) => hooks.preConnect(peer, packet, done),
    authenticate: (peer, username, password, done) => hooks.authenticate(peer, username, password, done),
    authorizePublish: (peer, packet, done) => hooks.authorizePublish(peer, packet, done),
    authorizeSubscribe: (peer, filter, done) => hooks.authorizeSubscribe(peer, filter, done),
    authorizeForward: (peer, packet) => hooks.authorizeForward(peer, packet),
  };
}

/** The same broker as an account sees it that may send larger packets; aedes asks the client's broker for the limit. */
function withLargePackets(core: Core, bytes: number): Core {
  return new Proxy(core, {
    get: (target, name) => (name === "maximumPacketSize" ? bytes : Reflect.get(target, name, target)),
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

async function settled(...ways: ((done: () => void) => unknown)[]): Promise<void> {
  await Promise.race(ways.map((way) => new Promise<void>((resolve) => void way(resolve))));
}

/** A message of ours as it is kept for later subscribers. */
function retainedOf({ topic, payload, qos }: Downlink): Packet {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  return new AedesPacket({ topic, payload: bytes, qos, retain: true });
}
