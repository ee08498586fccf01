import { questions } from "./series-questions.ts";
import type { SeriesResult } from "./series-run.ts";
import type { Percentiles } from "./statistics.ts";
import { table } from "./table.ts";

/** The measured stores beside each other. Ratios are to the embedded store with the same data. */
export function reportSeries(results: readonly SeriesResult[]): string {
  const title = ({ name, values }: SeriesResult) => `${name} ${millions(values)}`;
  const twin = (result: SeriesResult) =>
    results.find(({ name, values }) => name === "duckdb" && values === result.values);
  /** A figure, and how many times that of the embedded store it is. */
  const beside = (result: SeriesResult, read: (one: SeriesResult) => number, digits: number) => {
    const own = twin(result);
    const ratio = own === undefined || own === result ? "-" : (read(result) / read(own)).toFixed(2);
    return [shown(read(result), digits), ratio];
  };

  const load = table(
    [
      "store",
      "values/s",
      "x",
      "CPU us/value",
      "x",
      "bytes/value",
      "x",
      "peak MiB",
      "x",
      "open ms",
      "x",
      "settle s",
    ],
    results.map((result) => [
      title(result) + (result.isReused ? " (loaded earlier)" : ""),
      ...beside(result, ({ values, load: { seconds } }) => values / seconds, 0),
      ...beside(result, (one) => one.load.cpuMicros, 2),
      ...beside(result, ({ bytes, values }) => bytes / values, 2),
      ...beside(result, (one) => one.peakMib, 0),
      ...beside(result, (one) => one.openMs, 0),
      shown(result.load.settleSeconds, 1),
    ]),
  );

  const latency = (result: SeriesResult, read: (one: SeriesResult) => Percentiles | undefined) => {
    const mine = read(result);
    if (mine === undefined) return ["-", ""];
    const own = twin(result);
    const ratio =
      own === undefined || own === result ? "-" : (mine.p50 / (read(own)?.p50 ?? Number.NaN)).toFixed(2);
    return [`${mine.p50.toFixed(1)} / ${mine.p99.toFixed(1)}`, ratio];
  };
  const ask = table(
    ["median / p99, ms", "goal", ...results.flatMap((result) => [title(result), "x"])],
    [
      ...questions.map(({ name, goalMs }) => [
        name,
        goalMs === undefined ? "" : `${goalMs}`,
        ...results.flatMap((result) => latency(result, (one) => one.latencyMs[name])),
      ]),
      [
        "24 h, 1 field, while it is written",
        "",
        ...results.flatMap((result) => latency(result, (one) => one.underLoad?.ms)),
      ],
      [
        "  values/s written meanwhile",
        "",
        ...results.flatMap(({ underLoad }) => [shown(underLoad?.valuesPerSecond, 0), ""]),
      ],
      ["  times it was asked", "", ...results.flatMap(({ underLoad }) => [shown(underLoad?.asked, 0), ""])],
    ],
  );
  return [
    load,
    ask,
    results.map((result) => `${title(result)}: ${verdictOf(result)}${troublesOf(result)}`).join("\n"),
  ].join("\n\n");
}

/** What the figures are of, in a line for each fact that a reader must know to judge them. */
export function headOf(
  results: readonly SeriesResult[],
  { queries, "memory-mb": memoryMb }: { queries: number; "memory-mb": number },
): string {
  const sizes = new Map(results.map(({ values, size }) => [values, size]));
  const lines = [...sizes].map(([values, { devices, fields, days, perDay }]) => {
    const data = `${devices} devices x ${fields} fields x ${days} days x ${perDay} messages a day`;
    return `${millions(values)}: ${data}${devices < results[0]!.size.devices ? "; the same readings of fewer devices" : ""}`;
  });
  return [
    ...lines,
    `Each question ${queries} times, of another device each time while there are more; the first time is in p99. x: to duckdb with the same data.`,
    "duckdb is asked in its process and keeps receive time, quality and journal sequence of each value too; its memory has the generator in it.",
    ...(memoryMb > 0 ? [`duckdb's engine has ${memoryMb} MB instead of its default.`] : []),
    "The others are asked over HTTP and get 4 writes of 10,000 lines at a time. influxdb counts words only; victoria-metrics has them as numbers.",
  ].join("\n");
}

function verdictOf({ verdict: { steps, lasts, faults } }: SeriesResult): string {
  if (faults.length > 0) return `WRONG ANSWERS\n  ${faults.slice(0, 10).join("\n  ")}`;
  return `answers verified: count and mean of ${shown(steps, 0)} steps and ${lasts} last values are those of the generator`;
}

function troublesOf({ troubles }: SeriesResult): string {
  const kinds = Map.groupBy(troubles, (reason) => reason.split("\n")[0]!);
  return [...kinds].map(([reason, all]) => `\n  COULD NOT TIDY UP, ${all.length} times: ${reason}`).join("");
}

const millions = (values: number) => `${(values / 1e6).toFixed(1)} M`;

function shown(value: number | undefined, digits: number): string {
  if (value === undefined) return "-";
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
