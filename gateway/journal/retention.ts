import type { Clock } from "../clock.ts";
import type { Cursors } from "./cursors.ts";
import type { Disk } from "./disk.ts";
import type { Faults } from "./faults.ts";
import type { Meters } from "./meters.ts";
import type { Places } from "./places.ts";
import type { Segment } from "./segment.ts";
import type { JournalSettings } from "./settings.ts";

/** What is needed to delete what nobody needs. */
export interface RetentionParts {
  readonly disk: Pick<Disk, "remove" | "syncFolder">;
  readonly directory: string;
  /** Oldest first; deleted ones are taken out. */
  readonly segments: Segment[];
  readonly cursors: Pick<Cursors, "lowest" | "views">;
  readonly places: Pick<Places, "forget">;
  readonly clock: Pick<Clock, "now">;
  readonly settings: RetentionSettings;
  readonly faults: Pick<Faults, "found">;
  readonly meters: Pick<Meters, "droppedUnread">;
}

type RetentionSettings = Pick<JournalSettings, "recordingMs" | "recordingBytes" | "maxBytes">;

/** Deletes old segments; one that a view has not read only above the hard limit, and then with a fault. */
export async function deleteExpired(parts: RetentionParts): Promise<void> {
  const { disk, directory, segments, cursors, places, clock, settings, faults, meters } = parts;
  const readUpTo = cursors.lowest();
  const expired = findExpired({ segments, readUpTo, now: clock.now(), settings });
  for (const { segment, isRead } of expired) {
    const end = segments[1]!.first - 1;
    await disk.remove(segment.path);
    segments.shift();
    places.forget(segment.first);
    if (isRead) continue;
    meters.droppedUnread();
    const late = [...cursors.views()].filter(([, position]) => position < end).map(([view]) => view);
    const message = `records ${segment.first} to ${end} were dropped to stay below ${settings.maxBytes} bytes before ${late.join(", ")} had read them`;
    faults.found("segment-missing", message, "lost");
  }
  if (expired.length > 0) await disk.syncFolder(directory);
}

/** Decides which segments may go, oldest first. The segment that is being written always stays. */
function findExpired(parts: {
  segments: readonly Segment[];
  /** Position that every view has reached. */
  readUpTo: number;
  now: number;
  settings: RetentionSettings;
}): { segment: Segment; isRead: boolean }[] {
  const { segments, readUpTo, now, settings } = parts;
  let keptBytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const expired: { segment: Segment; isRead: boolean }[] = [];
  for (const [index, segment] of segments.slice(0, -1).entries()) {
    const isRead = segments[index + 1]!.first - 1 <= readUpTo;
    const isOld = now - segment.modifiedAt > settings.recordingMs || keptBytes > settings.recordingBytes;
    const isTooMuch = keptBytes > settings.maxBytes;
    if (!isTooMuch && !(isRead && isOld)) break;
    expired.push({ segment, isRead });
    keptBytes -= segment.bytes;
  }
  return expired;
}
