import { AedesPacket, type Packet } from "../aedes.ts";
import type { Connection } from "../connection.ts";
import type { Row, SessionFile, Statements } from "./file.ts";

/** One message that waits for a subscriber, or for its acknowledgement. */
export interface Queued extends Row {
  readonly position: number;
  readonly clientId: string;
  readonly queuedAt: number;
  readonly bytes: number;
  /** Which routed message it is: aedes' broker id and counter. */
  readonly origin: string;
  /** A `pubrel` takes its place once a QoS 2 message was received. */
  packet: Packet;
  /** Connection on which it was last written. */
  sentTo: Connection | undefined;
  gone: boolean;
}

/** The messages of one session, oldest first. */
export interface Queue {
  readonly size: number;
  readonly bytes: number;
  add(packet: Packet, queuedAt: number, position: number): Queued;
  /** Puts back what was read from the database. */
  restore(entry: Queued): void;
  /** The entry that a routed message became. */
  byOrigin(packet: { brokerId: string; brokerCounter: number }): Queued | undefined;
  byMessageId(messageId: number): Queued | undefined;
  setMessageId(entry: Queued, messageId: number): void;
  remove(entry: Queued): void;
  oldest(): Queued | undefined;
  entries(): Iterable<Queued>;
}

/** Bytes that every queued message costs besides its payload and topic; a measured order of magnitude. */
const overhead = 200;

/** Makes the empty queue of a client. */
export function createQueue(clientId: string): Queue {
  const entries = new Map<number, Queued>();
  const origins = new Map<string, Queued>();
  const messageIds = new Map<number, Queued>();
  let bytes = 0;

  function restore(entry: Queued): void {
    entries.set(entry.position, entry);
    origins.set(entry.origin, entry);
    if (entry.packet.messageId !== undefined) messageIds.set(entry.packet.messageId, entry);
    bytes += entry.bytes;
  }

  return {
    get size() {
      return entries.size;
    },
    get bytes() {
      return bytes;
    },
    add(source, queuedAt, position) {
      const packet = new AedesPacket(source);
      // The parser's payload is a window on a whole socket chunk; a waiting message must not keep that alive.
      if (typeof packet.payload !== "string") packet.payload = Buffer.from(packet.payload);
      const entry = createQueued({ clientId, packet, queuedAt, position });
      restore(entry);
      return entry;
    },
    restore,
    byOrigin: (packet) => origins.get(originOf(packet)),
    byMessageId: (messageId) => messageIds.get(messageId),
    setMessageId(entry, messageId) {
      const before = entry.packet.messageId;
      if (before !== undefined && messageIds.get(before) === entry) messageIds.delete(before);
      entry.packet.messageId = messageId;
      messageIds.set(messageId, entry);
    },
    remove(entry) {
      if (!entries.delete(entry.position)) return;
      entry.gone = true;
      bytes -= entry.bytes;
      if (origins.get(entry.origin) === entry) origins.delete(entry.origin);
      const { messageId } = entry.packet;
      if (messageId !== undefined && messageIds.get(messageId) === entry) messageIds.delete(messageId);
    },
    oldest: () => entries.values().next().value,
    entries: () => entries.values(),
  };
}

/** Reads every waiting message back, oldest first. */
export function* readQueued(read: SessionFile["read"]): Iterable<Queued> {
  for (const row of read("SELECT position, client, head, payload FROM queued ORDER BY position").iterate()) {
    const { queuedAt, ...head } = JSON.parse(row.head as string);
    const packet: Packet = { ...head };
    if (row.payload !== null) packet.payload = Buffer.from(row.payload as Uint8Array);
    restoreBuffers(packet);
    yield createQueued({
      clientId: row.client as string,
      packet,
      queuedAt,
      position: row.position as number,
    });
  }
}

function createQueued(facts: {
  clientId: string;
  packet: Packet;
  queuedAt: number;
  position: number;
}): Queued {
  return {
    ...facts,
    origin: originOf(facts.packet),
    bytes: overhead + (facts.packet.payload?.length ?? 0) + (facts.packet.topic?.length ?? 0),
    sentTo: undefined,
    gone: false,
    save(statements: Statements) {
      if (this.gone) {
        statements("DELETE FROM queued WHERE position = ?").run(this.position);
        return;
      }
      const { payload, ...head } = this.packet;
      statements("INSERT OR REPLACE INTO queued(position, client, head, payload) VALUES(?, ?, ?, ?)").run(
        this.position,
        this.clientId,
        JSON.stringify({ ...head, queuedAt: this.queuedAt }),
        payload ?? null,
      );
    },
  };
}

/** JSON turns the one binary property into an object. */
export function restoreBuffers({ properties }: { properties?: Record<string, unknown> | undefined }): void {
  const data = properties?.correlationData as { data?: number[] } | undefined;
  if (data?.data !== undefined) properties!.correlationData = Buffer.from(data.data);
}

function originOf({ brokerId, brokerCounter }: { brokerId: string; brokerCounter: number }): string {
  return `${brokerId}:${brokerCounter}`;
}
