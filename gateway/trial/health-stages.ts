import type { TrialStage } from "./contract.ts";
import type { SelfTestState } from "./self-test-watch.ts";

/** One part of readiness as the self-test sees it. */
export interface TrialHealth {
  readonly stage: "journal" | "broker" | "path" | "screens" | "notify";
  readonly ok: boolean;
  readonly detail: string;
}

/** Which part of readiness each stage of a test alarm speaks for. */
const names: Readonly<Record<TrialStage, TrialHealth["stage"]>> = {
  journal: "journal",
  broker: "broker",
  judge: "path",
  screen: "screens",
  dispatcher: "notify",
};

/** What the self-test says of each part that it runs through; nothing while it is switched off. */
export function healthOf(
  { isOn, stages, isBroken, lastOkAt, last }: SelfTestState,
  now: number,
): TrialHealth[] {
  if (!isOn) return [];
  const since =
    lastOkAt === undefined
      ? "none has come through yet"
      : `the last came through ${seconds(now - lastOkAt)} ago`;
  return stages.map((name) => {
    const stage = names[name];
    const ms = last?.took[name];
    if (last?.ok === false && last.stage === name) {
      return { stage, ok: !isBroken, detail: `a test alarm stopped here: ${last.reason}; ${since}` };
    }
    if (last === undefined) return { stage, ok: !isBroken, detail: "the first test alarm is under way" };
    return {
      stage,
      ok: true,
      detail: ms === undefined ? since : `test alarm through in ${Math.round(ms)} ms; ${since}`,
    };
  });
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
