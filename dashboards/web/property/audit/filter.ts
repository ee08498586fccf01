import type { LocationQuery } from "vue-router";
import { boundsOfDays, startOfDay } from "../../format/day.ts";

/** What can become of an action. */
export const outcomes = ["done", "refused", "failed", "unknown"] as const;

/** Which rows of the trail are listed; an empty text is no condition. All of it stands in the address of the page. */
export interface AuditFilter {
  readonly outcome: (typeof outcomes)[number] | "";
  /** An operation of the API, or a word such as `login`. */
  readonly action: string;
  /** Who did it: `person:<id>`, `token:<id>`, `settings`, `system`, `nobody`. */
  readonly by: string;
  /** First and last day, `YYYY-MM-DD` in the browser's zone. */
  readonly from: string;
  readonly to: string;
}

/** Reads the filter out of an address; what it does not know is no condition. */
export function readFilter(query: LocationQuery): AuditFilter {
  const text = (name: string) => {
    const given = query[name];
    return typeof given === "string" ? given : "";
  };
  const day = (name: string) => (Number.isNaN(startOfDay(text(name))) ? "" : text(name));
  return {
    outcome: outcomes.find((one) => one === text("outcome")) ?? "",
    action: text("action"),
    by: text("by"),
    from: day("from"),
    to: day("to"),
  };
}

/** Whether anything narrows the list. */
export function isNarrowed(filter: AuditFilter): boolean {
  return Object.values(filter).some((one) => one !== "");
}

/** The same conditions as the API takes them. */
export function queryOf({ outcome, action, by, ...days }: AuditFilter, site: string | undefined) {
  const { from, to } = boundsOfDays(days);
  return {
    ...{ site, outcome, action, by },
    from: from === undefined ? undefined : new Date(from).toISOString(),
    to: to === undefined ? undefined : new Date(to).toISOString(),
  };
}
