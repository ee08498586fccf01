import type { Corpus } from "./mqtt-corpus.ts";

/** A packet of the corpus with something wrong in it. `gentle` ones keep their form, so that what lies behind the parser is reached. */
export function mutantOf(corpus: Corpus, random: () => number): Buffer {
  const index = Math.floor(random() * corpus.packets.length);
  const packet = corpus.packets[index]!;
  if (random() < gentleShare) return gentle(packet, corpus.payloadAt[index]!, random);
  return harshly(packet, corpus.packets, random);
}

/** A CONNECT with something wrong in it. */
export function mutantConnect(corpus: Corpus, random: () => number): Buffer {
  return harshly(corpus.connect, corpus.packets, random);
}

/** Share of the mutants that keep their form. Each of the others mostly ends its connection. */
const gentleShare = 0.9;

function gentle(packet: Buffer, payloadAt: number, random: () => number): Buffer {
  const changed = Buffer.from(packet);
  const hasPayload = payloadAt < packet.length;
  // Without a payload: the packet id, if there is one.
  const [from, to] = hasPayload ? [payloadAt, packet.length] : [2, Math.min(4, packet.length)];
  for (let i = 0; i < 1 + random() * 4 && to > from; i++) {
    changed[from + Math.floor(random() * (to - from))]! ^= 1 << Math.floor(random() * 8);
  }
  return changed;
}

type Mutate = (packet: Buffer, others: readonly Buffer[], random: () => number) => Buffer;

const mutations: readonly Mutate[] = [
  // Flipped bits, foreign bytes.
  (packet, _, random) => {
    const changed = Buffer.from(packet);
    for (let i = 0; i < 1 + random() * 8; i++) flipBit(changed, 0, random);
    return changed;
  },
  (packet, _, random) => {
    const changed = Buffer.from(packet);
    for (let i = 0; i < 1 + random() * 4; i++) changed[at(changed, random)] = Math.floor(random() * 256);
    return changed;
  },
  // Another type or other flags.
  (packet, _, random) => {
    const changed = Buffer.from(packet);
    changed[0] = Math.floor(random() * 256);
    return changed;
  },
  // A length that lies, by one or by much.
  (packet, _, random) =>
    withLength(packet, Math.max(0, bodyOf(packet).length + Math.floor(random() * 9) - 4)),
  (packet, _, random) => withLength(packet, Math.floor(random() * 300)),
  (packet, _, random) => withLength(packet, Math.floor(random() * 2 ** (7 + random() * 21))),
  // A length that never ends.
  (packet) => Buffer.concat([packet.subarray(0, 1), Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])]),
  // Cut off, or grown, and sometimes with the length that fits.
  (packet, _, random) => packet.subarray(0, 1 + Math.floor(random() * (packet.length - 1))),
  (packet, _, random) => {
    const cut = bodyOf(packet);
    return framed(packet[0]!, cut.subarray(0, Math.floor(random() * cut.length)));
  },
  (packet, _, random) => {
    const extra = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 40) }, () => random() * 256));
    return framed(packet[0]!, Buffer.concat([bodyOf(packet), extra]));
  },
  // The beginning of one, the end of another.
  (packet, others, random) => {
    const other = bodyOf(others[Math.floor(random() * others.length)]!);
    const body = bodyOf(packet);
    const spliced = [body.subarray(0, random() * body.length), other.subarray(random() * other.length)];
    return framed(packet[0]!, Buffer.concat(spliced));
  },
  // Something twice: a property, a topic, a filter.
  (packet, _, random) => {
    const body = bodyOf(packet);
    const from = Math.floor(random() * body.length);
    const to = from + Math.floor(random() * (body.length - from));
    return framed(
      packet[0]!,
      Buffer.concat([body.subarray(0, to), body.subarray(from, to), body.subarray(to)]),
    );
  },
  // An inner length that points behind the end.
  (packet, _, random) => {
    const body = Buffer.from(bodyOf(packet));
    if (body.length >= 2)
      body.writeUInt16BE(Math.floor(random() * 65_536), Math.floor(random() * (body.length - 1)));
    return framed(packet[0]!, body);
  },
];

function harshly(packet: Buffer, others: readonly Buffer[], random: () => number): Buffer {
  return mutations[Math.floor(random() * mutations.length)]!(packet, others, random);
}

const at = (bytes: Buffer, random: () => number) => Math.floor(random() * bytes.length);

function flipBit(bytes: Buffer, from: number, random: () => number): void {
  const place = from + Math.floor(random() * (bytes.length - from));
  bytes[place]! ^= 1 << Math.floor(random() * 8);
}

/** What follows the remaining length. */
function bodyOf(packet: Buffer): Buffer {
  let start = 1;
  while (start < 5 && packet[start]! > 127) start++;
  return packet.subarray(start + 1);
}

const withLength = (packet: Buffer, length: number) =>
  Buffer.concat([header(packet[0]!, length), bodyOf(packet)]);

const framed = (head: number, body: Buffer) => Buffer.concat([header(head, body.length), body]);

function header(head: number, length: number): Buffer {
  const bytes = [head];
  let rest = length;
  do {
    bytes.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.from(bytes);
}
