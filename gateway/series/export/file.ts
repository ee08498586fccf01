import { randomBytes } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { GatewayError } from "../../errors.ts";
import type { ExportedFile, ExportRequest, SeriesStore } from "../contract.ts";
import { openCsv } from "./csv.ts";
import { openParquet } from "./parquet.ts";

/** Folder of exports below the store's; emptied when the store is opened. */
export const exportFolder = "export";

const writers = { csv: openCsv, parquet: openParquet };

/**
 * Writes values as they came to a file of their own, so that a failure is told before anything is sent. Rejects with
 * `limit-reached` when there are more than `maxRows`.
 */
export async function exportFile(
  { store, directory, maxRows }: { store: Pick<SeriesStore, "rows">; directory: string; maxRows: number },
  { format, ...choice }: ExportRequest,
): Promise<ExportedFile> {
  const folder = join(directory, exportFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomBytes(12).toString("hex")}.${format}`);
  const writer = await writers[format](path);
  let rows = 0;
  try {
    for await (const piece of store.rows(choice)) {
      rows += piece.length;
      if (rows > maxRows) {
        const message = `the export has more than ${maxRows} values (series.exportRows); ask for less time, fewer devices or fields`;
        throw new GatewayError("limit-reached", message);
      }
      await writer.add(piece);
    }
    await writer.finish();
    return { path, rows, bytes: (await stat(path)).size };
  } catch (error) {
    await writer.drop();
    await rm(path, { force: true });
    throw error;
  }
}
