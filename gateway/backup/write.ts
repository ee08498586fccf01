import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { createTarPacker } from "modern-tar";
import { GatewayError } from "../errors.ts";
import { seal } from "./age.ts";
import { type BackupFacts, headName, type Manifest, manifestName, partName } from "./manifest.ts";

/** A file that goes into a backup. */
export interface Part {
  /** Below the data folder: `journal/0000000000000001.log`. */
  readonly name: string;
  readonly path: string;
  /** Only so much of its beginning; all of it when undefined. */
  readonly bytes?: number | undefined;
}

/** Read at a time; eight times that may wait in the archive's own buffer. */
const pieceBytes = 1024 * 1024;

/**
 * Writes an archive: tar, compressed with zstd, encrypted when there is a passphrase. The parts are read as they are; none may
 * change before it is through. Memory does not depend on their size.
 */
export async function writeArchive({
  facts,
  parts,
  passphrase,
  output,
}: {
  facts: BackupFacts;
  parts: readonly Part[];
  passphrase?: string | undefined;
  output: Writable;
}): Promise<Manifest> {
  const { readable, controller } = createTarPacker();
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const source = Readable.fromWeb(readable);
  const writing =
    passphrase === undefined
      ? pipeline(source, compress, output)
      : pipeline(source, compress, (bytes: AsyncIterable<Buffer>) => seal(bytes, passphrase), output);
  const [manifest] = await Promise.all([pack(controller, facts, parts), writing]);
  return manifest;
}

type Packer = ReturnType<typeof createTarPacker>["controller"];

async function pack(controller: Packer, facts: BackupFacts, parts: readonly Part[]): Promise<Manifest> {
  try {
    await addText(controller, headName, facts);
    const entries: Manifest["parts"] = [];
    for (const part of parts) entries.push(await addFile(controller, part));
    const manifest = { ...facts, parts: entries };
    await addText(controller, manifestName, manifest);
    controller.finalize();
    return manifest;
  } catch (error) {
    controller.error(error);
    throw error;
  }
}

async function addText(controller: Packer, name: string, value: unknown): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const entry = controller.add({ name, size: text.length, type: "file", mode: 0o600 }).getWriter();
  await entry.write(text);
  await entry.close();
}

async function addFile(controller: Packer, { name, path, bytes }: Part): Promise<Manifest["parts"][number]> {
  if (!partName.safeParse(name).success) {
    throw new GatewayError("backup-invalid", `${path} has a name that no backup may hold; rename it`);
  }
  const { size, mtime } = await stat(path);
  const wanted = Math.min(bytes ?? size, size);
  const entry = controller.add({ name, size: wanted, type: "file", mode: 0o600, mtime }).getWriter();
  const hash = createHash("sha256");
  let read = 0;
  if (wanted > 0) {
    for await (const piece of createReadStream(path, { end: wanted - 1, highWaterMark: pieceBytes })) {
      hash.update(piece);
      read += piece.length;
      await entry.write(piece);
    }
  }
  if (read !== wanted) {
    throw new GatewayError("backup-invalid", `${path} became shorter while it was read`, { retryable: true });
  }
  await entry.close();
  return { name, bytes: wanted, sha256: hash.digest("hex") };
}
