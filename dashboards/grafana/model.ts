/** A dashboard as Grafana reads it from a file: the parts of its JSON model that are used here. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly editable: boolean;
  readonly graphTooltip: number;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly timezone: string;
  readonly links: readonly Readonly<Record<string, unknown>>[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly PlacedPanel[];
}

/** What a reader of the dashboard chooses. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly type: "query" | "custom";
  readonly query: string;
  readonly [more: string]: unknown;
}

/** One chart or table, without its place. */
export interface Panel {
  readonly type: "timeseries" | "state-timeline" | "table" | "stat" | "row";
  readonly title: string;
  readonly description?: string;
  readonly datasource?: DataSource;
  /** Least width of a step, as `600s`. */
  readonly interval?: string;
  readonly targets?: readonly Target[];
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fieldConfig?: { readonly defaults: FieldConfig; readonly overrides: readonly Override[] };
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
  readonly [more: string]: unknown;
}

/** A panel with its place in the grid of 24 columns. */
export interface PlacedPanel extends Panel {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** A provisioned data source. */
export interface DataSource {
  readonly type: "influxdb" | "prometheus";
  readonly uid: string;
}

/** One query of a panel: `query` for the time series store, `expr` for metrics. */
export interface Target {
  readonly refId: string;
  readonly datasource: DataSource;
  readonly query?: string;
  readonly expr?: string;
  readonly [more: string]: unknown;
}

/** How values are shown. */
export interface FieldConfig {
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly displayName?: string;
  readonly noValue?: string;
  readonly color?: { readonly mode: string };
  readonly mappings?: readonly ValueMapping[];
  readonly thresholds?: { readonly mode: "absolute"; readonly steps: readonly ThresholdStep[] };
  readonly custom?: Readonly<Record<string, unknown>>;
}

/** How values of one column are shown. */
export interface Override {
  readonly matcher: { readonly id: "byName"; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** Words and colours for values. */
export interface ValueMapping {
  readonly type: "value";
  readonly options: Readonly<
    Record<string, { readonly text: string; readonly color?: string; readonly index: number }>
  >;
}

/** From this value on (null: from the lowest) the colour holds. */
export interface ThresholdStep {
  readonly value: number | null;
  readonly color: string;
}
