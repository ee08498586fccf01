import type { Metrics } from "../metrics.ts";
import type { StoreStats } from "./contract.ts";

/** Shows how the store is doing. */
export function meterSeries(
  metrics: Pick<Metrics, "gauge">,
  store: {
    isUp: () => boolean;
    restarts: () => number;
    maxSeries: number;
    stats: () => StoreStats | undefined;
  },
): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`series_${name}`, help, read);
  const counted = (name: string) => store.stats()?.counts[name] ?? 0;
  gauge("up", "1 while the series store takes readings and answers", () => (store.isUp() ? 1 : 0));
  gauge("restarts", "Times that the series process was started again", store.restarts);
  gauge("bytes", "Bytes of the series store on this machine's disk", () => store.stats()?.bytes ?? 0);
  gauge("series", "Pairs of device and field in the series store", () => store.stats()?.series ?? 0);
  gauge("fresh_values", "Values that wait unsorted in the embedded store", () => counted("freshValues"));
  gauge("open_periods", "Days and months of the embedded store that are not in a file yet", () =>
    counted("openPeriods"),
  );
  gauge("files", "Files of the embedded store", () => counted("files"));
  gauge("limit", "Pairs of device and field that may be kept", () => store.maxSeries);
  gauge(
    "persons_expired",
    "Values that named somebody for long enough and were removed, since the start",
    () => counted("expiredPersons"),
  );
  gauge(
    "values_refused",
    "Values refused because there are too many series or words",
    () => counted("refusedSeries") + counted("refusedWords"),
  );
}
