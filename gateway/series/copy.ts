import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CopiedStore, SeriesStore } from "./contract.ts";
import { exportFolder } from "./export/file.ts";

/** Copies a store into a new folder among the exports, which are swept when the store is opened. */
export async function copyStore({
  store,
  directory,
}: {
  store: Pick<SeriesStore, "copy">;
  directory: string;
}): Promise<CopiedStore> {
  const folder = join(directory, exportFolder, `copy-${randomBytes(12).toString("hex")}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return { folder, files: await store.copy(folder) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
