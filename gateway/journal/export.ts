import type { Sequenced } from "./contract.ts";
import { createDisk, type Disk } from "./disk.ts";
import { openJournalReader } from "./reader.ts";

/** Which records to export; everything when empty. */
export interface ExportQuery {
  /** First and last sequence number, inclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Only records of this `type`. */
  readonly type?: string | undefined;
}

/** Records of a journal that may be in use, oldest first; damaged frames are left out. */
export async function* exportRecords(
  directory: string,
  { from = 1, to, type }: ExportQuery,
  disk: Disk = createDisk(),
): AsyncGenerator<readonly Sequenced[]> {
  for await (const chunk of openJournalReader(directory, disk).read(from, to)) {
    const wanted = type === undefined ? chunk : chunk.filter(({ record }) => hasType(record, type));
    if (wanted.length > 0) yield wanted;
  }
}

function hasType(record: string, type: string): boolean {
  // Parsing every line would make a search in gigabytes ten times slower.
  if (!record.includes(type)) return false;
  try {
    const parsed: unknown = JSON.parse(record);
    return typeof parsed === "object" && parsed !== null && "type" in parsed && parsed.type === type;
  } catch {
    return false;
  }
}
