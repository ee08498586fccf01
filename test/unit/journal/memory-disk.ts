import { basename } from "node:path";
import type { Disk } from "../../../gateway/journal/disk.ts";
import { systemError } from "./support.ts";

/** A disk in memory that holds these files, by name, whatever their folder: thousands of journals open in a second. */
export function aMemoryDisk(files: Readonly<Record<string, Buffer>>): Disk {
  const contents = new Map(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)]));
  const open = new Map<number, string>();
  let handles = 0;
  const contentOf = (file: number) => contents.get(open.get(file)!)!;

  return {
    makeFolder: async () => {},
    list: async () => [...contents.keys()],
    async facts(path) {
      const bytes = contents.get(basename(path));
      return bytes && { bytes: bytes.length, modifiedAt: 0 };
    },
    free: async () => 1_000_000_000,
    async open(path, how) {
      const name = basename(path);
      if (how === "create") contents.set(name, Buffer.alloc(0));
      if (!contents.has(name)) throw systemError("ENOENT");
      open.set(++handles, name);
      return handles;
    },
    read: async (file, into, position) => contentOf(file).copy(into, 0, position),
    async write(file, parts, position) {
      const bytes = Buffer.concat(parts);
      const old = contentOf(file);
      const grown = Buffer.alloc(Math.max(old.length, position + bytes.length));
      old.copy(grown);
      bytes.copy(grown, position);
      contents.set(open.get(file)!, grown);
      return bytes.length;
    },
    sync: async () => {},
    async truncate(file, bytes) {
      contents.set(open.get(file)!, contentOf(file).subarray(0, bytes));
    },
    async close(file) {
      open.delete(file);
    },
    load: async (path) => contents.get(basename(path))?.toString(),
    async save(path, content) {
      contents.set(basename(path), Buffer.from(content));
    },
    async rename(from, to) {
      contents.set(basename(to), contents.get(basename(from))!);
      contents.delete(basename(from));
    },
    async remove(path) {
      contents.delete(basename(path));
    },
    syncFolder: async () => {},
  };
}
