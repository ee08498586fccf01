import type { Change } from "../types.ts";
import type { Alert } from "./contract.ts";

/** An alert after one more step; undefined when the step belongs to no alert. A debounce step leaves it as it is. */
export function foldChange(alert: Alert | undefined, change: Change): Alert | undefined {
  if (change.step === "raised") return alert ?? raise(change);
  if (alert === undefined) return undefined;
  const commented = addComment(alert, change);
  const { at, by } = change;
  switch (change.step) {
    case "reminded":
      return { ...commented, muted: change.muted === true, under: change.under };
    case "acknowledged":
      return acknowledge(commented, at, by);
    case "assigned":
      return { ...commented, assignee: change.assignee ?? undefined };
    case "cleared":
      return clear(commented, at);
    case "resolved":
      // Whoever closes it has seen it: it must not wait in the list of unanswered ones.
      return { ...acknowledge(clear(commented, at), at, by), resolvedBy: commented.resolvedBy ?? by };
    default:
      return commented;
  }
}

function raise(change: Change): Alert {
  const { alert: id, device, rule, severity, at, values, reason, simulated, drill } = change;
  const { during, muted, under, affects } = change;
  const [site = "", kind = ""] = device.split("/");
  return {
    ...{ id, device, site, kind, rule, severity },
    state: "raised",
    raisedAt: at,
    clearedAt: undefined,
    acknowledgedAt: undefined,
    acknowledgedBy: undefined,
    assignee: undefined,
    resolvedBy: undefined,
    values: values ?? {},
    reason,
    simulated: simulated === true,
    ...{ during, muted: muted === true, under, affects, drill },
    comments: [],
  };
}

function clear(alert: Alert, at: number): Alert {
  return alert.state === "cleared" ? alert : { ...alert, state: "cleared", clearedAt: at };
}

function acknowledge(alert: Alert, at: number, by: string | undefined): Alert {
  if (alert.acknowledgedAt !== undefined) return alert;
  return { ...alert, acknowledgedAt: at, acknowledgedBy: by };
}

function addComment(alert: Alert, { at, by, comment }: Change): Alert {
  if (comment === undefined || by === undefined) return alert;
  return { ...alert, comments: [...alert.comments, { at, by, text: comment }] };
}
