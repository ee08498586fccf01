import type { Kind } from "../../../devices/kit/kind.ts";
import { eventMappings } from "../mappings.ts";
import type { Panel } from "../model.ts";
import { eventCount, eventLog, type Scope, suspects } from "../queries.ts";
import { seriesSource } from "../sources.ts";
import { bilingual } from "../titles.ts";
import { stepOf } from "./field.ts";
import { column, columnOf, deviceColumn } from "./latest.ts";
import { seriesTargets, tableTarget } from "./targets.ts";

/** How often each event of a kind happened. */
export function eventCountPanel(kind: Kind, of: Scope["of"]): Panel {
  const queries = Object.entries(kind.events).map(([name, { title }]) => ({
    query: eventCount({ kind: kind.name, of }, name),
    alias: bilingual(title),
  }));
  return { ...bars(kind), title: "事件次数 Events", targets: seriesTargets(queries) };
}

/** The newest events, with the values that came with them. */
export function eventLogPanel(kind: Kind, of: Scope["of"], events: readonly string[]): Panel {
  const fields = [...new Set(events.flatMap((name) => kind.events[name]?.fields ?? []))];
  return {
    type: "table",
    title: "最近事件 Latest events",
    datasource: seriesSource,
    targets: tableTarget(eventLog({ kind: kind.name, of }, { events, fields })),
    options: { showHeader: true, cellHeight: "sm" },
    fieldConfig: {
      defaults: { custom: { align: "auto" } },
      overrides: [
        column("Time", { displayName: "时间 Time" }),
        deviceColumn,
        column("event", { displayName: "事件 Event", mappings: eventMappings(kind) }),
        ...fields.map((field) => columnOf(kind, field)),
      ],
    },
  };
}

/** How many readings were not to be believed. */
export function suspectPanel(kind: Kind, of: Scope["of"]): Panel {
  const panel = bars(kind);
  return {
    ...panel,
    title: "存疑读数 Suspect readings",
    description:
      "时钟偏差过大，或超出物理范围。The clock was wrong, or a value was outside of what is physically believable.",
    targets: seriesTargets([{ query: suspects({ kind: kind.name, of }), alias: "$tag_device" }]),
    fieldConfig: { ...panel.fieldConfig, defaults: { ...panel.fieldConfig.defaults, noValue: "无 None" } },
  };
}

function bars(kind: Kind) {
  return {
    type: "timeseries",
    datasource: seriesSource,
    interval: stepOf(kind),
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: ["sum"] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    fieldConfig: {
      defaults: {
        unit: "none",
        min: 0,
        color: { mode: "palette-classic" },
        custom: {
          drawStyle: "bars",
          lineWidth: 0,
          fillOpacity: 80,
          stacking: { mode: "normal", group: "A" },
        },
      },
      overrides: [],
    },
  } as const;
}
