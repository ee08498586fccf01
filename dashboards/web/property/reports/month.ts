import type { Alert } from "../../../../gateway/api/contract.ts";

/** `2026-01` as the time that it means where the reader is; undefined for what is no month. */
export function spanOf(month: string): { readonly from: number; readonly to: number } | undefined {
  const [, year, number] = /^(\d{4})-(\d{2})$/.exec(month) ?? [];
  if (year === undefined || number === undefined || Number(number) < 1 || Number(number) > 12)
    return undefined;
  return {
    from: new Date(Number(year), Number(number) - 1, 1).getTime(),
    to: new Date(Number(year), Number(number), 1).getTime(),
  };
}

/** The month of a moment where the reader is. */
export function monthOf(ms: number): string {
  const day = new Date(ms);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}`;
}

/** What the API is asked for a report: a month, ISO 8601, and a site; every one without it. */
export interface ReportQuery {
  readonly site: string | undefined;
  readonly from: string;
  readonly to: string;
}

/** What a month of alerts comes to. */
export interface AlertFigures {
  readonly bySeverity: ReadonlyMap<Alert["severity"], number>;
  /** The most frequent first. */
  readonly byRule: readonly { readonly title: Alert["title"]; readonly count: number }[];
  readonly byDevice: readonly { readonly device: string; readonly name: string; readonly count: number }[];
  /** Day of the month from 1, with the number of alerts that were raised. */
  readonly byDay: readonly { readonly day: number; readonly count: number }[];
  /** Medians, ms; undefined when none was. */
  readonly acknowledgeMs: number | undefined;
  readonly clearMs: number | undefined;
}

/** Lines of a table. */
const most = 10;

/** Counts the alerts of a month; drills are no alerts. */
export function figuresOf(
  alerts: readonly Alert[],
  { from, to }: { from: number; to: number },
): AlertFigures {
  const meant = alerts.filter(({ drill }) => drill === null);
  const days = Array.from({ length: Math.round((to - from) / 86_400_000) }, (_, index) => ({
    day: index + 1,
    count: 0,
  }));
  for (const { raisedAt } of meant) {
    const day = days[new Date(raisedAt).getDate() - 1];
    if (day !== undefined) day.count++;
  }
  const since = (alert: Alert, at: string | null) =>
    at === null ? [] : [Date.parse(at) - Date.parse(alert.raisedAt)];
  return {
    bySeverity: new Map(
      [...Map.groupBy(meant, ({ severity }) => severity)].map(([severity, found]) => [
        severity,
        found.length,
      ]),
    ),
    byRule: counted(
      Map.groupBy(meant, ({ kind, rule }) => `${kind} ${rule}`),
      (first) => ({ title: first.title }),
    ),
    byDevice: counted(
      Map.groupBy(meant, ({ device }) => device),
      ({ device, deviceName }) => ({
        ...{ device, name: deviceName ?? device },
      }),
    ),
    byDay: days,
    acknowledgeMs: medianOf(meant.flatMap((alert) => since(alert, alert.acknowledgedAt))),
    clearMs: medianOf(meant.flatMap((alert) => since(alert, alert.clearedAt))),
  };
}

function counted<T>(
  groups: ReadonlyMap<string, Alert[]>,
  say: (first: Alert) => T,
): (T & { count: number })[] {
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .slice(0, most)
    .map((found) => ({ ...say(found[0] as Alert), count: found.length }));
}

function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return undefined;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
