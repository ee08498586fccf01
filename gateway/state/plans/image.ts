import { createHash } from "node:crypto";
import { GatewayError } from "../../errors.ts";
import { type Measures, rasterFormats } from "./raster.ts";
import { checkSvg } from "./svg.ts";

/** An image that may be kept, with what was found in it. */
export interface CheckedImage extends Measures {
  readonly type: string;
  readonly hash: string;
  readonly content: Uint8Array;
}

/** Longest side of a picture, pixels: what every telephone's browser still decodes. */
const maxPixels = 8_192;
/** Most pixels of a picture; decoded, each takes four bytes of the browser's memory. */
const maxArea = 40_000_000;
/** Longest side of a drawing, units. */
const maxUnits = 100_000;

/** Looks at the bytes themselves, whatever they were sent as. Throws `invalid-request` with the reason. */
export function checkImage(bytes: Uint8Array, { maxBytes }: { readonly maxBytes: number }): CheckedImage {
  if (bytes.length === 0) refuse("the image is empty");
  if (bytes.length > maxBytes) refuse(`an image has at most ${maxBytes} bytes, this one ${bytes.length}`);
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 22);
  return { ...measure(content), hash, content: bytes };
}

function measure(content: Buffer): Measures & { readonly type: string } {
  const format = rasterFormats.find(({ isOne }) => isOne(content));
  if (format === undefined) return measureDrawing(content);
  const measures = readOr(() => format.measure(content));
  if (measures === undefined || measures.width < 1 || measures.height < 1)
    refuse(`the file begins like ${format.type} and is damaged`);
  const { width, height } = measures;
  if (Math.max(width, height) > maxPixels || width * height > maxArea)
    refuse(
      `a picture has at most ${maxPixels} pixels a side and ${maxArea / 1e6} million in all, this one ${width} × ${height}`,
    );
  return { type: format.type, width, height };
}

function measureDrawing(content: Buffer): Measures & { readonly type: string } {
  const text = content.toString("utf8").replace(/^\uFEFF/, "");
  if (!/^\s*<(\?xml|!--|!DOCTYPE\s+svg|svg|\w+:svg)/i.test(text))
    refuse("an image is SVG, PNG, JPEG or WebP; this file is none of them");
  const check = checkSvg(text);
  if (!check.ok) refuse(`this SVG cannot be taken: ${check.reason}`);
  const { width, height } = check.measures;
  if (Math.max(width, height) > maxUnits)
    refuse(`a drawing has at most ${maxUnits} units a side, this one ${width} × ${height}`);
  return { type: "image/svg+xml", width: round(width), height: round(height) };
}

/** A cut file ends in the middle of a number. */
function readOr(read: () => Measures | undefined): Measures | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function round(units: number): number {
  return Math.round(units * 1000) / 1000;
}

function refuse(message: string): never {
  throw new GatewayError("invalid-request", message, { path: "image" });
}
