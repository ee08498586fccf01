import type { Change } from "../types.ts";
import type { Phase } from "./phases.ts";

/** Makes the change that a phase goes through. */
export function changeOf(
  phase: Pick<Phase, "alert" | "device" | "rule" | "severity" | "simulated"> & {
    readonly drill?: string | undefined;
  },
  step: Pick<Change, "id" | "step" | "at"> &
    Partial<Pick<Change, "due" | "values" | "reason" | "by" | "comment" | "assignee" | "under" | "affects">>,
): Change {
  const { id, step: name, at, ...more } = step;
  const { alert, device, rule, severity, simulated, drill } = phase;
  const mark = drill === undefined ? {} : { drill };
  const change: Change = { id, alert, step: name, device, rule, severity, at, ...more, ...mark };
  return simulated ? { ...change, simulated: true } : change;
}
