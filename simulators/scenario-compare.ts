import type { Severity } from "../devices/kit/kind.ts";

/** An alert as the API lists it; the part that is compared. */
export interface ActualAlert {
  /** `site/kind/id` */
  readonly device: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly state: "raised" | "cleared";
  /** ISO 8601. */
  readonly raisedAt: string;
  readonly reason: string | null;
}

/** An alert that must be there, for one device. */
export interface ExpectedAlert {
  /** Id without site and kind. */
  readonly device: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly state: "raised" | "cleared";
  readonly times: number;
  readonly reason?: string | undefined;
}

/** Says what is different, one sentence a difference; empty when all is as expected. */
export function compareAlerts(
  expected: readonly ExpectedAlert[],
  actual: readonly ActualAlert[],
  { order, others }: { order: "any" | "as-listed"; others: "none" | "ignore" },
): string[] {
  const found = new Map<string, ActualAlert[]>();
  for (const alert of [...actual].sort((a, b) => a.raisedAt.localeCompare(b.raisedAt))) {
    const key = `${idOf(alert.device)} ${alert.rule}`;
    found.set(key, [...(found.get(key) ?? []), alert]);
  }

  const differences: string[] = [];
  let before: { key: string; at: string } | undefined;
  for (const wanted of expected) {
    const key = `${wanted.device} ${wanted.rule}`;
    const alerts = found.get(key) ?? [];
    found.delete(key);
    const [first] = alerts;
    if (first === undefined) {
      differences.push(`missing: ${key} (${wanted.severity}, ${wanted.state})`);
      continue;
    }
    const faults = faultsOf(wanted, alerts);
    if (faults.length > 0) differences.push(`differs: ${key}: ${faults.join("; ")}`);
    if (order === "as-listed") {
      if (before !== undefined && first.raisedAt < before.at) {
        differences.push(`order:   ${key} was raised before ${before.key}`);
      }
      before = { key, at: first.raisedAt };
    }
  }
  if (others === "ignore") return differences;
  for (const [key, alerts] of found) {
    for (const { severity, state, reason } of alerts) {
      differences.push(`extra:   ${key} (${severity}, ${state}${reason === null ? "" : `, ${reason}`})`);
    }
  }
  return differences;
}

function faultsOf(wanted: ExpectedAlert, alerts: readonly ActualAlert[]): string[] {
  const last = alerts.at(-1) as ActualAlert;
  const faults: string[] = [];
  if (alerts.length !== wanted.times) faults.push(`raised ${alerts.length} times, expected ${wanted.times}`);
  if (last.state !== wanted.state) faults.push(`is ${last.state}, expected ${wanted.state}`);
  if (last.severity !== wanted.severity) faults.push(`is ${last.severity}, expected ${wanted.severity}`);
  if (wanted.reason !== undefined && last.reason !== wanted.reason) {
    faults.push(`reason ${last.reason}, expected ${wanted.reason}`);
  }
  if (alerts.slice(0, -1).some(({ state }) => state === "raised"))
    faults.push("an earlier one is still raised");
  return faults;
}

function idOf(device: string): string {
  return device.split("/")[2] ?? device;
}
