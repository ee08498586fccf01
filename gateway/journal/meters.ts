import type { Metrics } from "../metrics.ts";
import type { Segment } from "./segment.ts";

/** The journal's counters. */
export interface Meters {
  frame(frame: { bytes: number; records: number; seconds: number }): void;
  pendingLimit(): void;
  droppedUnread(): void;
  /** From now on the lag of a view is shown. */
  view(name: string, position: () => number): void;
}

/** Seconds; from a fast disk's commit to a stall that people notice. */
const commitBuckets = [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Registers the journal's metrics. */
export function createMeters(parts: {
  metrics: Metrics;
  segments: readonly Segment[];
  pendingBytes: () => number;
  last: () => number;
}): Meters {
  const { metrics, segments, pendingBytes, last } = parts;
  const records = metrics.count("journal_records", "Records made durable.");
  const bytes = metrics.count("journal_bytes", "Bytes of frames made durable.");
  const frames = metrics.count("journal_frames", "Commits.");
  const commits = metrics.duration("journal_commit", "Time of one commit, write and sync.", commitBuckets);
  const overfull = metrics.count("journal_pending_limit", "Times that more waited than is allowed.");
  const dropped = metrics.count(
    "journal_dropped_segments",
    "Segments deleted before every view had read them.",
  );
  metrics.gauge("journal_pending_bytes", "Bytes that wait to become durable.", pendingBytes);
  metrics.gauge("journal_last_sequence", "Sequence number of the last durable record.", last);
  metrics.gauge("journal_segments", "Segment files.", () => segments.length);
  metrics.gauge("journal_disk_bytes", "Bytes of all segments.", () =>
    segments.reduce((sum, segment) => sum + segment.bytes, 0),
  );
  return {
    frame(frame) {
      frames.add();
      records.add(frame.records);
      bytes.add(frame.bytes);
      commits.observe(frame.seconds);
    },
    pendingLimit: () => overfull.add(),
    droppedUnread: () => dropped.add(),
    view(name, position) {
      const label = name.replace(/[^A-Za-z0-9_]/g, "_");
      metrics.gauge(`journal_lag_${label}`, `Records that the view ${name} has not read yet.`, () =>
        Math.max(0, last() - position()),
      );
    },
  };
}
