import type { Refusal, RejectionCode } from "../types.ts";
import type { Connection } from "./connection.ts";

const puback = 0x40;
const pubrec = 0x50;
const reasonString = 0x1f;
const userProperty = 0x26;

/** MQTT 5 reason codes of PUBACK and PUBREC [MQTT 5.0 table 3-4]. */
const topicNameInvalid = 0x90;
const payloadFormatInvalid = 0x99;
const implementationSpecific = 0x83;

const codes: Partial<Record<RejectionCode, number>> = {
  "topic-invalid": topicNameInvalid,
  "topic-unknown": topicNameInvalid,
  "device-unknown": implementationSpecific,
  "kind-mismatch": implementationSpecific,
};

/**
 * Writes PUBACK and PUBREC. All those of one client that fall into one turn of the event loop leave in one write: a commit
 * answers hundreds of messages at once.
 */
export function createAcks() {
  const dirty: Connection[] = [];

  /** Acknowledges a message of QoS 1 or 2. */
  function acknowledge(connection: Connection, qos: 1 | 2, messageId: number): void {
    if (connection.acks.length === 0 && dirty.push(connection) === 1) process.nextTick(flush);
    connection.acks.push(((qos === 1 ? puback : pubrec) << 16) | messageId);
  }

  /**
   * Acknowledges a message whose content was refused. MQTT 5: a failure code with the reason, on which clients report an
   * error and do not send again; earlier versions know no reason, so the acknowledgement is the usual one.
   */
  function acknowledgeRefused(
    connection: Connection,
    message: { qos: 1 | 2; messageId: number; refusal: Refusal },
  ) {
    const { peer } = connection;
    if (peer.version !== 5) return acknowledge(connection, message.qos, message.messageId);
    if (!isOpen(connection)) return;
    write(connection, refusedPacket(message, peer._requestProblemInformation !== false));
  }

  function flush(): void {
    for (const connection of dirty) {
      const { acks } = connection;
      connection.acks = [];
      if (!isOpen(connection)) continue;
      const bytes = Buffer.allocUnsafe(acks.length * 4);
      let at = 0;
      for (const ack of acks) {
        bytes[at] = ack >>> 16;
        bytes[at + 1] = 2;
        bytes[at + 2] = (ack >>> 8) & 0xff;
        bytes[at + 3] = ack & 0xff;
        at += 4;
      }
      write(connection, bytes);
    }
    dirty.length = 0;
  }

  return { acknowledge, acknowledgeRefused };
}

function isOpen({ peer }: Connection): boolean {
  return !peer.closed && peer.conn.writable;
}

function write({ peer }: Connection, bytes: Buffer): void {
  // A client that does not read its acknowledgements is cut by aedes' drain timer.
  if (!peer.conn.write(bytes)) peer.waitForDrain(() => {});
}

function refusedPacket(
  { qos, messageId, refusal }: { qos: 1 | 2; messageId: number; refusal: Refusal },
  withReason: boolean,
): Buffer {
  const properties = withReason
    ? Buffer.concat([
        property(reasonString, refusal.message),
        property(userProperty, "code", refusal.code),
        property(userProperty, "path", refusal.path),
        property(userProperty, "value", refusal.value),
      ])
    : Buffer.alloc(0);
  const head = Buffer.from([messageId >>> 8, messageId & 0xff, codes[refusal.code] ?? payloadFormatInvalid]);
  const body = Buffer.concat([head, varint(properties.length), properties]);
  return Buffer.concat([Buffer.from([qos === 1 ? puback : pubrec]), varint(body.length), body]);
}

function property(id: number, ...texts: string[]): Buffer {
  const parts = [Buffer.from([id])];
  for (const text of texts) {
    const bytes = Buffer.from(text.slice(0, 500));
    parts.push(Buffer.from([bytes.length >>> 8, bytes.length & 0xff]), bytes);
  }
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}
