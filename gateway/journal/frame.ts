import { crc32c } from "./crc32c.ts";

/** What the first line of a frame says about the rest of it. */
export interface FrameHeader {
  /** Sequence number of the first record. */
  readonly first: number;
  readonly records: number;
  /** Payload bytes after the header. */
  readonly bytes: number;
}

/** Every header begins so; a record never does, and no record holds a line feed before it. */
export const frameStart = '{"frame":1,';

/** Every header has this many bytes, its line feed included. */
export const headerBytes = headerLine({ first: 0, records: 0, bytes: 0 }, 0).length;

/** Most payload bytes of one frame; a header that claims more is damaged. */
export const maxPayloadBytes = 64 * 1024 * 1024;

/** Bytes of the header before the checksum; the checksum covers these and the payload. */
const coveredBytes = headerLine({ first: 0, records: 0, bytes: 0 }, 0).indexOf(',"crc32c"');

/**
 * A frame is one header line of fixed width and then its records, one line each, so that a segment as a whole is
 * NDJSON: `jq` and DuckDB read it as it is.
 */
function headerLine(header: FrameHeader, checksum: number): string {
  const first = String(header.first).padStart(16);
  const records = String(header.records).padStart(8);
  const bytes = String(header.bytes).padStart(8);
  const crc = checksum.toString(16).padStart(8, "0");
  return `{"frame":1,"first":${first},"records":${records},"bytes":${bytes},"crc32c":"${crc}"}\n`;
}

const headerPattern =
  /^\{"frame":1,"first":([ \d]{16}),"records":([ \d]{8}),"bytes":([ \d]{8}),"crc32c":"[0-9a-f]{8}"\}\n$/;

/** Reads the header at the beginning of `bytes`; undefined when there is none. Its checksum is not looked at. */
export function readHeader(bytes: Buffer): FrameHeader | undefined {
  const found = headerPattern.exec(bytes.toString("latin1", 0, headerBytes));
  if (!found) return undefined;
  const header = { first: Number(found[1]), records: Number(found[2]), bytes: Number(found[3]) };
  const possible = header.first >= 1 && header.records >= 1 && header.bytes <= maxPayloadBytes;
  return possible ? header : undefined;
}

/** True when the checksum of the whole frame (header and payload) is right. */
export function isWhole(frame: Buffer, header: FrameHeader): boolean {
  const line = headerLine(header, checksumOf(frame));
  return frame.toString("latin1", 0, headerBytes) === line;
}

/** The records of a payload whose checksum was right; undefined when their number is not what the header says. */
export function readRecords(payload: Buffer, header: FrameHeader): string[] | undefined {
  const records = payload.toString("utf8").split("\n");
  const rest = records.pop();
  return rest === "" && records.length === header.records ? records : undefined;
}

/** Text that is turned into bytes at a time; longer strings leave the processor's cache and cost double. */
const pieceChars = 32 * 1024;

/** Turns records into frames. The returned bytes are valid until the next call. */
export function createFrameEncoder(): (records: readonly string[], first: number) => Buffer {
  let buffer = Buffer.allocUnsafeSlow(256 * 1024);

  function put(text: string, at: number): number {
    // A UTF-16 unit becomes at most 3 bytes.
    const most = at + text.length * 3;
    if (most > buffer.length) {
      const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(most)));
      buffer.copy(larger, 0, 0, at);
      buffer = larger;
    }
    return at + buffer.write(text, at);
  }

  return (records, first) => {
    let end = headerBytes;
    let piece = "";
    for (const record of records) {
      piece += `${record}\n`;
      if (piece.length < pieceChars) continue;
      end = put(piece, end);
      piece = "";
    }
    end = put(piece, end);
    const header = { first, records: records.length, bytes: end - headerBytes };
    const frame = buffer.subarray(0, end);
    frame.write(headerLine(header, 0), "latin1");
    frame.write(headerLine(header, checksumOf(frame)), "latin1");
    return frame;
  };
}

function checksumOf(frame: Buffer): number {
  return crc32c(frame.subarray(headerBytes), crc32c(frame.subarray(0, coveredBytes)));
}
