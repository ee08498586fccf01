import type uPlot from "uplot";
import { formatNumber, unitText } from "../format/number.ts";
import { formatTime } from "../format/time.ts";

/** One line over time. `undefined` in its values: the line goes on; `null`: it is broken. */
export interface ChartLine {
  readonly label: string;
  readonly unit?: string | null;
  readonly values: readonly (number | null | undefined)[];
  /** Least and greatest of each step, drawn as a band around the line. */
  readonly low?: readonly (number | null | undefined)[];
  readonly high?: readonly (number | null | undefined)[];
}

/** Something that lasted, shaded behind the lines; epoch ms. */
export interface ChartMark {
  readonly from: number;
  readonly to: number;
  readonly tone: "critical" | "major" | "minor" | "info";
}

/** A level that the lines are compared with. */
export interface ChartLevel {
  readonly value: number;
  readonly label: string;
  readonly tone: "old" | "new";
}

/** What is drawn. Times in epoch ms, ascending. */
export interface PlotFacts {
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly marks: readonly ChartMark[];
  readonly levels: readonly ChartLevel[];
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly unit: string | null | undefined;
  /** Charts with the same word move their cursors together. */
  readonly sync: string | undefined;
  /** Called with the part that was dragged over, epoch ms; absent: nothing can be dragged. */
  readonly zoom: ((part: { readonly from: number; readonly to: number }) => void) | undefined;
}

/** Width of the axis at the left, px; what stands above or below a chart keeps to it. */
export const axisPx = 56;

/** Height of the axis of time, px. */
const timeAxisPx = 30;
/** Room at the right of a chart, px. */
const endPx = 8;

const lineColors = ["--accent", "--major", "--ok", "--minor", "--critical", "--info"];

/** The options of the library for one chart. `color` reads a token of the page. */
export function plotOptions(
  facts: PlotFacts,
  color: (token: string) => string,
): Omit<uPlot.Options, "width" | "height"> {
  const axis = {
    stroke: color("--ink-3"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
  };
  const { from, to, levels, sync, zoom } = facts;
  const bands: uPlot.Band[] = [];
  const series: uPlot.Series[] = [
    { label: "", class: "time", value: (_, at) => (at == null ? "" : formatTime(at * 1000, "minute")) },
  ];
  for (const [index, { label, unit, low, high }] of facts.lines.entries()) {
    const stroke = color(lineColors[index % lineColors.length] as string);
    series.push({
      ...{ label, stroke, width: 1.75, points: { show: isAlone } },
      value: (_, value) =>
        value == null ? "—" : `${formatNumber(shown(value, unit))} ${unitOf(unit)}`.trim(),
    });
    if (low === undefined || high === undefined) continue;
    bands.push({ series: [series.length + 1, series.length], fill: `${stroke}2e` });
    series.push({ ...edge, stroke: `${stroke}00` }, { ...edge, stroke: `${stroke}00` });
  }
  return {
    series,
    bands,
    padding: [8, endPx, 0, 0],
    cursor: {
      drag: { x: zoom !== undefined, y: false, setScale: false },
      ...(sync === undefined ? {} : { sync: { key: sync } }),
    },
    scales: {
      x:
        from === undefined || to === undefined
          ? {}
          : { range: () => [from / 1000, to / 1000] as [number, number] },
      y: {
        range: (_plot, least, most) =>
          rangeOf([least, most, ...levels.map(({ value }) => value)], facts.unit),
      },
    },
    axes: [
      {
        ...axis,
        size: timeAxisPx,
        values: (_, at) => at.map((second) => tickOf(second * 1000, from, to)),
        space: 90,
      },
      {
        ...{ ...axis, size: axisPx },
        values: (_, all) => all.map((value) => formatNumber(shown(value, facts.unit), 2)),
      },
    ],
    hooks: {
      setSelect: [(plot) => takeSelection(plot, zoom)],
      drawClear: [(plot) => drawMarks(plot, facts.marks, color)],
      draw: [(plot) => drawLevels(plot, levels, color)],
    },
  };
}

/** Values in the order of the options' series; times in seconds. */
export function plotData({ times, lines }: Pick<PlotFacts, "times" | "lines">): uPlot.AlignedData {
  return [
    times.map((at) => at / 1000),
    ...lines.flatMap(({ values, low, high }) =>
      low === undefined || high === undefined ? [[...values]] : [[...values], [...low], [...high]],
    ),
  ] as uPlot.AlignedData;
}

const edge: uPlot.Series = { width: 0, points: { show: false }, class: "edge" };

/** A point that has no neighbour makes no line and is drawn by itself. */
function isAlone(plot: uPlot, index: number, least: number, most: number): boolean {
  return (plot.data[index] ?? []).slice(least, most + 1).filter((value) => value != null).length < 2;
}

/** A part of a whole is read as per cent. */
function shown(value: number, unit: string | null | undefined): number {
  return unit === "ratio" ? value * 100 : value;
}

function unitOf(unit: string | null | undefined): string {
  return unit === "ratio" ? "%" : unitText(unit);
}

/** Levels are in sight as well, a line that does not move is not at the edge, and no part is more than the whole. */
function rangeOf(given: readonly (number | null)[], unit: string | null | undefined): [number, number] {
  const values = given.filter((value) => value != null);
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = high === low ? Math.abs(high) * 0.1 || 1 : (high - low) * 0.08;
  const whole = unit === "ratio" ? 1 : unit === "%" ? 100 : Number.POSITIVE_INFINITY;
  return [
    low >= 0 ? Math.max(low - room, 0) : low - room,
    high <= whole ? Math.min(high + room, whole) : high + room,
  ];
}

function tickOf(at: number, from = 0, to = 0): string {
  const days = (to - from) / 86_400_000;
  return formatTime(at, days === 0 ? "minute" : days <= 1.1 ? "clock" : days <= 8 ? "minute" : "day");
}

/** Narrower than this is a click, px. */
const leastDragPx = 8;

function takeSelection(plot: uPlot, zoom: PlotFacts["zoom"]): void {
  const { left, width } = plot.select;
  if (zoom === undefined || width < leastDragPx) return;
  const at = (px: number) => Math.round(plot.posToVal(px, "x") * 1000);
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  zoom({ from: at(left), to: at(left + width) });
}

function drawMarks(plot: uPlot, marks: readonly ChartMark[], color: (token: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from, to, tone } of marks) {
    const left = Math.max(plot.valToPos(from / 1000, "x", true), bbox.left);
    const right = Math.min(plot.valToPos(to / 1000, "x", true), bbox.left + bbox.width);
    if (right < left) continue;
    ctx.fillStyle = `${color(`--${tone}`)}1f`;
    ctx.fillRect(left, bbox.top, Math.max(right - left, devicePixelRatio), bbox.height);
    ctx.fillStyle = color(`--${tone}`);
    ctx.fillRect(left, bbox.top, devicePixelRatio, bbox.height);
  }
  ctx.restore();
}

function drawLevels(plot: uPlot, levels: readonly ChartLevel[], color: (token: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.font = `${12 * devicePixelRatio}px sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  for (const { value, label, tone } of levels) {
    const y = plot.valToPos(value, "y", true);
    const ink = color(tone === "new" ? "--critical" : "--ink-3");
    ctx.strokeStyle = ink;
    ctx.fillStyle = ink;
    ctx.setLineDash(tone === "new" ? [] : [6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(label, bbox.left + 6 * devicePixelRatio, y - 2 * devicePixelRatio);
  }
  ctx.restore();
}
