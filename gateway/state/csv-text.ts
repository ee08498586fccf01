import { GatewayError } from "../errors.ts";

/**
 * The text of a CSV file as spreadsheets write it: UTF-8 with or without a mark, UTF-16 with one ("Unicode text"), or
 * GB 18030 (Excel in China). Throws `invalid-request` when it is none of these or larger than `maxBytes`.
 */
export function decodeCsv(bytes: Uint8Array, { maxBytes }: { maxBytes: number }): string {
  if (bytes.length > maxBytes) {
    throw new GatewayError(
      "invalid-request",
      `the file has ${bytes.length} bytes, at most ${maxBytes} are read`,
    );
  }
  const [first, second] = bytes;
  const marked =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff && "utf-16be";
  // Chinese text in GB 18030 is practically never valid UTF-8, so the order decides.
  for (const encoding of marked ? [marked] : ["utf-8", "gb18030"]) {
    const text = tryDecode(bytes, encoding);
    if (text !== undefined && !text.includes("\0")) return text;
  }
  throw new GatewayError("invalid-request", "the file is not text in UTF-8 or GB 18030; save it as CSV");
}

function tryDecode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
