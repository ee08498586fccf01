import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { GatewayError, messageOf } from "../errors.ts";
import { isSealed, open } from "./age.ts";
import {
  backupFormat,
  headName,
  headSchema,
  type Manifest,
  manifestName,
  manifestSchema,
  partName,
} from "./manifest.ts";

/** Takes one part: its pieces in order. Nothing of it counts before the whole backup was read without an error. */
export type TakePart = (
  part: { readonly name: string; readonly modifiedAt: Date | undefined },
  pieces: AsyncIterable<Uint8Array>,
) => Promise<void>;

/** Longest text of the first and the last entry: a manifest of 100,000 parts has 16 MB. */
const maxTextBytes = 64 * 1024 * 1024;

/**
 * Reads a backup from end to end and holds every part against the manifest's checksum. Throws `backup-invalid` for whatever is
 * changed, missing, too much, or of a newer format, `invalid-request` when it is encrypted and there is no passphrase, and
 * `not-found` when there is no such file.
 */
export async function readBackup({
  file,
  passphrase,
  take = skip,
}: {
  file: string;
  passphrase?: string | undefined;
  take?: TakePart;
}): Promise<Manifest> {
  const isEncrypted = isSealed(await headOf(file));
  if (isEncrypted && passphrase === undefined) {
    throw new GatewayError("invalid-request", `${file} is encrypted: give --passphrase-file`);
  }
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  const decrypt = (bytes: AsyncIterable<Buffer>) => (isEncrypted ? open(bytes, passphrase!) : bytes);
  let manifest: Manifest | undefined;
  try {
    await pipeline(source, decrypt, createZstdDecompress(), async (bytes: AsyncIterable<Buffer>) => {
      manifest = await readEntries(bytes, take);
    });
    return manifest!;
  } catch (error) {
    // What the disk says of the target is no fault of the backup.
    if (error instanceof Error && "syscall" in error) {
      throw new GatewayError("internal", `${file} could not be unpacked: ${error.message}`, { cause: error });
    }
    throw new GatewayError("backup-invalid", `${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function readEntries(bytes: AsyncIterable<Buffer>, take: TakePart): Promise<Manifest> {
  const tar = ReadableStream.from<Uint8Array>(bytes).pipeThrough(createTarDecoder({ strict: true }));
  const found = new Map<string, { bytes: number; sha256: string }>();
  let manifest: Manifest | undefined;
  let isFirst = true;
  for await (const { header, body } of tar as unknown as AsyncIterable<ParsedTarEntry>) {
    const { name, type, mtime } = header;
    if (manifest !== undefined) throw invalid("something follows its manifest");
    if (type !== "file") throw invalid(`${name} is no file`);
    const pieces = body as unknown as AsyncIterable<Uint8Array>;
    if (isFirst) {
      checkHead(name, await textOf(pieces));
      isFirst = false;
    } else if (name === manifestName) manifest = readManifest(await textOf(pieces));
    else {
      if (!partName.safeParse(name).success || found.has(name)) throw invalid(`it has a part named ${name}`);
      const hash = createHash("sha256");
      const sums = { bytes: 0, sha256: "" };
      await take({ name, modifiedAt: mtime }, counted(pieces, hash, sums));
      sums.sha256 = hash.digest("hex");
      found.set(name, sums);
    }
  }
  if (isFirst) throw invalid("it is empty, or no backup of Linli");
  if (manifest === undefined) throw invalid("it ends before its manifest: it is cut short");
  compare(manifest, found);
  return manifest;
}

async function headOf(file: string): Promise<Buffer> {
  try {
    const handle = await openFile(file, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new GatewayError("not-found", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function checkHead(name: string, text: string): void {
  if (name !== headName) throw invalid("it is no backup of Linli");
  const { format, program } = parse(headSchema, text, "its first entry");
  if (format > backupFormat) {
    throw invalid(
      `linli ${program} made it in format ${format}, and this program reads formats up to ${backupFormat}: install linli ${program} or newer`,
    );
  }
}

function readManifest(text: string): Manifest {
  return parse(manifestSchema, text, "its manifest");
}

function parse<T>(schema: { parse(value: unknown): T }, text: string, what: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new GatewayError("backup-invalid", `${what} cannot be read`, { cause });
  }
}

function compare(manifest: Manifest, found: ReadonlyMap<string, { bytes: number; sha256: string }>): void {
  for (const { name, bytes, sha256 } of manifest.parts) {
    const part = found.get(name);
    if (part === undefined) throw invalid(`${name} is missing in it`);
    if (part.bytes !== bytes || part.sha256 !== sha256) throw invalid(`${name} in it was changed`);
  }
  if (manifest.parts.length !== found.size) throw invalid("it has parts that its manifest does not name");
  for (const name of required) if (!found.has(name)) throw invalid(`it has no ${name}`);
}

/** Without these no gateway starts again as it was. */
const required = ["linli.db", "pepper"];

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > maxTextBytes) throw invalid("its manifest is too long");
    parts.push(piece);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  hash: { update(piece: Uint8Array): unknown },
  sums: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    hash.update(piece);
    sums.bytes += piece.length;
    yield piece;
  }
}

async function skip(_part: unknown, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of pieces);
}

function invalid(why: string): GatewayError {
  return new GatewayError("backup-invalid", why);
}
