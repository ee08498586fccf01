import { Readable } from "node:stream";
import { GatewayError } from "../../errors.ts";
import { isOwn } from "../access.ts";
import { AedesPacket, type Filter, type Packet, type Peer, type Will } from "../aedes.ts";
import type { Received } from "../arrivals.ts";
import type { Connection } from "../connection.ts";
import type { Keeper } from "../route.ts";
import type { SessionFile } from "./file.ts";
import type { Queued } from "./queue.ts";
import type { Retained } from "./retained.ts";
import type { Session, Sessions } from "./sessions.ts";

interface PersistenceParts {
  readonly file: SessionFile;
  readonly sessions: Sessions;
  readonly retained: Retained;
  /** Whether a session may keep this filter. */
  readonly mayKeep: (peer: Peer, filter: Filter) => boolean;
}

/** A client as aedes passes it; its suite passes nothing but an id. */
type Who = Omit<Peer, "connection"> & { connection?: Connection | undefined };

/**
 * Sessions behind the interface of aedes-persistence 10.3.1 (its abstract suite runs against it), with `keeper` and
 * `received` for our own path, which needs no promise.
 */
export function createPersistence({ file, sessions, retained, mayKeep }: PersistenceParts) {
  let core: { id: string } = { id: "" };
  let areWillsKept = false;

  const keeper: Keeper = {
    hold(packet, kept) {
      let isHeld = false;
      if (packet.qos > 0) {
        for (const { session, qos } of targetsOf(packet)) {
          if (sessions.enqueue(session, { ...packet, qos }) !== undefined) isHeld = true;
        }
      }
      if (packet.retain && retained.store(packet)) isHeld = true;
      // What the journal holds is safe already; a broken session database must not stop the devices.
      if (!isHeld || (file.isFailing() && isOwn(packet.topic))) return false;
      file.afterWrite(kept);
      return true;
    },
    isFailing: file.isFailing,
  };

  /** The sessions that a message is for, once each, with the QoS that both sides allow. */
  function targetsOf(packet: Packet): { session: Session; qos: 0 | 1 | 2 }[] {
    const found = sessions.trie.match(packet.topic);
    if (found.length === 0) return [];
    const granted = new Map<string, number>();
    for (const { clientId, qos, nl } of found) {
      if (nl === true && clientId === packet.clientId) continue;
      granted.set(clientId, Math.max(granted.get(clientId) ?? 0, qos));
    }
    return [...granted].map(([clientId, qos]) => ({
      session: sessions.at(clientId),
      qos: Math.min(qos, packet.qos) as 0 | 1 | 2,
    }));
  }

  const received: Received = {
    has: (peer, messageId) =>
      peer.clean
        ? (peer.connection.received?.has(messageId) ?? false)
        : (sessions.find(peer.id)?.received.has(messageId) ?? false),
    count: (peer) =>
      peer.clean ? (peer.connection.received?.size ?? 0) : (sessions.find(peer.id)?.received.size ?? 0),
    add(peer, messageId) {
      if (peer.clean) {
        peer.connection.received ??= new Set();
        peer.connection.received.add(messageId);
      } else sessions.receive(sessions.at(peer.id), messageId, {});
    },
  };

  const persistence = {
    async setup(broker: { id: string }): Promise<void> {
      core = broker;
    },
    get broker() {
      return core;
    },

    storeRetained: (packet: Packet) =>
      durable((saved) => {
        if (!retained.store(packet, saved)) saved();
      }),
    createRetainedStream: (filter: string) => Readable.from(retained.matching([filter])),
    createRetainedStreamCombi: (filters: string[]) => Readable.from(retained.matching(filters)),

    async addSubscriptions(client: Who, filters: Filter[]): Promise<void> {
      const kept = filters.filter((filter) => mayKeep(client as Peer, filter));
      // Nothing to keep makes no session: the client's own was dropped when its credentials ended.
      if (kept.length === 0 && sessions.find(client.id) === undefined) return;
      await durable((saved) => sessions.subscribe(sessions.at(client.id), kept, saved));
    },
    async removeSubscriptions(client: Who, topics: string[]): Promise<void> {
      const session = sessions.find(client.id);
      if (session === undefined) return;
      await durable((saved) => sessions.unsubscribe(session, topics, saved));
    },
    async subscriptionsByClient(client: Who): Promise<Filter[]> {
      return [...(sessions.find(client.id)?.filters.values() ?? [])].map((filter) => ({ ...filter }));
    },
    async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
      let clientsCount = 0;
      for (const { filters } of sessions.all()) if (filters.size > 0) clientsCount++;
      return { subsCount: sessions.trie.size(), clientsCount };
    },
    async subscriptionsByTopic(topic: string) {
      return sessions.trie.match(topic);
    },
    async cleanSubscriptions(client: Who): Promise<void> {
      sessions.wipe(client.id, "session-cleaned");
    },

    outgoingEnqueue: (subscription: { clientId: string }, packet: Packet) =>
      durable((saved) => enqueue(subscription.clientId, packet, saved)),
    async outgoingEnqueueCombi(subscriptions: { clientId: string }[], packet: Packet): Promise<void> {
      await Promise.all(
        subscriptions.map(({ clientId }) => durable((saved) => enqueue(clientId, packet, saved))),
      );
    },
    async outgoingUpdate(client: Who, packet: Packet): Promise<void> {
      const queue = sessions.find(client.id)?.queue;
      const entry =
        packet.brokerId === undefined ? queue?.byMessageId(packet.messageId!) : queue?.byOrigin(packet);
      // Not ours to keep: a command, a QoS 0 copy, or one that a bound dropped. It is delivered all the same.
      if (entry === undefined) return;
      if (packet.cmd === "pubrel") {
        entry.packet = packet;
      } else {
        const isAgain = entry.packet.messageId !== undefined && entry.sentTo !== client.connection;
        if (isAgain) packet.dup = true; // [MQTT-3.3.1-1]
        queue!.setMessageId(entry, packet.messageId!);
        entry.sentTo = client.connection;
      }
      // Exactly once needs the packet id on disk before the packet is on the wire.
      if (packet.cmd === "pubrel" || packet.qos === 2)
        await durable((saved) => sessions.updated(entry, saved));
      else sessions.updated(entry);
    },
    async outgoingClearMessageId(client: Who, packet: Packet): Promise<Packet | undefined> {
      const session = sessions.find(client.id);
      if (session === undefined || packet.messageId === undefined) return undefined;
      const entry = session.queue.byMessageId(packet.messageId);
      if (entry === undefined) return undefined;
      sessions.done(session, entry);
      return entry.packet;
    },
    outgoingStream(client: Who): Readable {
      const queue = sessions.find(client.id)?.queue;
      if (queue === undefined) return Readable.from([]);
      // Ids of the last connection are still in use; new ones begin after them.
      let last = 0;
      for (const { packet } of queue.entries()) last = Math.max(last, packet.messageId ?? 0);
      if (last > 0) client._nextId = last >= 65_535 ? 1 : last + 1;
      return Readable.from(waiting([...queue.entries()], client.connection));
    },

    incomingStorePacket(client: Who, packet: Packet): Promise<void> {
      const copy = new AedesPacket(packet);
      copy.messageId = packet.messageId;
      return durable((saved) => sessions.receive(sessions.at(client.id), packet.messageId!, copy, saved));
    },
    async incomingGetPacket(client: Who, { messageId }: { messageId: number }): Promise<object> {
      if (client.clean === true) {
        if (client.connection?.received?.has(messageId)) return {};
      } else {
        const packet = sessions.find(client.id)?.received.get(messageId);
        if (packet !== undefined) return packet;
      }
      throw new GatewayError("not-found", `no packet ${messageId} was received`);
    },
    // Never rejects: aedes does not listen. Two PUBRELs of one packet both find it, and only the first has anything to release.
    async incomingDelPacket(client: Who, { messageId }: { messageId: number }): Promise<void> {
      if (client.clean === true) {
        client.connection?.received?.delete(messageId);
        return;
      }
      const session = sessions.find(client.id);
      if (session !== undefined) sessions.release(session, messageId);
    },

    async putWill(client: Who, will: Will): Promise<void> {
      will.brokerId = core.id;
      will.clientId = client.id;
      const owner = client.connection?.principal?.name;
      if (owner !== undefined) will.owner = owner;
      sessions.putWill(client.id, will);
    },
    async getWill(client: Who): Promise<Will | undefined> {
      return sessions.wills.get(client.id)?.will;
    },
    async delWill(client: Who): Promise<Will | undefined> {
      return areWillsKept ? undefined : sessions.takeWill(client.id);
    },
    streamWill(brokers: Record<string, unknown> = {}): Readable {
      const wills = [...sessions.wills.values()].map(({ will }) => will);
      return Readable.from(wills.filter((will) => brokers[will.brokerId ?? ""] === undefined));
    },
    getClientList(topic: string): Readable {
      const found = [...sessions.all()].filter(({ filters }) => filters.has(topic));
      return Readable.from(found.map(({ clientId }) => clientId));
    },
    destroy: () => file.close(),
  };

  function enqueue(clientId: string, packet: Packet, saved: (() => void) | undefined): void {
    if (sessions.enqueue(sessions.at(clientId), packet, saved) === undefined) saved?.();
  }

  return {
    persistence,
    keeper,
    received,
    /** The message was written to this very connection already, out of the queue. */
    wasSent: (peer: Peer, packet: Packet): boolean =>
      packet.messageId === undefined &&
      sessions.find(peer.id)?.queue.byOrigin(packet)?.sentTo === peer.connection,
    /** From now on wills stay: the gateway stops, the clients did not. */
    keepWills(): void {
      areWillsKept = true;
    },
  };
}

/** What waits, without what was meanwhile acknowledged or written to this connection. */
function* waiting(entries: readonly Queued[], connection: Connection | undefined): Iterable<Packet> {
  for (const entry of entries) {
    if (!entry.gone && (entry.sentTo === undefined || entry.sentTo !== connection)) yield entry.packet;
  }
}

function durable(change: (saved: () => void) => void): Promise<void> {
  return new Promise((resolve) => change(resolve));
}
