import type { IncidentState } from "../../alert/contract.ts";

/** The steps that the holder of a link can take. To end an alarm, also as a false one, somebody must log in. */
export const answerSteps = ["acknowledged", "dispatched", "arrived", "controlled"] as const;

/** One of them. */
export type AnswerStep = (typeof answerSteps)[number];

/** What a page offers, the most likely first. A slip of the thumb must not end the calls, so that only who is on scene can say that it is under control. */
export const offered: Readonly<Record<IncidentState, readonly AnswerStep[]>> = {
  detected: ["acknowledged"],
  acknowledged: ["dispatched", "arrived"],
  dispatched: ["arrived"],
  arrived: ["controlled"],
  controlled: [],
  closed: [],
  "false-alarm": [],
};
