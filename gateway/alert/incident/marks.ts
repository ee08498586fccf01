import type { IncidentMark } from "../../types.ts";
import type { Incident, IncidentState } from "../contract.ts";

/** How far a crew must have come by each mark. */
const required: Readonly<Record<IncidentMark, readonly IncidentState[]>> = {
  acknowledge: ["acknowledged", "dispatched", "arrived", "controlled"],
  arrive: ["arrived", "controlled"],
  control: ["controlled"],
};

/** The marks in the order of their usual times. */
export const incidentMarks = Object.keys(required) as IncidentMark[];

/** The marks of an open incident that have passed with nobody there, and that nobody was told of yet. */
export function passedMarks({ state, marks, escalated }: Incident, now: number): IncidentMark[] {
  return incidentMarks.filter(
    (mark) => now >= marks[mark] && !escalated.includes(mark) && !required[mark].includes(state),
  );
}
