import { crc32 } from "node:zlib";
import { type Seen, takeHash, takeSequence } from "./seen.ts";
import type { IngestSettings } from "./settings.ts";

/** What tells one reading from another. */
export interface IdempotencyKey {
  readonly boot: string | undefined;
  readonly seq: number | undefined;
  /** The device sent a time of its own. */
  readonly hasTime: boolean;
}

/**
 * Takes a reading unless it was taken before: by `boot` and `seq`, otherwise by its content. Content alone proves nothing
 * for a device that sends no time (a parking sensor says "occupied" every hour), so there only a message that is
 * marked as sent again counts as a double.
 */
export function takeOnce(
  seen: Seen,
  key: IdempotencyKey,
  content: { readonly json: string; readonly dup: boolean },
  bounds: Pick<IngestSettings, "maxSeenGaps" | "maxSeenHashes">,
): boolean {
  if (key.seq !== undefined && key.boot !== undefined) {
    return takeSequence(seen, key.boot, key.seq, bounds.maxSeenGaps);
  }
  const isNew = takeHash(seen, contentHash(content.json), bounds.maxSeenHashes);
  return isNew || !(key.hasTime || content.dup);
}

/** 52 bits: CRC-32 of the text beside its length. */
function contentHash(json: string): number {
  return crc32(json) * 2 ** 20 + (json.length % 2 ** 20);
}
