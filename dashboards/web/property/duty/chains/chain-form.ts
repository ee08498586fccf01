import type { Chain, Duty } from "../../../../../gateway/api/contract.ts";

/** Classes of alarms, the most urgent first. */
export const chainClasses = ["fire", "critical", "major", "minor"] as const;
export type ChainClass = (typeof chainClasses)[number];

/** A chain as the preview shows it, with the people of each stage. */
export type ShownChain = Duty["chains"][number];
export type Mark = NonNullable<ShownChain["stages"][number]["mark"]>;
export type DraftCall = Chain["stages"][number]["call"][number];
export type Until = Chain["stages"][number]["until"];

/** A length of time as it is typed. */
export interface DraftTime {
  readonly amount: string;
  readonly unit: "seconds" | "minutes";
}

/** A stage as it stands in the form; `key` tells one from another while they are moved. */
export interface DraftStage extends DraftTime {
  readonly key: number;
  readonly when: "now" | "time" | Mark;
  readonly calls: readonly DraftCall[];
  readonly until: Until;
}

/** A chain as it stands in the form; without `repeat` nobody is called again. */
export interface Draft {
  readonly stages: readonly DraftStage[];
  readonly repeat: DraftTime | undefined;
}

/** What the API takes. */
export interface ChainBody {
  readonly stages: readonly Chain["stages"][number][];
  readonly repeatMs: number | null;
}

/** A chain to be changed. */
export function draftOf({ stages, repeatMs }: Pick<ShownChain, "stages" | "repeatMs">): Draft {
  return {
    stages: stages.map(({ afterMs, mark, until, calls }, key) => ({
      ...{
        key,
        when: mark ?? (afterMs === 0 ? ("now" as const) : ("time" as const)),
        ...timeOf(mark === null ? afterMs : 0),
      },
      ...{ until: until as Until, calls: calls.map(({ who, way }) => ({ who, way })) },
    })),
    repeat: repeatMs === null ? undefined : timeOf(repeatMs),
  };
}

/** The draft as the API takes it, or the places where no number stands: `stages.0.after`, `repeatMs`. */
export function readDraft({ stages, repeat }: Draft): { body: ChainBody } | { missing: readonly string[] } {
  const missing: string[] = [];
  const read = (time: DraftTime, path: string) => {
    const ms = msOf(time);
    if (ms === undefined) missing.push(path);
    return ms ?? 0;
  };
  const afterOf = ({ when, amount, unit }: DraftStage, index: number) => {
    if (when === "now") return 0;
    return when === "time" ? read({ amount, unit }, `stages.${index}.after`) : when;
  };
  const body = {
    stages: stages.map((stage, index) => ({
      ...{ after: afterOf(stage, index), until: stage.until },
      call: stage.calls.map((call) => ({ ...call })),
    })),
    repeatMs: repeat === undefined ? null : read(repeat, "repeatMs"),
  };
  return missing.length > 0 ? { missing } : { body };
}

/** A further stage, later than the last one. */
export function nextStage({ stages }: Draft): DraftStage {
  const key = 1 + Math.max(-1, ...stages.map((stage) => stage.key));
  const calls = [{ who: "duty", way: "first" }] as const;
  const times = stages.flatMap((stage) => (stage.when === "time" ? (msOf(stage) ?? 0) : 0));
  const time = timeOf(Math.max(0, ...times) + 60_000);
  return { key, when: stages.length === 0 ? "now" : "time", ...time, calls, until: "acknowledged" };
}

/** The draft with two neighbouring stages exchanged. */
export function swapStages(draft: Draft, upper: number): Draft {
  const stages = [...draft.stages];
  const [a, b] = [stages[upper], stages[upper + 1]];
  if (a === undefined || b === undefined) return draft;
  stages.splice(upper, 2, b, a);
  return { ...draft, stages };
}

function timeOf(ms: number): DraftTime {
  const isWhole = ms >= 120_000 && ms % 60_000 === 0;
  return isWhole
    ? { amount: String(ms / 60_000), unit: "minutes" }
    : { amount: String(ms / 1000), unit: "seconds" };
}

/** ms; undefined for what is no number of at least 0. */
function msOf({ amount, unit }: DraftTime): number | undefined {
  const number = Number(amount.trim());
  if (amount.trim() === "" || !Number.isFinite(number) || number < 0) return undefined;
  return Math.round(number * (unit === "minutes" ? 60_000 : 1000));
}
