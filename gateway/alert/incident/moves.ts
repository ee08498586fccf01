import type { Incident, IncidentMove, IncidentState } from "../contract.ts";

/** The way of an incident, in order. A crew may skip a step: who is on scene need not say that he set out. */
const way: readonly IncidentState[] = [
  "detected",
  "acknowledged",
  "dispatched",
  "arrived",
  "controlled",
  "closed",
];

/** Why a person cannot take this step now; undefined when he can. */
export function refusalOf({ state }: Pick<Incident, "state">, move: IncidentMove): string | undefined {
  if (move === "noted") return undefined;
  if (state === "closed" || state === "false-alarm") return `it has ended (${state})`;
  if (move === "false-alarm") return undefined;
  // What burns is not put away: somebody must have said that it is under control.
  if (move === "closed" && state !== "controlled")
    return "it must be under control, or a false alarm, before it is closed";
  return way.indexOf(move) > way.indexOf(state) ? undefined : `it has come to ${state} already`;
}
