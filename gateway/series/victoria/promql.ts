import type { Group, GroupField } from "../influx/choice.ts";
import { simulatedSuffix } from "../influx/line.ts";

/** Added to a field's name for the series that marks its suspect values. */
export const suspectSuffix = "_suspect";

/** Series of one field of a group's devices. `what`: the field's values, marks of suspect ones, or both. */
export function selector(
  { site, kind, ids }: Group,
  {
    database,
    field,
    what = "values",
    simulated = false,
  }: { database: string; field: GroupField; what?: "values" | "marks" | "both"; simulated?: boolean },
): string {
  const name = `${simulated ? `${kind}${simulatedSuffix}` : kind}_${field.name}`;
  const suffix = { values: "", marks: suspectSuffix, both: `(?:${suspectSuffix})?` }[what];
  const labels = [
    `__name__=~${text(`${pattern(name)}${suffix}`)}`,
    `db=${text(database)}`,
    `site=${text(site)}`,
    `device=~${text(ids.map(pattern).join("|"))}`,
  ];
  return `{${labels.join(",")}}`;
}

/** One query for several foldings of the last `ms` before each point; the label `rollup` says which. */
export function fold(functions: readonly string[], selected: string, ms: number): string {
  return `aggr_over_time((${functions.map(text).join(",")}), ${selected}[${ms}ms])`;
}

/** A time for the API: seconds with milliseconds. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** JSON's escapes are understood in PromQL's strings. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** A regular expression that matches the text only. */
function pattern(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
