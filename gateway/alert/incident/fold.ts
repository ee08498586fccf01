import type { IncidentStep } from "../../types.ts";
import type { Incident, IncidentAlarm, IncidentState } from "../contract.ts";

/** The incident after one more step; undefined for a step of an incident whose beginning is not known. */
export function foldStep(before: Incident | undefined, step: IncidentStep): Incident | undefined {
  if (step.step === "detected") return before ?? begin(step);
  if (before === undefined) return undefined;
  switch (step.step) {
    case "joined":
      return { ...before, joinedAt: step.at, alarms: [...before.alarms, alarmOf(step)] };
    case "escalated":
      return step.mark === undefined ? before : { ...before, escalated: [...before.escalated, step.mark] };
    case "noted":
      return before;
    default:
      return moved(before, step.step, step);
  }
}

/** Whether a crew has nothing left to do. */
export function isEnded({ state }: Pick<Incident, "state">): boolean {
  return state === "closed" || state === "false-alarm";
}

function begin(step: IncidentStep): Incident {
  const { incident: id, site, building, at, marks, during, drill } = step;
  return {
    ...{ id, site, building, state: "detected", detectedAt: at, joinedAt: at, times: {}, escalated: [] },
    marks: marks ?? { acknowledge: at, arrive: at, control: at },
    alarms: [alarmOf(step)],
    ...{ reason: undefined, during, drill },
  };
}

function moved(before: Incident, state: IncidentState, { at, by = "", note }: IncidentStep): Incident {
  const times = { ...before.times, [state]: { at, by } };
  return { ...before, state, times, reason: state === "false-alarm" ? note : before.reason };
}

function alarmOf({
  alert = "",
  device = "",
  rule = "",
  at,
  floor,
  values = {},
  during,
}: IncidentStep): IncidentAlarm {
  return { alert, device, rule, at, floor, values, during };
}
