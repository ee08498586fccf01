import type { DeviceStates } from "./device-state.ts";
import type { Lane } from "./journal/contract.ts";
import type { Change, Presence, Refusal } from "./types.ts";

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

/** Adds a change or presence to an outcome. */
export type Take = (happening: Change | Presence, outcome: Outcome) => void;

/** Makes `take`. Fire does not wait: a critical change goes to people before it is on disk. */
export function createTaker({
  states,
  alarm,
}: {
  states: DeviceStates;
  /** Tells people of a critical change at once. */
  alarm: (change: Change) => void;
}): Take {
  return function take(happening, outcome) {
    if ("step" in happening) {
      outcome.records.push(JSON.stringify({ type: "change", ...happening }));
      if (happening.severity !== "critical" || debounce.has(happening.step)) return;
      outcome.lane = "alarm";
      alarm(happening);
      return;
    }
    outcome.records.push(JSON.stringify({ type: "presence", ...happening }));
    const state = states.find(happening.device);
    if (state === undefined) return;
    state.twin.online = happening.online;
    states.markDirty(state);
  };
}
