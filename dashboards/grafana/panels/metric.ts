import type { Text } from "../../../devices/kit/kind.ts";
import { goodColor, severityColors } from "../colors.ts";
import type { Panel, ThresholdStep } from "../model.ts";
import { metricsSource } from "../sources.ts";
import { bilingual } from "../titles.ts";
import { metricTargets } from "./targets.ts";

/** One line of a chart, or one number. */
export interface Measure {
  readonly expr: string;
  /** A fixed text, or a label in braces: `{{code}}`. */
  readonly legend: string;
}

/** A chart of metrics over time. */
export function metricChart(parts: { title: Text; unit: string; measures: readonly Measure[] }): Panel {
  return {
    type: "timeseries",
    title: bilingual(parts.title),
    datasource: metricsSource,
    targets: metricTargets(parts.measures, "range"),
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    fieldConfig: {
      defaults: {
        unit: parts.unit,
        min: 0,
        color: { mode: "palette-classic" },
        // A gateway that was not scraped leaves a gap.
        custom: { drawStyle: "line", lineWidth: 1, fillOpacity: 10, showPoints: "never", spanNulls: false },
      },
      overrides: [],
    },
  };
}

/** Numbers of now, side by side. Above 0 they take the colour; without one they stay plain. */
export function metricNumbers(parts: {
  title: Text;
  unit?: string;
  measures: readonly Measure[];
  color?: string;
}): Panel {
  const { color } = parts;
  const steps: ThresholdStep[] = [{ value: null, color: color === undefined ? plain : goodColor }];
  if (color !== undefined) steps.push({ value: smallest, color });
  return {
    type: "stat",
    title: bilingual(parts.title),
    datasource: metricsSource,
    targets: metricTargets(parts.measures, "instant"),
    options: {
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
      colorMode: color === undefined ? "value" : "background",
      graphMode: "none",
      textMode: parts.measures.length > 1 ? "value_and_name" : "value",
      justifyMode: "center",
      orientation: "auto",
      wideLayout: true,
    },
    fieldConfig: {
      defaults: {
        unit: parts.unit ?? "none",
        color: { mode: "thresholds" },
        thresholds: { mode: "absolute", steps },
      },
      overrides: [],
    },
  };
}

/** The least number of something that was counted, with room for what an extrapolated increase rounds off. */
const smallest = 0.5;
const plain = severityColors.info;
