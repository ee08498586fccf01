import { type SeriesSettings, seriesSettings } from "../../gateway/series/settings.ts";

/** Settings of a server that speaks as InfluxDB 1.x does, unless said otherwise. */
export function anInfluxSetting(given: Partial<SeriesSettings["influx"]>): SeriesSettings["influx"] {
  return seriesSettings.parse({ influx: { api: "v1", ...given } }).influx;
}
