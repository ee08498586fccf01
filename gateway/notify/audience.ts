import type { Notification, Target } from "./contract.ts";
import { isWorse } from "./summary.ts";

/** The targets that a notification is for by itself; those that reach single people are only called. */
export function audienceOf(notification: Notification, targets: readonly Target[]): readonly Target[] {
  return targets.filter((target) => !target.isAddressed && takes(target, notification));
}

function takes(target: Target, notification: Notification): boolean {
  const { site, severity, urgency, kind } = notification;
  // Alerts of the gateway itself are everybody's.
  if (target.sites !== undefined && site !== ownSite && !target.sites.includes(site)) return false;
  if (isWorse(target.least, severity)) return false;
  if (target.refusesFire && (urgency === "fire" || kind === "incident")) return false;
  return !target.merges || isForPeople(notification);
}

/** Where the gateway's alerts about itself lie. */
const ownSite = "gateway";

/** What people read; programs get everything. A fire is told once: by its incident. */
function isForPeople({ kind, urgency, step, severity }: Notification): boolean {
  if (kind === "incident") return step !== "noted";
  // The people on duty are asked, each by himself.
  if (kind === "duty-check") return false;
  if (kind !== "alert") return true;
  if (urgency === "fire" || step === "commented" || step === "assigned") return false;
  return step !== "acknowledged" || severity === "critical";
}
