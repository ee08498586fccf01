import type { KindDetail } from "../../../../gateway/api/contract.ts";
import type { Field } from "../../api/catalogue.ts";
import type { Tally } from "../../live/tallies.ts";

/** The one figure that tells how the devices of a kind are doing. */
export interface KeyFigure {
  readonly name: string;
  readonly field: Field;
  /** `share`: so many of all say yes. `average`: of a measure. `sum`: of what is counted. */
  readonly way: "share" | "average" | "sum";
  readonly value: number;
}

/** Finds the figure by the kind's summary: its first field that can be counted or averaged and that any device has told. */
export function keyFigureOf(kind: KindDetail, tallies: readonly Tally[]): KeyFigure | undefined {
  for (const name of kind.summary) {
    const field = kind.fields[name];
    const way = field === undefined ? undefined : wayOf(field);
    if (field === undefined || way === undefined) continue;
    const sum = { count: 0, sum: 0, trues: 0 };
    for (const tally of tallies) {
      const found = tally.fields.get(name);
      sum.count += found?.count ?? 0;
      sum.sum += found?.sum ?? 0;
      sum.trues += found?.trues ?? 0;
    }
    if (sum.count === 0) continue;
    const value = way === "share" ? sum.trues : way === "sum" ? sum.sum : sum.sum / sum.count;
    return { name, field, way, value };
  }
  return undefined;
}

function wayOf({ widget, unit }: Field): KeyFigure["way"] | undefined {
  if (widget === "flag") return "share";
  if (widget === "percent" || widget === "gauge" || widget === "temperature") return "average";
  if (widget === "number") return unit === "count" ? "sum" : "average";
  return undefined;
}
