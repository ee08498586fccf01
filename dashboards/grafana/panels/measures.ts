import type { Measure } from "./metric.ts";

/** What the metric says now. */
export function gauge(legend: string, name: string): Measure {
  return { legend, expr: name };
}

/** How often something happened, a second. */
export function rate(legend: string, name: string): Measure {
  return { legend, expr: `rate(${name}[$__rate_interval])` };
}

/** How often something happened, a second, for each value of a label. */
export function rateBy(label: string, name: string): Measure {
  return { legend: `{{${label}}}`, expr: `sum by (${label}) (rate(${name}[$__rate_interval]))` };
}

/** The time that a share of all took at most, from a histogram. */
export function quantile(legend: string, share: number, name: string): Measure {
  return {
    legend,
    expr: `histogram_quantile(${share}, sum by (le) (rate(${name}_bucket[$__rate_interval])))`,
  };
}

/** How often something went wrong in the chosen time. A count by label has no series before its first: that is none, not unknown. */
export function faults(legend: string, name: string): Measure {
  return { legend, expr: `sum(increase(${name}[$__range])) or vector(0)` };
}
