/** A value in DER (X.690), tag and length included. */
export type Der = Buffer;

/** One value: its tag, its length, its content. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** SEQUENCE */
export function sequence(...parts: readonly Uint8Array[]): Der {
  return encode(0x30, ...parts);
}

/** SET with one member; more would have to be sorted. */
export function setOf(part: Uint8Array): Der {
  return encode(0x31, part);
}

/** INTEGER of a number that is not negative, given as big-endian bytes or as a small number. */
export function integer(value: number | Uint8Array): Der {
  const bytes = Buffer.from(typeof value === "number" ? [value] : value);
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  // The highest bit is the sign.
  return encode(0x02, Buffer.from((short[0] ?? 0) > 127 ? [0] : []), short);
}

/** OBJECT IDENTIFIER: `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** BOOLEAN TRUE */
export const yes: Der = Buffer.from([0x01, 0x01, 0xff]);

/** OCTET STRING */
export function octets(bytes: Uint8Array): Der {
  return encode(0x04, bytes);
}

/** BIT STRING; `unused` bits at its end do not count. */
export function bits(bytes: Uint8Array, unused = 0): Der {
  return encode(0x03, Buffer.from([unused]), bytes);
}

/** UTF8String */
export function text(value: string): Der {
  return encode(0x0c, Buffer.from(value));
}

/** A time as certificates have it: UTCTime until 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(ms: number): Der {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return new Date(ms).getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(digits.slice(2)))
    : encode(0x18, Buffer.from(digits));
}

/** `[n] EXPLICIT`, or an implicit one that holds further values. */
export function tagged(n: number, ...parts: readonly Uint8Array[]): Der {
  return encode(0xa0 + n, ...parts);
}

/** `[n] IMPLICIT` of plain bytes. */
export function implicit(n: number, bytes: Uint8Array): Der {
  return encode(0x80 + n, bytes);
}

/** A value that was read. */
export interface Decoded {
  readonly tag: number;
  readonly content: Buffer;
  /** The whole value with tag and length. */
  readonly whole: Buffer;
}

/** Reads the values that stand one after the other; undefined where the bytes are no DER. */
export function decode(bytes: Buffer): Decoded[] | undefined {
  const values: Decoded[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] as number;
    const short = bytes[at + 1] ?? 0x80;
    const wide = short & 0x7f;
    // Lengths are definite and below 4 GiB here.
    if (short === 0x80 || (short > 0x80 && (wide > 4 || at + 2 + wide > bytes.length))) return undefined;
    const from = at + 2 + (short < 0x80 ? 0 : wide);
    const end = from + (short < 0x80 ? short : bytes.readUIntBE(at + 2, wide));
    if (end > bytes.length) return undefined;
    values.push({ tag, content: bytes.subarray(from, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return values;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
