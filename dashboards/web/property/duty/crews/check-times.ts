import type { Crew } from "../../../../../gateway/api/contract.ts";
import { wordsOf } from "../../../i18n/words.ts";
import { joinNames } from "../site-data.ts";
import { crewsArea } from "./words.ts";

/** When a crew is asked by itself, as one sentence. */
export function sayCheckTimes({ planned, random }: Crew["checks"]): string {
  const t = wordsOf(crewsArea);
  const parts = [
    ...(planned.length === 0 ? [] : [t("saysPlanned", { times: joinNames(planned) })]),
    ...(random === null ? [] : [t("saysRandom", random)]),
  ];
  return parts.length === 0 ? t("saysNone") : joinNames(parts);
}
