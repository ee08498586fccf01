import type { KindDetail } from "../../../gateway/api/contract.ts";
import type { Field } from "../api/catalogue.ts";
import type { Tally } from "./tallies.ts";

/** The one figure that tells how the devices of a kind are doing. */
export type KeyFigure =
  /** So many of all talk and have no open alert. */
  | { readonly way: "in-order"; readonly value: number }
  /** `share`: so many of all say yes. `average`: of a measure. `sum`: of what is counted. */
  | { readonly way: "share" | "average" | "sum"; readonly field: Field; readonly value: number };

/** Finds the figure: the field that the kind names, as soon as any device has told it; otherwise how many are in order. */
export function keyFigureOf(kind: KindDetail, tallies: readonly Tally[]): KeyFigure {
  const field = kind.figure === undefined ? undefined : kind.fields[kind.figure];
  const sum = { count: 0, sum: 0, trues: 0 };
  for (const tally of field === undefined ? [] : tallies) {
    const found = tally.fields.get(kind.figure as string);
    sum.count += found?.count ?? 0;
    sum.sum += found?.sum ?? 0;
    sum.trues += found?.trues ?? 0;
  }
  if (field === undefined || sum.count === 0)
    return { way: "in-order", value: tallies.reduce((total, { inOrder }) => total + inOrder, 0) };
  if (field.type === "boolean") return { way: "share", field, value: sum.trues };
  if (field.unit === "count") return { way: "sum", field, value: sum.sum };
  return { way: "average", field, value: sum.sum / sum.count };
}
