import type { LiveIncident } from "../live/entities.ts";
import type { Tap } from "./outbox.ts";

/** A step that a crew takes with one tap. */
export interface NextStep {
  /** Last part of the address of the call. */
  readonly path: "acknowledge" | "dispatch" | "arrive" | "control";
  /** Id of the operation in the API document, for what the person may do. */
  readonly operation: string;
  /** What the incident has come to then. */
  readonly leadsTo: LiveIncident["state"];
}

/** What comes next in each state of an incident; nothing once it is under control: that it is over is another decision. */
const steps: Readonly<Partial<Record<LiveIncident["state"], NextStep>>> = {
  detected: { path: "acknowledge", operation: "acknowledgeIncident", leadsTo: "acknowledged" },
  acknowledged: { path: "dispatch", operation: "dispatchIncident", leadsTo: "dispatched" },
  dispatched: { path: "arrive", operation: "arriveIncident", leadsTo: "arrived" },
  arrived: { path: "control", operation: "controlIncident", leadsTo: "controlled" },
};

/** The step that follows a state; undefined when none is taken with one tap. */
export function nextStep(state: LiveIncident["state"]): NextStep | undefined {
  return steps[state];
}

const ends: Readonly<Record<string, LiveIncident["state"]>> = {
  close: "closed",
  "false-alarm": "false-alarm",
};

/** What an incident has come to when the taps that still wait have arrived too. */
export function stateWith(
  { id, state }: Pick<LiveIncident, "id" | "state">,
  waiting: readonly Pick<Tap, "incident" | "path">[],
): LiveIncident["state"] {
  let reached = state;
  for (const { incident, path } of waiting) {
    if (incident !== id) continue;
    const step = steps[reached];
    if (step?.path === path) reached = step.leadsTo;
    else reached = ends[path] ?? reached;
  }
  return reached;
}
