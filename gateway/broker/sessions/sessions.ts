import type { Clock } from "../../clock.ts";
import { wantsUp } from "../access.ts";
import type { Filter, Packet, Peer, Will } from "../aedes.ts";
import type { Meters } from "../meters.ts";
import type { SessionSettings } from "../settings.ts";
import type { Row, SessionFile, Statements } from "./file.ts";
import { createQueue, type Queue, type Queued, readQueued } from "./queue.ts";
import { createTrie } from "./trie.ts";

/** What outlives a client's connection. */
export interface Session extends Row {
  readonly clientId: string;
  /** User name that may resume it; empty until its client was admitted. */
  owner: string;
  /** Seconds that it is kept after the client left. */
  keepForS: number;
  /** Epoch ms; undefined while the client is connected. */
  awaySince: number | undefined;
  readonly filters: Map<string, Filter>;
  readonly queue: Queue;
  /** QoS 2 packet ids (and what the suite of aedes wants to see again) that were not released. */
  readonly received: Map<number, object>;
  gone: boolean;
}

/** All sessions, in memory and in the database. */
export type Sessions = ReturnType<typeof openSessions>;

interface SessionsParts {
  readonly file: SessionFile;
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly meters: Meters;
}

/** Opens the sessions that are on disk. Their clients are away; the time they are kept starts when they left, at the latest now. */
export function openSessions({ file, settings, clock, meters }: SessionsParts) {
  const sessions = new Map<string, Session>();
  const wills = new Map<string, { will: Will } & Row>();
  const trie = createTrie();
  let position = 0;
  let bytes = 0;
  /** Filters of kept sessions that want what devices send. */
  let wide = 0;
  load();

  function at(clientId: string): Session {
    let session = sessions.get(clientId);
    if (session === undefined) {
      session = createSession(clientId);
      sessions.set(clientId, session);
    }
    return session;
  }

  function load(): void {
    for (const row of file.read("SELECT client, owner, keep_s, away_since FROM session").iterate()) {
      const session = at(row.client as string);
      session.owner = row.owner as string;
      session.keepForS = row.keep_s as number;
      session.awaySince = (row.away_since as number | null) ?? clock.now();
    }
    for (const row of file.read("SELECT client, options FROM subscription").iterate()) {
      addFilter(at(row.client as string), JSON.parse(row.options as string));
    }
    for (const entry of readQueued(file.read)) {
      at(entry.clientId).queue.restore(entry);
      bytes += entry.bytes;
      position = entry.position;
    }
    for (const row of file.read("SELECT client, message_id FROM received").iterate()) {
      at(row.client as string).received.set(row.message_id as number, {});
    }
    for (const row of file.read("SELECT client, head, payload FROM will").iterate()) {
      const will: Will = JSON.parse(row.head as string);
      will.payload = Buffer.from(row.payload as Uint8Array);
      wills.set(row.client as string, createWill(row.client as string, will));
    }
  }

  function addFilter(session: Session, { topic, qos, rh, rap, nl, subscriptionIdentifier }: Filter): void {
    const filter: Filter = { topic, qos, rh, rap, nl };
    if (subscriptionIdentifier !== undefined) filter.subscriptionIdentifier = subscriptionIdentifier;
    removeFilter(session, topic);
    session.filters.set(topic, filter);
    if (qos > 0) {
      trie.set(session.clientId, filter);
      if (wantsUp(topic)) wide++;
    }
  }

  function removeFilter(session: Session, topic: string): boolean {
    const filter = session.filters.get(topic);
    if (filter === undefined) return false;
    session.filters.delete(topic);
    if (filter.qos > 0) {
      trie.delete(session.clientId, topic);
      if (wantsUp(topic)) wide--;
    }
    return true;
  }

  function createWill(clientId: string, will: Will): { will: Will } & Row {
    return {
      will,
      save(statements) {
        if (wills.get(clientId)?.will !== will) {
          if (!wills.has(clientId)) statements("DELETE FROM will WHERE client = ?").run(clientId);
          return;
        }
        const { payload, ...head } = will;
        statements("INSERT OR REPLACE INTO will(client, head, payload) VALUES(?, ?, ?)").run(
          clientId,
          JSON.stringify(head),
          payload,
        );
      },
    };
  }

  function drop(session: Session, entry: Queued, reason: string | undefined): void {
    session.queue.remove(entry);
    bytes -= entry.bytes;
    file.changed(entry);
    if (reason !== undefined) meters.dropped.add(reason);
  }

  return {
    at,
    find: (clientId: string) => sessions.get(clientId),
    all: () => sessions.values(),
    wills,
    trie,
    bytes: () => bytes,
    count: () => sessions.size,
    isWide: () => wide > 0,

    subscribe(session: Session, filters: readonly Filter[], saved: () => void): void {
      for (const filter of filters) {
        addFilter(session, filter);
        file.changed(filterRow(session, filter.topic));
      }
      file.changed(session, saved);
    },
    unsubscribe(session: Session, topics: readonly string[], saved: () => void): void {
      for (const topic of topics) if (removeFilter(session, topic)) file.changed(filterRow(session, topic));
      file.changed(session, saved);
    },

    /** Makes room and queues; undefined when nothing more may be kept at all. */
    enqueue(session: Session, packet: Packet, saved?: () => void): Queued | undefined {
      if (bytes >= settings.bytesTotal) {
        meters.dropped.add("session-bytes-total");
        return undefined;
      }
      const entry = session.queue.add(packet, clock.now(), ++position);
      bytes += entry.bytes;
      file.changed(entry, saved);
      while (session.queue.size > settings.messagesPerSession) {
        drop(session, session.queue.oldest()!, "session-messages");
      }
      while (session.queue.bytes > settings.bytesPerSession && session.queue.size > 1) {
        drop(session, session.queue.oldest()!, "session-bytes");
      }
      return entry;
    },
    done(session: Session, entry: Queued): void {
      drop(session, entry, undefined);
    },
    updated(entry: Queued, saved?: () => void): void {
      file.changed(entry, saved);
    },

    receive(session: Session, messageId: number, packet: object, saved?: () => void): void {
      session.received.set(messageId, packet);
      file.changed(receivedRow(session, messageId), saved);
    },
    release(session: Session, messageId: number): boolean {
      if (!session.received.delete(messageId)) return false;
      file.changed(receivedRow(session, messageId));
      return true;
    },

    putWill(clientId: string, will: Will): void {
      const row = createWill(clientId, will);
      wills.set(clientId, row);
      file.changed(row);
    },
    takeWill(clientId: string): Will | undefined {
      const row = wills.get(clientId);
      if (row === undefined) return undefined;
      wills.delete(clientId);
      file.changed(row);
      return row.will;
    },

    /** Client ids whose kept will was left by this user. */
    willsOf(owner: string): string[] {
      return [...wills].filter(([, { will }]) => will.owner === owner).map(([clientId]) => clientId);
    },
    /** Client ids whose session belongs to this user. */
    ownedBy(owner: string): string[] {
      return [...sessions.values()]
        .filter((session) => session.owner === owner)
        .map(({ clientId }) => clientId);
    },

    /** The client is here: the session is kept for so long after it leaves. False when there is room for no more. */
    open(peer: Peer, owner: string, keepForS: number): boolean {
      if (sessions.size >= settings.sessions && !sessions.has(peer.id)) {
        meters.dropped.add("sessions");
        return false;
      }
      const session = at(peer.id);
      Object.assign(session, { owner, keepForS, awaySince: undefined });
      file.changed(session);
      return true;
    },

    /** Forgets everything of a client. */
    wipe(clientId: string, reason?: string): void {
      const session = sessions.get(clientId);
      if (session === undefined) return;
      for (const topic of [...session.filters.keys()]) {
        removeFilter(session, topic);
        file.changed(filterRow(session, topic));
      }
      for (const entry of [...session.queue.entries()]) drop(session, entry, reason);
      for (const messageId of [...session.received.keys()]) {
        session.received.delete(messageId);
        file.changed(receivedRow(session, messageId));
      }
      sessions.delete(clientId);
      session.gone = true;
      file.changed(session);
    },
    drop,
  };

  function createSession(clientId: string): Session {
    return {
      clientId,
      owner: "",
      keepForS: settings.keepForS,
      awaySince: undefined,
      filters: new Map(),
      queue: createQueue(clientId),
      received: new Map(),
      gone: false,
      save(statements: Statements) {
        // A new session may have taken the name since.
        if (this.gone) {
          if (!sessions.has(clientId)) statements("DELETE FROM session WHERE client = ?").run(clientId);
          return;
        }
        statements(
          "INSERT OR REPLACE INTO session(client, owner, keep_s, away_since) VALUES(?, ?, ?, ?)",
        ).run(clientId, this.owner, this.keepForS, this.awaySince ?? null);
      },
    };
  }
}

/** The row of one filter; reads the session when it is written. */
function filterRow(session: Session, topic: string): Row {
  return {
    save(statements) {
      const filter = session.filters.get(topic);
      if (filter === undefined) {
        statements("DELETE FROM subscription WHERE client = ? AND filter = ?").run(session.clientId, topic);
        return;
      }
      statements("INSERT OR REPLACE INTO subscription(client, filter, options) VALUES(?, ?, ?)").run(
        session.clientId,
        topic,
        JSON.stringify(filter),
      );
    },
  };
}

function receivedRow(session: Session, messageId: number): Row {
  return {
    save(statements) {
      const sql = session.received.has(messageId)
        ? "INSERT OR REPLACE INTO received(client, message_id) VALUES(?, ?)"
        : "DELETE FROM received WHERE client = ? AND message_id = ?";
      statements(sql).run(session.clientId, messageId);
    },
  };
}
