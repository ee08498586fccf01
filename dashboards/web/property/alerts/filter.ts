import type { LocationQuery } from "vue-router";
import type { Alert } from "../../../../gateway/api/contract.ts";
import { boundsOfDays, startOfDay } from "../../format/day.ts";
import { concerns } from "../../live/concerns.ts";
import { type Severity, severities } from "../../live/entities.ts";

/** Which alerts are listed; an empty text is no condition. All of it stands in the address of the page. */
export interface AlertFilter {
  readonly state: Alert["state"];
  readonly severity: Severity | "";
  readonly kind: string;
  /** Id of a rule of the kind; nothing without a kind, because ids are the kind's own. */
  readonly rule: string;
  /** Full name of a device. */
  readonly device: string;
  /** Whether a person has acknowledged it. */
  readonly acknowledged: "true" | "false" | "";
  /** Who takes care of it: whoever looks, or nobody. */
  readonly assignee: "me" | "none" | "";
  /** The first and the last day on which it held, `YYYY-MM-DD` in the browser's zone. */
  readonly from: string;
  readonly to: string;
}

/** What narrows the list besides the state; the names of the address. */
const narrowing = ["severity", "kind", "rule", "device", "acknowledged", "assignee", "from", "to"] as const;

/** Reads the filter out of an address; what it does not know is no condition, and without a state the open ones are meant. */
export function readFilter(query: LocationQuery): AlertFilter {
  const text = (name: string) => {
    const given = query[name];
    return typeof given === "string" ? given : "";
  };
  const oneOf = <T extends string>(name: string, known: readonly T[]): T | "" =>
    known.find((one) => one === text(name)) ?? "";
  const day = (name: string) => (Number.isNaN(startOfDay(text(name))) ? "" : text(name));
  const kind = text("kind");
  return {
    state: text("state") === "cleared" ? "cleared" : "raised",
    severity: oneOf("severity", severities),
    kind,
    rule: kind === "" ? "" : text("rule"),
    device: text("device"),
    acknowledged: oneOf("acknowledged", ["true", "false"]),
    assignee: oneOf("assignee", ["me", "none"]),
    from: day("from"),
    to: day("to"),
  };
}

/** Whether anything but the state narrows the list. */
export function isNarrowed(filter: AlertFilter): boolean {
  return narrowing.some((name) => filter[name] !== "");
}

/** Whether the alert meets every condition. `site` undefined: all of them; `me`: the name of who looks. */
export function matches(
  alert: Alert,
  filter: AlertFilter,
  { site, me }: { readonly site: string | undefined; readonly me: string },
): boolean {
  const { severity, kind, rule, device, acknowledged, assignee } = filter;
  const { from, to } = boundsOfDays(filter);
  const endedAt = alert.clearedAt === null ? Number.POSITIVE_INFINITY : Date.parse(alert.clearedAt);
  return (
    alert.state === filter.state &&
    concerns(alert, site) &&
    (severity === "" || alert.severity === severity) &&
    (kind === "" || alert.kind === kind) &&
    (rule === "" || alert.rule === rule) &&
    (device === "" || alert.device === device) &&
    (acknowledged === "" || String(alert.acknowledgedAt !== null) === acknowledged) &&
    (assignee === "" || alert.assignee === (assignee === "me" ? me : null)) &&
    (from === undefined || endedAt >= from) &&
    (to === undefined || Date.parse(alert.raisedAt) < to)
  );
}

/** The same conditions as the API takes them. */
export function queryOf(
  { state, severity, kind, rule, device, acknowledged, assignee, ...days }: AlertFilter,
  { site, me }: { readonly site: string | undefined; readonly me: string },
): Record<string, string | undefined> {
  const { from, to } = boundsOfDays(days);
  return {
    ...{ state, severity, kind, rule, device, acknowledged, site },
    assignee: assignee === "me" ? me : undefined,
    assigned: assignee === "none" ? "false" : undefined,
    from: from === undefined ? undefined : new Date(from).toISOString(),
    to: to === undefined ? undefined : new Date(to).toISOString(),
  };
}
