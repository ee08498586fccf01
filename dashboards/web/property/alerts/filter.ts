import type { LocationQuery } from "vue-router";
import type { Alert } from "../../../../gateway/api/contract.ts";
import { type Severity, severities } from "../../live/entities.ts";

/** Which alerts are listed; an empty text is no condition. All of it stands in the address of the page. */
export interface AlertFilter {
  readonly state: Alert["state"];
  readonly severity: Severity | "";
  readonly kind: string;
  /** Full name of a device. */
  readonly device: string;
  /** Whether a person has acknowledged it. */
  readonly acknowledged: "true" | "false" | "";
}

/** Reads the filter out of an address; what it does not know is no condition, and without a state the open ones are meant. */
export function readFilter(query: LocationQuery): AlertFilter {
  const text = (name: string) => {
    const given = query[name];
    return typeof given === "string" ? given : "";
  };
  const acknowledged = text("acknowledged");
  return {
    state: text("state") === "cleared" ? "cleared" : "raised",
    severity: severities.find((one) => one === text("severity")) ?? "",
    kind: text("kind"),
    device: text("device"),
    acknowledged: acknowledged === "true" || acknowledged === "false" ? acknowledged : "",
  };
}

/** Whether anything but the state narrows the list. */
export function isNarrowed({ severity, kind, device, acknowledged }: AlertFilter): boolean {
  return [severity, kind, device, acknowledged].some((one) => one !== "");
}

/** Whether the alert meets every condition, the site (undefined: all) among them. */
export function matches(alert: Alert, filter: AlertFilter, site: string | undefined): boolean {
  const { severity, kind, device, acknowledged } = filter;
  return (
    alert.state === filter.state &&
    (site === undefined || alert.site === site) &&
    (severity === "" || alert.severity === severity) &&
    (kind === "" || alert.kind === kind) &&
    (device === "" || alert.device === device) &&
    (acknowledged === "" || String(alert.acknowledgedAt !== null) === acknowledged)
  );
}
