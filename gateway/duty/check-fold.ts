import type { DutyCheckStep } from "../types.ts";
import type { DutyCheck } from "./contract.ts";

/** The check after one more step; undefined for a step of a check whose beginning is not known. The first end counts. */
export function foldCheck(before: DutyCheck | undefined, step: DutyCheckStep): DutyCheck | undefined {
  const { at, by, contact, device } = step;
  if (step.step === "asked") {
    const { check: id, site, crew, crewName = crew, due = at, slot, onDuty = [] } = step;
    return (
      before ?? {
        ...{ id, site, crew, crewName, askedAt: at, askedBy: by, slot, due, state: "open", onDuty },
        ...{ endedAt: undefined, answeredBy: undefined, contact: undefined, device: undefined },
      }
    );
  }
  if (before === undefined || before.state !== "open") return before;
  return { ...before, state: step.step, endedAt: at, answeredBy: by, contact, device };
}
