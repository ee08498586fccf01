import type { Field, Kind } from "../../../devices/kit/kind.ts";
import type { FieldConfig, Override, Panel } from "../model.ts";
import { heard, latest, type Scope } from "../queries.ts";
import { seriesSource } from "../sources.ts";
import { bilingual } from "../titles.ts";
import { fieldStyle } from "./field.ts";
import { tableTarget } from "./targets.ts";

/** A table of devices with the last value of some fields. */
export function latestPanel(kind: Kind, of: Scope["of"], fields: readonly string[]): Panel {
  return {
    type: "table",
    title: "最近值 Last values",
    description:
      "所选时间段内的最后值，可能已过时：见“最后消息”。The last in the chosen time, which may be old: see “Last message”.",
    datasource: seriesSource,
    targets: tableTarget(latest({ kind: kind.name, of }, fields)),
    options: { showHeader: true, cellHeight: "sm" },
    fieldConfig: {
      defaults: { custom: { align: "auto", cellOptions: { type: "auto" } } },
      overrides: [deviceColumn, ...fields.map((field) => columnOf(kind, field))],
    },
    // Of several last values the store gives no time.
    transformations: [{ id: "organize", options: { excludeByName: { Time: true } } }],
  };
}

/** A table of devices with the age of their last message. */
export function heardPanel(kind: Kind, of: Scope["of"]): Panel {
  const fields = Object.keys(kind.fields);
  return {
    type: "table",
    title: "最后消息 Last message",
    datasource: seriesSource,
    targets: tableTarget(heard({ kind: kind.name, of }, fields)),
    options: { showHeader: true, cellHeight: "sm", sortBy: [{ displayName: timeTitle, desc: false }] },
    fieldConfig: {
      defaults: { custom: { align: "auto" } },
      overrides: [deviceColumn, column("Time", { displayName: timeTitle, unit: "dateTimeFromNow" })],
    },
    transformations: [{ id: "filterFieldsByName", options: { include: { names: ["Time", "device"] } } }],
  };
}

/** The column of a field in a table, coloured where a value can be good or bad. */
export function columnOf(kind: Kind, name: string): Override {
  const field = kind.fields[name] as Field;
  const style = fieldStyle(kind, name);
  const isJudged = style.mappings !== undefined || (style.thresholds?.steps.length ?? 0) > 1;
  return column(name, {
    ...style,
    displayName: bilingual(field.title),
    ...(isJudged && { custom: { cellOptions: { type: "color-text" } } }),
  });
}

/** The column with the id of the device. */
export const deviceColumn = column("device", { displayName: "设备 Device" });

/** How one column of a table is shown. */
export function column(name: string, { custom = {}, ...style }: FieldConfig): Override {
  const properties = [
    ...Object.entries(style).map(([id, value]) => ({ id, value })),
    ...Object.entries(custom).map(([id, value]) => ({ id: `custom.${id}`, value })),
  ];
  return { matcher: { id: "byName", options: name }, properties };
}

const timeTitle = "多久以前 Age";
