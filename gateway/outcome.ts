import type { DeviceStates } from "./device-state.ts";
import type { Lane } from "./journal/contract.ts";
import type {
  Change,
  DutyCheckStep,
  IncidentStep,
  KnownDevice,
  MuteStep,
  Presence,
  Refusal,
} from "./types.ts";

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
export type Happening = Change | DutyCheckStep | IncidentStep | MuteStep | Presence;

/** Adds a happening to an outcome. */
export type Take = (happening: Happening, outcome: Outcome) => void;

interface TakerParts {
  readonly states: DeviceStates;
  /** Notes on a change whether a window, or a device above that is down, holds it back. */
  readonly mark: (change: Change) => Change;
  /** Tells people of a critical change at once. */
  readonly alarm: (change: Change) => void;
  /** The step that a critical change makes of an incident, when it is a fire's. */
  readonly incident: (change: Change, known: KnownDevice | undefined) => IncidentStep | undefined;
  /** Shows a step of an incident at once. */
  readonly show: (step: IncidentStep) => void;
  readonly duty: {
    /** The changes that a step of a duty check brings about. */
    follow(step: DutyCheckStep): readonly Change[];
    /** The changes that follow from another one. */
    superseded(change: Change): readonly Change[];
  };
}

/** Makes `take`. Fire does not wait: a critical change goes to people before it is on disk. */
export function createTaker({ states, mark, alarm, incident, show, duty }: TakerParts): Take {
  return function take(happening, outcome) {
    if ("incident" in happening) {
      outcome.records.push(JSON.stringify({ type: "incident", ...happening }));
      outcome.lane = "alarm";
      show(happening);
      return;
    }
    if ("check" in happening) {
      outcome.records.push(JSON.stringify({ type: "duty-check", ...happening }));
      for (const change of duty.follow(happening)) take(change, outcome);
      return;
    }
    if ("mute" in happening) {
      outcome.records.push(JSON.stringify({ type: "mute", ...happening }));
      return;
    }
    if ("step" in happening) {
      const change = mark(happening);
      const isSelfTest = change.selfTest !== undefined;
      // A self-test's alarm goes the way of every alarm, and is in nobody's book.
      if (!isSelfTest) outcome.records.push(JSON.stringify({ type: "change", ...change }));
      for (const consequence of duty.superseded(change)) take(consequence, outcome);
      if (change.severity !== "critical" || debounce.has(change.step)) return;
      outcome.lane = "alarm";
      alarm(change);
      if (isSelfTest) return;
      const step = incident(change, states.find(change.device)?.known);
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
