import { openEmbedded } from "./series-embedded.ts";
import { influxMissing, openInflux } from "./series-influx.ts";
import type { OpenSubject } from "./series-subject.ts";
import { openVictoria, victoriaMissing } from "./series-victoria.ts";

/** The stores that are compared, by name; the embedded one first. `missing`: why it cannot be measured here. */
export const stores: Readonly<Record<string, { open: OpenSubject; missing: string | undefined }>> = {
  duckdb: { open: openEmbedded, missing: undefined },
  influxdb: { open: openInflux, missing: influxMissing },
  "victoria-metrics": { open: openVictoria, missing: victoriaMissing },
};
