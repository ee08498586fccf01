import type { DataSource } from "./model.ts";

/** The time series store, asked in InfluxQL; `provisioning/datasources/` declares it. */
export const seriesSource: DataSource = { type: "influxdb", uid: "linli-influx" };

/** The metrics of the gateway, asked in PromQL; `provisioning/datasources/` declares it. */
export const metricsSource: DataSource = { type: "prometheus", uid: "linli-metrics" };
