import type { Field, Kind } from "../../../devices/kit/kind.ts";
import { mappingsOf } from "../mappings.ts";
import type { FieldConfig, Panel } from "../model.ts";
import { folded, held, type Scope } from "../queries.ts";
import { seriesSource } from "../sources.ts";
import { describeRules, thresholdSteps } from "../thresholds.ts";
import { bilingual } from "../titles.ts";
import { unitId } from "../units.ts";
import { seriesTargets } from "./targets.ts";

/** What a field's chart is made of. */
export interface FieldParts {
  readonly kind: Kind;
  readonly field: string;
  readonly of: Scope["of"];
  /** How the numbers of one step become one: `mean`, or a variable. */
  readonly fold: string;
}

/** The chart of a field over time, chosen by its widget; undefined for what no chart can show. */
export function fieldPanel(parts: FieldParts): Panel | undefined {
  return charts[fieldOf(parts).widget]?.(parts);
}

/** How a field's values are written and coloured, in charts and tables alike. */
export function fieldStyle(kind: Kind, name: string): FieldConfig {
  const field = kind.fields[name] as Field;
  const unit = unitId(field);
  const mappings = mappingsOf(kind, name);
  const isShare = field.range !== undefined && (field.widget === "percent" || field.widget === "battery");
  return {
    ...(unit !== undefined && { unit }),
    ...(isShare && { min: field.range[0], max: field.range[1] }),
    ...(mappings.length > 0 && { mappings }),
    ...(field.type === "number" && {
      thresholds: { mode: "absolute", steps: thresholdSteps(kind, name) },
    }),
  };
}

const charts: Readonly<Record<Field["widget"], ((parts: FieldParts) => Panel) | undefined>> = {
  number: lines,
  gauge: lines,
  percent: lines,
  temperature: lines,
  battery: lines,
  state: timeline,
  flag: timeline,
  // A text has too many values for a chart, and a moment is no quantity: both stand in tables.
  text: undefined,
  time: undefined,
};

function lines(parts: FieldParts): Panel {
  const { kind, field, of, fold } = parts;
  const query = folded({ kind: kind.name, of }, field, fold);
  return {
    ...frame(parts, "timeseries", query),
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    fieldConfig: {
      defaults: {
        ...fieldStyle(kind, field),
        color: { mode: "palette-classic" },
        custom: {
          drawStyle: "line",
          lineWidth: 1,
          fillOpacity: 0,
          showPoints: "auto",
          spanNulls: kind.quietAfterMs,
          thresholdsStyle: { mode: "dashed" },
        },
      },
      overrides: [],
    },
  };
}

function timeline(parts: FieldParts): Panel {
  const { kind, field, of } = parts;
  return {
    ...frame(parts, "state-timeline", held({ kind: kind.name, of }, field)),
    options: {
      mergeValues: true,
      showValue: "auto",
      alignValue: "left",
      rowHeight: 0.9,
      perPage: 20,
      legend: { displayMode: "list", placement: "bottom", showLegend: true },
      tooltip: { mode: "single", sort: "none" },
    },
    fieldConfig: {
      defaults: {
        ...fieldStyle(kind, field),
        color: { mode: "fixed" },
        custom: { lineWidth: 0, fillOpacity: 70, spanNulls: kind.quietAfterMs },
      },
      overrides: [],
    },
  };
}

/**
 * What every chart of a field has. A step is never shorter than the usual time between two messages, so that an empty one
 * means silence; gaps up to the time after which a device is called offline are drawn through, longer ones stay open.
 */
function frame(parts: FieldParts, type: Panel["type"], query: string): Panel {
  const description = describeRules(parts.kind, parts.field);
  return {
    type,
    title: bilingual(fieldOf(parts).title),
    ...(description !== "" && { description }),
    datasource: seriesSource,
    interval: stepOf(parts.kind),
    targets: seriesTargets([{ query, alias: "$tag_device" }]),
  };
}

/** The least step of a kind's charts, in Grafana's writing. */
export function stepOf({ intervalMs }: Pick<Kind, "intervalMs">): string {
  return `${Math.ceil(intervalMs / 1000)}s`;
}

function fieldOf({ kind, field }: FieldParts): Field {
  return kind.fields[field] as Field;
}
