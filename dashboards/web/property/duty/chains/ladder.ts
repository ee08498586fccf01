import type { Target } from "../../../../../gateway/api/contract.ts";
import { wordsOf } from "../../../i18n/words.ts";
import { sayDuration } from "../../history/duration.ts";
import { channelTitle } from "../contacts/ways.ts";
import { joinNames } from "../site-data.ts";
import type { ShownChain } from "./chain-form.ts";
import { chainsArea } from "./words.ts";

type Stage = ShownChain["stages"][number];

/** When a stage comes: the moment, and the mark that has passed by then. */
export function sayWhen({ afterMs, mark }: Pick<Stage, "afterMs" | "mark">): { when: string; why: string } {
  const t = wordsOf(chainsArea);
  return {
    when: afterMs === 0 ? t("atOnce") : t("after", { time: sayDuration(afterMs) }),
    why: mark === null ? "" : t(mark),
  };
}

/** When the calls of a stage end. */
export function sayUntil(until: string): string {
  const t = wordsOf(chainsArea);
  const ends: Readonly<Record<string, string>> = {
    acknowledged: t("untilAcknowledged"),
    arrived: t("untilArrived"),
    controlled: t("untilControlled"),
  };
  return ends[until] ?? until;
}

/** The people whom a call would reach, by the channels that they are reached over; nobody: empty. Groups are those of the settings. */
export function sayReached({ who, people }: Stage["calls"][number], targets: readonly Target[]): string {
  const t = wordsOf(chainsArea);
  if (who === "targets")
    return joinNames(targets.filter(({ isAddressed }) => !isAddressed).map(channelTitle));
  const byWays = new Map<string, string[]>();
  for (const { name, targets: ways } of people) {
    const said = joinNames(
      ways.map((way) => channelTitle(targets.find((one) => one.name === way) ?? { name: way, type: "" })),
    );
    byWays.set(said, [...(byWays.get(said) ?? []), name]);
  }
  return [...byWays].map(([ways, names]) => t("by", { names: joinNames(names), ways })).join(" · ");
}

/** What is said of a call that reaches nobody. Where every crew is called already there is nobody to help them. */
export function sayUnreached({ who }: Stage["calls"][number]): string {
  const t = wordsOf(chainsArea);
  if (who === "targets") return t("noGroups");
  return t(who === "neighbours" ? "noNeighbours" : "nobody");
}
