import type { Drill } from "../../../../gateway/api/contract.ts";
import { wordsOf } from "../../i18n/words.ts";
import { drillsArea } from "./words.ts";

/** How a drill ended, in words; that it is under way while it has not. */
export function sayEnd({ end, endedBy }: Drill): string {
  const t = wordsOf(drillsArea);
  if (end === null) return t("running");
  if (end === "asked") return t("byAsked", { by: endedBy ?? "" });
  return t(end === "crew" ? "byCrew" : end === "time" ? "byTime" : "byFailed");
}
