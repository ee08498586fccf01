/** One frame of GB/T 26875.3; the layout is derived from clause 6.6. Addresses are hexadecimal digits of the bytes as sent. */
export interface Frame {
  /** Counts from 0 on each connection; an acknowledgement carries the number of what it acknowledges. */
  readonly seq: number;
  /** Two bytes, of the protocol and of the user's own. */
  readonly version: string;
  /** Six bytes: s, min, h, day, month, year of the century. */
  readonly time: Buffer;
  readonly source: string;
  readonly target: string;
  readonly command: number;
  /** The application part; empty for a heartbeat or an acknowledgement. */
  readonly app: Buffer;
}

/** What a frame is for. */
export const commands = { control: 1, data: 2, acknowledge: 3, request: 4, answer: 5, refuse: 6 } as const;

/** Bytes of a frame around its application part. */
export const overhead = 30;
/** Where the length of the application part stands; the command and the part itself follow. */
export const lengthAt = 24;
const appAt = 27;

/** The bytes of a frame. */
export function writeFrame(frame: Frame): Buffer {
  const bytes = Buffer.alloc(overhead + frame.app.length);
  const endAt = appAt + frame.app.length;
  bytes.write("4040", 0, "hex");
  bytes.writeUInt16LE(frame.seq, 2);
  bytes.write(frame.version, 4, "hex");
  frame.time.copy(bytes, 6);
  bytes.write(frame.source, 12, "hex");
  bytes.write(frame.target, 18, "hex");
  bytes.writeUInt16LE(frame.app.length, lengthAt);
  bytes[26] = frame.command;
  frame.app.copy(bytes, appAt);
  bytes[endAt] = sumOf(bytes.subarray(2, endAt));
  bytes.write("2323", endAt + 1, "hex");
  return bytes;
}

/** Reads the bytes of one whole frame, whose ends have been checked; `isSound` says that its sum is right. */
export function readFrame(bytes: Buffer): { frame: Frame; isSound: boolean } {
  const endAt = bytes.length - 3;
  const frame: Frame = {
    seq: bytes.readUInt16LE(2),
    version: hexOf(bytes.subarray(4, 6)),
    time: bytes.subarray(6, 12),
    source: hexOf(bytes.subarray(12, 18)),
    target: hexOf(bytes.subarray(18, 24)),
    command: bytes[26]!,
    app: bytes.subarray(appAt, endAt),
  };
  return { frame, isSound: sumOf(bytes.subarray(2, endAt)) === bytes[endAt] };
}

/** Upper-case hexadecimal digits, the form in which addresses are written and compared. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex").toUpperCase();
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum & 0xff;
}
