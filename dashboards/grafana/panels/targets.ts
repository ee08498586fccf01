import type { Target } from "../model.ts";
import { metricsSource, seriesSource } from "../sources.ts";

/** Queries of the time series store for a chart. `alias` names the lines: `$tag_device`, or a fixed text. */
export function seriesTargets(queries: readonly { query: string; alias: string }[]): Target[] {
  return queries.map(({ query, alias }, i) => ({
    refId: refId(i),
    datasource: seriesSource,
    rawQuery: true,
    query,
    alias,
    resultFormat: "time_series",
  }));
}

/** A query of the time series store for a table. */
export function tableTarget(query: string): Target[] {
  return [{ refId: "A", datasource: seriesSource, rawQuery: true, query, resultFormat: "table" }];
}

/** Queries of the metrics. `legend` names the lines: `{{code}}`, or a fixed text. */
export function metricTargets(
  queries: readonly { expr: string; legend: string }[],
  kind: "range" | "instant",
): Target[] {
  return queries.map(({ expr, legend }, i) => ({
    refId: refId(i),
    datasource: metricsSource,
    expr,
    legendFormat: legend,
    range: kind === "range",
    instant: kind === "instant",
  }));
}

/** A to Z, as Grafana's editor names queries. */
function refId(index: number): string {
  return String.fromCharCode(65 + index);
}
