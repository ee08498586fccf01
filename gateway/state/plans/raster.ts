/** Measures of a picture, pixels, as a browser shows it. */
export interface Measures {
  readonly width: number;
  readonly height: number;
}

/** A format of pictures: whether bytes are one, and how large it is; undefined when they say nothing that can be. */
interface RasterFormat {
  readonly type: string;
  isOne(bytes: Buffer): boolean;
  measure(bytes: Buffer): Measures | undefined;
}

/** Formats of pixels that every browser shows. A file is what its first bytes say, whatever it was sent as. */
export const rasterFormats: readonly RasterFormat[] = [
  {
    type: "image/png",
    isOne: (bytes) => bytes.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex")),
    // IHDR is always the first chunk.
    measure: (bytes) =>
      bytes.length < 24 ? undefined : { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) },
  },
  {
    type: "image/jpeg",
    isOne: (bytes) => bytes.length > 3 && bytes.readUIntBE(0, 3) === 0xffd8ff,
    measure: measureJpeg,
  },
  {
    type: "image/webp",
    isOne: (bytes) => bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP",
    measure: measureWebp,
  },
];

/** Walks the segments up to the start of the frame. A photo that a telephone took lying on its side says so before it. */
function measureJpeg(bytes: Buffer): Measures | undefined {
  let isTurned = false;
  let at = 2;
  while (at + 9 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xe1) isTurned = isTurnedExif(bytes.subarray(at + 4, at + 2 + length));
    // Start of frame; C4, C8 and CC are other things in the same row.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      return isTurned ? { width: height, height: width } : { width, height };
    }
    if (length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

/** Whether the first directory of an Exif segment has an orientation (0112) of a quarter turn, 5 to 8. */
function isTurnedExif(segment: Buffer): boolean {
  if (segment.toString("latin1", 0, 6) !== "Exif\0\0" || segment.length < 16) return false;
  const tiff = segment.subarray(6);
  const isLittle = tiff.toString("latin1", 0, 2) === "II";
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const first = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (first + 2 > tiff.length) return false;
  for (let entry = 0; entry < short(first); entry++) {
    const at = first + 2 + entry * 12;
    if (at + 12 > tiff.length) return false;
    if (short(at) === 0x0112) return short(at + 8) >= 5 && short(at + 8) <= 8;
  }
  return false;
}

function measureWebp(bytes: Buffer): Measures | undefined {
  if (bytes.length < 30) return undefined;
  const read: Readonly<Record<string, () => Measures>> = {
    "VP8 ": () => ({ width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }),
    VP8L: () => {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    },
    VP8X: () => ({ width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }),
  };
  return read[bytes.toString("latin1", 12, 16)]?.();
}
