import type { KindDetail } from "../../../gateway/api/contract.ts";
import { pick } from "../i18n/language.ts";
import { common } from "../i18n/shared-words.ts";
import { keyFigureOf } from "../live/key-figure.ts";
import type { Tally } from "../live/tallies.ts";
import { formatNumber } from "./number.ts";
import { sayValue } from "./value.ts";

/** The key figure of a kind as it is read: `22 %`, average fill. */
export function sayFigure(
  kind: KindDetail,
  tallies: readonly Tally[],
): { readonly text: string; readonly unit?: string | undefined; readonly label: string } {
  const found = keyFigureOf(kind, tallies);
  const total = tallies.reduce((sum, tally) => sum + tally.total, 0);
  const ofAll = { text: formatNumber(found.value), unit: `/ ${formatNumber(total)}` };
  if (found.way === "in-order") return { ...ofAll, label: common("inOrder") };
  const { field, way, value } = found;
  const name = pick(field.title);
  if (way === "share") return { ...ofAll, label: name };
  const label = way === "average" ? common("average", { field: name }) : common("inAll", { field: name });
  return { ...sayValue(field, value), label };
}
