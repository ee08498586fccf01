import { createHash } from "node:crypto";
import type { Severity } from "../../devices/kit/kind.ts";
import type { Notification, Urgency } from "./contract.ts";

const severities: readonly Severity[] = ["critical", "major", "minor", "info"];
const urgencies: readonly Urgency[] = ["fire", "critical", "normal"];

/** One notification that stands for several, at least two. Its id follows from theirs. */
export function summarise(several: readonly Notification[], now: number): Notification {
  const parts = several.toSorted(byUrgency);
  const [first] = parts;
  const sites = new Set(parts.map(({ site }) => site));
  return {
    id: `summary-${createHash("sha256")
      .update(parts.map(({ id }) => id).join("\n"))
      .digest("hex")
      .slice(0, 24)}`,
    kind: "summary",
    at: now,
    urgency: first!.urgency,
    severity: parts.reduce<Severity>(
      (worst, { severity }) => (isWorse(severity, worst) ? severity : worst),
      "info",
    ),
    site: sites.size === 1 ? first!.site : "",
    siteName: sites.size === 1 ? first!.siteName : "",
    step: "summary",
    title: { zh: `${parts.length} 条报警`, en: `${parts.length} alerts` },
    parts,
  };
}

/** Whether a severity is above another. */
export function isWorse(one: Severity, other: Severity): boolean {
  return severities.indexOf(one) < severities.indexOf(other);
}

function byUrgency(one: Notification, other: Notification): number {
  return (
    urgencies.indexOf(one.urgency) - urgencies.indexOf(other.urgency) ||
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    one.at - other.at
  );
}
