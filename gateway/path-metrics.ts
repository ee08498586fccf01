import type { Count, CountBy, Metrics } from "./metrics.ts";

/** What the path counts. */
export interface PathMetrics {
  readonly messages: Count;
  readonly readings: Count;
  readonly duplicates: Count;
  readonly late: Count;
  readonly salvaged: Count;
  readonly rejections: CountBy;
  readonly coercions: CountBy;
}

/** Registers the counts of the path. */
export function createPathMetrics(metrics: Metrics): PathMetrics {
  return {
    messages: metrics.count("messages", "Messages of devices that reached the path"),
    readings: metrics.count("readings", "Readings that were accepted"),
    duplicates: metrics.count("duplicates", "Readings that had been accepted before"),
    late: metrics.count("late_readings", "Readings older than the present, kept as history"),
    salvaged: metrics.count("salvaged_alarms", "Alarms taken out of messages that were refused"),
    rejections: metrics.countBy("rejections", "Messages, or items of a batch, that were refused", "code"),
    coercions: metrics.countBy(
      "coercions",
      "Values that were accepted in another form than the canonical",
      "name",
    ),
  };
}
