import { encodePublish } from "./packets.ts";

/** What one connection publishes: bodies of JSON objects without braces, taken in turn, after the envelope `ts`, `seq`, `boot`. */
export interface Stream {
  readonly topic: string;
  readonly bodies: readonly string[];
  readonly boot: string;
  /** Sequence number of the first message; numbers keep its count of digits. */
  readonly firstSequence: number;
}

/** Encoded PUBLISH packets of one connection that are used again and again with new time, sequence number and packet id. */
export interface Ring {
  /** The bytes of the next `count` packets, in one or two pieces; call only when packets older than the ring were acknowledged. */
  take(count: number, now: number): readonly Buffer[];
  /** Packet id that the next packet will carry. */
  nextPacketId(): number;
  /** Sequence number that the next packet will carry. */
  nextSequence(): number;
  readonly bytesPerMessage: number;
}

/** Encodes `slots` packets ahead in one buffer. */
export function createRing(stream: Stream, slots: number): Ring {
  const packets = Array.from({ length: slots }, (_, slot) => {
    const body = stream.bodies[slot % stream.bodies.length]!;
    const head = `{"ts":${"0".repeat(timeDigits)},"seq":${stream.firstSequence},"boot":"${stream.boot}"`;
    return encodePublish({ topic: stream.topic, payload: `${head}${body && `,${body}`}}`, packetId: 0 });
  });
  const bytes = Buffer.concat(packets.map((packet) => packet.bytes));
  const starts = new Uint32Array(slots + 1);
  for (let slot = 0; slot < slots; slot++) starts[slot + 1] = starts[slot]! + packets[slot]!.bytes.length;
  const sequenceDigits = String(stream.firstSequence).length;
  const time = Buffer.alloc(timeDigits);

  let slot = 0;
  let packetId = 1;
  let sequence = stream.firstSequence;
  let writtenTime = 0;

  function patch(): void {
    const at = starts[slot]! + packets[slot]!.packetIdOffset;
    bytes[at] = packetId >> 8;
    bytes[at + 1] = packetId & 255;
    const timeAt = at + 2 + '{"ts":'.length;
    for (let i = 0; i < timeDigits; i++) bytes[timeAt + i] = time[i]!;
    let rest = sequence;
    const sequenceAt = timeAt + timeDigits + ',"seq":'.length;
    for (let i = sequenceDigits - 1; i >= 0; i--) {
      const more = (rest / 10) | 0;
      bytes[sequenceAt + i] = 48 + rest - more * 10;
      rest = more;
    }
    packetId = packetId === 65_535 ? 1 : packetId + 1;
    sequence += 1;
  }

  return {
    bytesPerMessage: bytes.length / slots,
    nextPacketId: () => packetId,
    nextSequence: () => sequence,
    take(count, now) {
      if (now !== writtenTime) {
        time.write(String(now), "latin1");
        writtenTime = now;
      }
      const first = slot;
      let wrapped = false;
      for (let i = 0; i < count; i++) {
        patch();
        slot += 1;
        if (slot === slots) {
          slot = 0;
          wrapped = true;
        }
      }
      if (!wrapped) return [bytes.subarray(starts[first], starts[slot])];
      const pieces = [bytes.subarray(starts[first])];
      if (slot > 0) pieces.push(bytes.subarray(0, starts[slot]));
      return pieces;
    },
  };
}

/** Digits of an epoch millisecond until the year 2286. */
const timeDigits = 13;
