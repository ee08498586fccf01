/** What a client says of itself at CONNECT. */
export interface Identity {
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** A whole MQTT 3.1.1 CONNECT: clean session or one that is kept, keepalive in seconds, no will. */
export function encodeConnect(
  { clientId, username, password }: Identity,
  keepAliveS = 60,
  session: "clean" | "kept" = "clean",
): Buffer {
  const clean = session === "clean" ? 0x02 : 0;
  const flags = clean | (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40);
  const parts = [text("MQTT"), Buffer.from([4, flags, keepAliveS >> 8, keepAliveS & 255]), text(clientId)];
  if (username !== undefined) parts.push(text(username));
  if (password !== undefined) parts.push(text(password));
  return packet(0x10, parts);
}

/** A whole QoS 1 PUBLISH; the packet id is at `packetIdOffset` of its bytes. */
export function encodePublish({
  topic,
  payload,
  packetId,
}: {
  topic: string;
  payload: string | Buffer;
  packetId: number;
}): { bytes: Buffer; packetIdOffset: number; payloadOffset: number } {
  const body = Buffer.from(payload);
  const bytes = packet(0x32, [text(topic), Buffer.from([packetId >> 8, packetId & 255]), body]);
  const payloadOffset = bytes.length - body.length;
  return { bytes, packetIdOffset: payloadOffset - 2, payloadOffset };
}

/** A whole QoS 1 SUBSCRIBE to one filter. */
export function encodeSubscribe(filter: string, packetId: number): Buffer {
  return packet(0x82, [Buffer.from([packetId >> 8, packetId & 255]), text(filter), Buffer.from([1])]);
}

/** A whole PUBACK. */
export function encodePuback(packetId: number): Buffer {
  return Buffer.from([0x40, 2, packetId >> 8, packetId & 255]);
}

/** PINGREQ and DISCONNECT as they go over the wire. */
export const pingRequest = Buffer.from([0xc0, 0]);
export const disconnect = Buffer.from([0xe0, 0]);

/** The MQTT packet types that a client receives, by the high half of the first byte. */
export const packetType = { connack: 2, publish: 3, puback: 4, suback: 9, pingresp: 13 } as const;

/** Cuts a byte stream into packets. PUBACKs, which are nearly all of it, take a short way without objects. */
export function createPacketReader({
  onAck,
  onPacket,
}: {
  onAck: (packetId: number) => void;
  /** `head` is the first byte of the packet, `body` what follows the remaining length; only valid during the call. */
  onPacket: (head: number, body: Buffer) => void;
}): (chunk: Buffer) => void {
  let carry: Buffer | undefined;

  return (fresh) => {
    const chunk = carry === undefined ? fresh : Buffer.concat([carry, fresh]);
    carry = undefined;
    let at = 0;
    while (at < chunk.length) {
      if (chunk[at] === 0x40 && chunk[at + 1] === 2 && at + 4 <= chunk.length) {
        onAck((chunk[at + 2]! << 8) | chunk[at + 3]!);
        at += 4;
        continue;
      }
      const length = remainingLength(chunk, at + 1);
      if (length === undefined || length.end + length.value > chunk.length) {
        carry = Buffer.from(chunk.subarray(at));
        return;
      }
      const body = chunk.subarray(length.end, length.end + length.value);
      if (chunk[at]! >> 4 === packetType.puback) onAck(body.readUInt16BE(0));
      else onPacket(chunk[at]!, body);
      at = length.end + length.value;
    }
  };
}

/** Topic, packet id (0 for QoS 0) and payload of a received PUBLISH. */
export function decodePublish(
  head: number,
  body: Buffer,
): { topic: string; packetId: number; payload: Buffer } {
  const topicEnd = 2 + body.readUInt16BE(0);
  const hasId = (head & 0x06) !== 0;
  return {
    topic: body.toString("utf8", 2, topicEnd),
    packetId: hasId ? body.readUInt16BE(topicEnd) : 0,
    payload: body.subarray(topicEnd + (hasId ? 2 : 0)),
  };
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function packet(head: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = [head];
  let rest = body.length;
  do {
    const more = rest >> 7;
    header.push((rest & 127) | (more > 0 ? 128 : 0));
    rest = more;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
}

function remainingLength(chunk: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = chunk[start + i];
    if (byte === undefined) return undefined;
    value += (byte & 127) << (7 * i);
    if (byte < 128) return { value, end: start + i + 1 };
  }
  return { value, end: start + 4 };
}
