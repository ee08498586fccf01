import type { Variable } from "./model.ts";
import { tagValues } from "./queries.ts";
import { seriesSource } from "./sources.ts";

/** The sites that have data: of one kind, or of any. */
export function siteVariable(kind?: string): Variable {
  return tagVariable({ name: "site", label: "小区 Site", query: tagValues("site", kind) });
}

/** The devices of the chosen sites that have data of a kind. */
export function deviceVariable(kind: string): Variable {
  return tagVariable({ name: "device", label: "设备 Device", query: tagValues("device", kind) });
}

/** How the numbers of one step become one. The mean hides a peak that the maximum shows. */
export function foldVariable(): Variable {
  const options = [
    { value: "mean", text: "平均 Mean" },
    { value: "max", text: "最高 Maximum" },
    { value: "min", text: "最低 Minimum" },
  ];
  return {
    name: "fold",
    label: "汇总 Fold",
    type: "custom",
    query: options.map(({ text, value }) => `${text} : ${value}`).join(","),
    current: { ...options[0], selected: true },
    options: options.map((option, i) => ({ ...option, selected: i === 0 })),
    multi: false,
    includeAll: false,
  };
}

function tagVariable(parts: { name: string; label: string; query: string }): Variable {
  return {
    ...parts,
    type: "query",
    definition: parts.query,
    datasource: seriesSource,
    refresh: onTimeRangeChange,
    sort: byName,
    multi: true,
    includeAll: true,
    // Thousands of device ids in one filter would be slow.
    allValue: ".*",
    current: { selected: true, text: ["All"], value: ["$__all"] },
  };
}

const onTimeRangeChange = 2;
const byName = 1;
