import { z } from "zod";

const MiB = 1024 * 1024;

/** Settings of the journal. */
export const journalSettings = z.object({
  segmentBytes: z
    .int()
    .min(4096)
    .default(64 * MiB)
    .describe("Size at which a segment is closed and the next one begun, bytes."),
  segmentMs: z
    .int()
    .min(60_000)
    .default(24 * 3_600_000)
    .describe(
      "A segment is also closed at the next multiple of this time, ms, so that few records are kept longer than they must.",
    ),
  frameBytes: z
    .int()
    .min(1024)
    .max(16 * MiB)
    .default(4 * MiB)
    .describe("Most bytes that are committed together; what is over waits for the next frame."),
  growBytes: z
    .int()
    .min(0)
    .default(MiB)
    .describe(
      "How far a segment is filled ahead, so that a commit writes no file metadata (0 = never). Saves a third of a commit.",
    ),
  reserveBytes: z
    .int()
    .min(0)
    .default(64 * MiB)
    .describe(
      "Disk space kept for alarm records when the disk is full: 100,000 of 600 bytes. 0 = no reserve.",
    ),
  retryMs: z.int().min(1).default(250).describe("Wait before a refused write is tried again, ms."),
  retryMaxMs: z
    .int()
    .min(1)
    .default(5000)
    .describe("Longest wait between two attempts when writes keep failing, ms."),
  pendingBytes: z
    .int()
    .min(1024)
    .default(64 * MiB)
    .describe(
      "Bytes that may wait to become durable. Callers stop taking messages above it; the journal itself refuses nothing and counts.",
    ),
  recordingMs: z
    .int()
    .min(0)
    .default(7 * 24 * 3_600_000)
    .describe("How long records are kept after every view has read them, ms."),
  recordingBytes: z
    .int()
    .min(0)
    .default(2048 * MiB)
    .describe("Bytes that are kept after every view has read them; the oldest go first."),
  maxBytes: z
    .int()
    .min(0)
    .default(20_480 * MiB)
    .describe(
      "Most bytes of journal. Above it the oldest segments are dropped even when a view has not read them; raises a fault.",
    ),
  retentionEveryMs: z.int().min(1).default(60_000).describe("How often old segments are looked for, ms."),
  cursorEveryMs: z.int().min(1).default(1000).describe("How often moved cursors are written to disk, ms."),
  quarantineBytes: z
    .int()
    .min(0)
    .default(256 * MiB)
    .describe(
      "Most bytes of damaged data that are kept for inspection; later damage is reported, not copied.",
    ),
});

/** The journal's settings with every default filled in. */
export type JournalSettings = z.infer<typeof journalSettings>;
