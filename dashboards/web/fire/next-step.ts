/** A step that a crew takes with one tap. */
export interface NextStep {
  /** Last part of the address of the call. */
  readonly path: "acknowledge" | "dispatch" | "arrive" | "control";
  /** Id of the operation in the API document, for what the person may do. */
  readonly operation: string;
}

/** What comes next in each state of an incident; nothing once it is under control: that it is over is another decision. */
const steps: Readonly<Record<string, NextStep>> = {
  detected: { path: "acknowledge", operation: "acknowledgeIncident" },
  acknowledged: { path: "dispatch", operation: "dispatchIncident" },
  dispatched: { path: "arrive", operation: "arriveIncident" },
  arrived: { path: "control", operation: "controlIncident" },
};

/** The step that follows a state; undefined when none is taken with one tap. */
export function nextStep(state: string): NextStep | undefined {
  return steps[state];
}
