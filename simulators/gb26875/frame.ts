/**
 * A frame as a transmission device writes and reads it. This is a second reading of GB/T 26875.3-2011 clause 6.6, made
 * apart from the gateway's, so that an error in one of them shows.
 */
export interface DeviceFrame {
  readonly seq: number;
  readonly command: number;
  /** 12 hexadecimal digits. */
  readonly source: string;
  readonly target: string;
  readonly app: Buffer;
}

/** The bytes of a frame with the time `at` (epoch ms) as a wall clock in Beijing shows it. */
export function frameBytes({ seq, command, source, target, app }: DeviceFrame, at: number): Buffer {
  const inner = Buffer.concat([
    littleEndian(seq),
    Buffer.from([1, 1]),
    wallTime(at),
    Buffer.from(source, "hex"),
    Buffer.from(target, "hex"),
    littleEndian(app.length),
    Buffer.from([command]),
    app,
  ]);
  const sum = inner.reduce((total, byte) => total + byte, 0) % 256;
  return Buffer.concat([Buffer.from("@@"), inner, Buffer.from([sum]), Buffer.from("##")]);
}

/** The frames of the gateway at the beginning of `bytes`, and what is left of them. The gateway sends no garbage. */
export function framesOf(bytes: Buffer): { frames: DeviceFrame[]; rest: Buffer } {
  const frames: DeviceFrame[] = [];
  let rest = bytes;
  while (rest.length >= 30) {
    const length = rest.readUInt16LE(24);
    if (rest.length < 30 + length) break;
    frames.push({
      seq: rest.readUInt16LE(2),
      source: rest.toString("hex", 12, 18).toUpperCase(),
      target: rest.toString("hex", 18, 24).toUpperCase(),
      command: rest.readUInt8(26),
      app: rest.subarray(27, 27 + length),
    });
    rest = rest.subarray(30 + length);
  }
  return { frames, rest };
}

/** s, min, h, day, month, year of the century in Beijing (UTC+8, no summer time). */
export function wallTime(at: number): Buffer {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = new Date(at + 8 * 3_600_000)
    .toISOString()
    .split(/[-T:.Z]/)
    .map(Number);
  return Buffer.from([second, minute, hour, day, month, year % 100]);
}

/** A number in two bytes, the low one first. */
export function littleEndian(number: number): Buffer {
  return Buffer.from([number & 0xff, (number >> 8) & 0xff]);
}
