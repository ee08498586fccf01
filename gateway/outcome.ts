import type { DeviceStates } from "./device-state.ts";
import type { Lane } from "./journal/contract.ts";
import type { Change, IncidentStep, KnownDevice, Presence, Refusal } from "./types.ts";

/** What follows from one message, or from the passing of time. */
export interface Outcome {
  /** Lines for the journal, in the order in which they happened. */
  readonly records: string[];
  lane: Lane;
  /** Why the message, or a part of it, was refused. */
  refusal: Refusal | undefined;
}

/** Nothing has followed yet. */
export function createOutcome(): Outcome {
  return { records: [], lane: "normal", refusal: undefined };
}

/** The steps of an alert that people never see. */
const debounce: ReadonlySet<Change["step"]> = new Set(["pending", "dropped"]);

/** What can follow from a message, from time, or from people. */
export type Happening = Change | IncidentStep | Presence;

/** Adds a happening to an outcome. */
export type Take = (happening: Happening, outcome: Outcome) => void;

interface TakerParts {
  readonly states: DeviceStates;
  /** Tells people of a critical change at once. */
  readonly alarm: (change: Change) => void;
  /** The step that a critical change makes of an incident, when it is a fire's. */
  readonly incident: (change: Change, known: KnownDevice | undefined) => IncidentStep | undefined;
  /** Shows a step of an incident at once. */
  readonly show: (step: IncidentStep) => void;
}

/** Makes `take`. Fire does not wait: a critical change goes to people before it is on disk. */
export function createTaker({ states, alarm, incident, show }: TakerParts): Take {
  return function take(happening, outcome) {
    if ("incident" in happening) {
      outcome.records.push(JSON.stringify({ type: "incident", ...happening }));
      outcome.lane = "alarm";
      show(happening);
      return;
    }
    if ("step" in happening) {
      // A self-test's alarm goes the way of every alarm, and is in nobody's book.
      if (happening.selfTest === undefined) {
        outcome.records.push(JSON.stringify({ type: "change", ...happening }));
      }
      if (happening.severity !== "critical" || debounce.has(happening.step)) return;
      outcome.lane = "alarm";
      alarm(happening);
      if (happening.selfTest !== undefined) return;
      const step = incident(happening, states.find(happening.device)?.known);
      if (step !== undefined) take(step, outcome);
      return;
    }
    outcome.records.push(JSON.stringify({ type: "presence", ...happening }));
    const state = states.find(happening.device);
    if (state === undefined) return;
    state.twin.online = happening.online;
    states.markDirty(state);
  };
}
