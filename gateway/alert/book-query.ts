import type { Severity } from "../../devices/kit/kind.ts";
import { GatewayError } from "../errors.ts";
import type { Alert, AlertQuery } from "./contract.ts";

/** The last alert of a page: the next one begins after it. */
export interface Place {
  readonly raisedAt: number;
  readonly id: string;
}

/** The place that a cursor names. Throws `invalid-request` for anything that is no cursor of ours. */
export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,16})~([\w-]{1,64})$/.exec(cursor);
  if (match === null) {
    throw new GatewayError("invalid-request", "cursor must be the next of an earlier page", {
      path: "cursor",
    });
  }
  return { raisedAt: Number(match[1]), id: match[2]! };
}

/** The cursor of the page that follows an alert. */
export function cursorAfter({ raisedAt, id }: Place): string {
  return `${raisedAt}~${id}`;
}

/** Newest first; ids decide between alerts of one millisecond, so that pages never overlap. */
export function compareNewest(a: Place, b: Place): number {
  if (a.raisedAt !== b.raisedAt) return b.raisedAt - a.raisedAt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}

/** Whether a list shows an alert. */
export function isListed(alert: Alert, query: AlertQuery, after: Place | undefined): boolean {
  const { state, acknowledged, severity, sites, kind, rule, device, from, to } = query;
  const { assignee, assigned, muted, suppressed, under } = query;
  return (
    (state === undefined || alert.state === state) &&
    (acknowledged === undefined || (alert.acknowledgedAt !== undefined) === acknowledged) &&
    (severity === undefined || severity.includes(alert.severity)) &&
    (sites === undefined || sites.includes(alert.site)) &&
    (kind === undefined || alert.kind === kind) &&
    (rule === undefined || alert.rule === rule) &&
    (device === undefined || alert.device === device) &&
    (assignee === undefined || alert.assignee === assignee) &&
    (assigned === undefined || (alert.assignee !== undefined) === assigned) &&
    (muted === undefined || alert.muted === muted) &&
    (suppressed === undefined || (alert.under !== undefined) === suppressed) &&
    (under === undefined || alert.under === under) &&
    (from === undefined || (alert.clearedAt ?? Number.POSITIVE_INFINITY) >= from) &&
    (to === undefined || alert.raisedAt < to) &&
    (after === undefined || compareNewest(after, alert) < 0)
  );
}

/** A condition of SQL with its parameters. */
export interface Condition {
  readonly where: string;
  readonly values: readonly (string | number)[];
}

/**
 * The same as conditions of SQL, of which a list shows the newest together: one for each severity and site, because SQLite
 * reads in order of time only where one value is asked for.
 */
export function conditionsOf(query: AlertQuery, after: Place | undefined): Condition[] {
  const severities = query.severity === undefined ? [undefined] : [...new Set(query.severity)];
  const sites = query.sites === undefined ? [undefined] : [...new Set(query.sites)];
  return severities.flatMap((severity) =>
    sites.map((site) => conditionOf({ ...query, severity, site }, after)),
  );
}

function conditionOf(
  query: Omit<AlertQuery, "severity" | "sites"> & {
    severity: Severity | undefined;
    site: string | undefined;
  },
  after: Place | undefined,
): Condition {
  const { state, acknowledged, severity, site, kind, rule, device, from, to } = query;
  const { assignee, assigned, muted, suppressed, under } = query;
  const terms: string[] = [];
  const values: (string | number)[] = [];
  function need(term: string, ...facts: (string | number)[]): void {
    terms.push(term);
    values.push(...facts);
  }
  // Written out, because SQLite takes a partial index only when it sees the value.
  if (state !== undefined) need(state === "raised" ? "state = 'raised'" : "state = 'cleared'");
  if (severity !== undefined) need("severity = ?", severity);
  if (kind !== undefined) need("kind = ?", kind);
  if (device !== undefined) need("device = ?", device);
  if (rule !== undefined) need("rule = ?", rule);
  if (assignee !== undefined) need("assignee = ?", assignee);
  if (assigned !== undefined) need(assigned ? "assignee IS NOT NULL" : "assignee IS NULL");
  if (under !== undefined) need("under = ?", under);
  if (suppressed !== undefined) need(suppressed ? "under IS NOT NULL" : "under IS NULL");
  if (muted !== undefined) need(muted ? "is_muted = 1" : "is_muted = 0");
  // The plus keeps SQLite from the index that tells least apart.
  const isAlone = [severity, kind, rule, device, assignee].every((one) => one === undefined);
  if (acknowledged !== undefined) need(`${isAlone ? "" : "+"}is_acknowledged = ?`, Number(acknowledged));
  if (site !== undefined) need(`${isAlone && acknowledged === undefined ? "" : "+"}site = ?`, site);
  if (from !== undefined) need("(cleared_at IS NULL OR cleared_at >= ?)", from);
  if (to !== undefined) need("raised_at < ?", to);
  if (after !== undefined) need("(raised_at, id) < (?, ?)", after.raisedAt, after.id);
  return { where: terms.length === 0 ? "1" : terms.join(" AND "), values };
}
