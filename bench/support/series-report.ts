import type { SeriesResult } from "./series-run.ts";
import { table } from "./table.ts";

/** The measured stores beside each other. */
export function reportSeries(results: readonly SeriesResult[]): string {
  const load = table(
    ["store", "values", "values/s", "CPU us/value", "bytes/value", "peak MiB", "open ms"],
    results.map(({ name, values, loadSeconds, cpuMicros, bytesPerValue, peakMib, openMs }) => [
      name,
      values.toLocaleString("en"),
      Math.round(values / loadSeconds).toLocaleString("en"),
      cpuMicros.toFixed(2),
      bytesPerValue.toFixed(2),
      peakMib.toFixed(0),
      openMs.toFixed(0),
    ]),
  );
  const names = Object.keys(results[0]?.latencyMs ?? {});
  const ask = table(
    ["ms, median / p99", ...results.map(({ name, values }) => `${name} ${values / 1e6} M`)],
    [
      ...names.map((question) => [question, ...results.map((result) => cell(result.latencyMs[question]!))]),
      ["24 h while values are written", ...results.map(({ whileWritingMs }) => cell(whileWritingMs))],
    ],
  );
  return [load, ask, agreement(results)].join("\n\n");
}

function cell({ p50, p99 }: { p50: number; p99: number }): string {
  return `${p50.toFixed(1)} / ${p99.toFixed(1)}`;
}

/** Stores with the same data must have said the same. */
function agreement(results: readonly SeriesResult[]): string {
  const lines = results.map(
    ({ name, values, check }) =>
      `${name} ${values / 1e6} M: ${check.count} values, mean ${check.mean.toFixed(9)}`,
  );
  return ["Answers for the last 7 days of three devices, two fields:", ...lines].join("\n");
}
