import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import { afterEach } from "vitest";
import type { BackupFacts } from "../../../gateway/backup/manifest.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A folder that the test leaves behind. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "linli-backup-"));
  folders.push(folder);
  return folder;
}

/** Facts of a backup. */
export function someFacts(more: Partial<BackupFacts> = {}): BackupFacts {
  return {
    format: 1,
    program: "1.2.3",
    createdAt: "2026-01-15T08:00:00.000Z",
    schema: ["001-state.sql"],
    journal: { first: 1, last: 9 },
    seriesStore: "duckdb",
    ...more,
  };
}

/** A file as nobody's program made it: any entries, compressed. */
export async function aForgery(entries: readonly TarEntry[]): Promise<string> {
  const file = join(aFolder(), "forged.tar.zst");
  writeFileSync(file, zstdCompressSync(await packTar(entries)));
  return file;
}

/** An entry of text. */
export function anEntry(name: string, content: unknown): TarEntry {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  return { header: { name, size: Buffer.byteLength(body), type: "file" }, body };
}
