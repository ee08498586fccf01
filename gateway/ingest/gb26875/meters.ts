import type { Metrics } from "../../metrics.ts";

/** The listener's counters, each a plain increment. */
export type Gb26875Meters = ReturnType<typeof createGb26875Meters>;

/** Makes the counters; they are there without a listener too, so that dashboards need no distinction. */
export function createGb26875Meters(metrics: Metrics) {
  return {
    frames: metrics.count("gb26875_frames", "Whole frames of fire alarm transmitters, repeats included"),
    repeats: metrics.count("gb26875_repeats", "Frames that came again and were only acknowledged again"),
    broken: metrics.count(
      "gb26875_broken_frames",
      "Frames with a wrong sum; their fires were taken all the same",
    ),
    garbage: metrics.count("gb26875_garbage_bytes", "Bytes of transmitters that belonged to no frame"),
    refused: metrics.countBy(
      "gb26875_refused",
      "Connections and frames that were refused, by reason",
      "reason",
    ),
    cut: metrics.countBy("gb26875_cut", "Connections of transmitters that were cut, by reason", "reason"),
    paused: metrics.countBy("gb26875_paused", "Times that a transmitter was not read, by reason", "reason"),
    shared: metrics.count(
      "gb26875_shared_sources",
      "Connections whose source address another connection had already",
    ),
    unplaced: metrics.count(
      "gb26875_unplaced_fires",
      "Fires that were told in the name of the transmitter, for nobody else could",
    ),
  };
}
