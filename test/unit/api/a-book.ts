import type { Alert, Book } from "../../../gateway/alert/contract.ts";
import type { AlertDesk } from "../../../gateway/api/parts.ts";
import type { Change } from "../../../gateway/types.ts";

/** An alert book in memory, made from changes like the real one. */
export function aBook(clock: { now(): number }) {
  const alerts = new Map<string, Alert>();
  const changes: Change[] = [];

  function apply(change: Change): Alert {
    changes.push(change);
    const { alert: id, device, rule, severity, at, by, comment } = change;
    const [site = "", kind = ""] = device.split("/");
    const before: Alert = alerts.get(id) ?? {
      ...{
        id,
        device,
        site,
        kind,
        rule,
        severity,
        state: "raised",
        raisedAt: at,
        values: change.values ?? {},
      },
      ...{
        clearedAt: undefined,
        acknowledgedAt: undefined,
        acknowledgedBy: undefined,
        resolvedBy: undefined,
        assignee: undefined,
      },
      ...{ reason: change.reason, simulated: false, drill: undefined, comments: [] },
      ...{
        during: change.during,
        muted: change.muted === true,
        under: change.under,
        affects: change.affects,
      },
    };
    const said = comment === undefined || by === undefined ? [] : [{ at, by, text: comment }];
    const after: Alert = {
      ...before,
      ...(change.step === "cleared" || change.step === "resolved" ? { state: "cleared", clearedAt: at } : {}),
      ...(change.step === "acknowledged" ? { acknowledgedAt: at, acknowledgedBy: by } : {}),
      ...(change.step === "resolved" ? { resolvedBy: by } : {}),
      ...(change.step === "assigned" ? { assignee: change.assignee ?? undefined } : {}),
      comments: [...before.comments, ...said],
    };
    alerts.set(id, after);
    return after;
  }

  const book: Pick<Book, "find" | "list" | "timeline" | "counts"> = {
    find: (id) => alerts.get(id),
    list: ({ state, sites, device, rule, assignee, assigned, severity, acknowledged, limit }) => ({
      items: [...alerts.values()]
        .filter((alert) => state === undefined || alert.state === state)
        .filter((alert) => sites === undefined || sites.includes(alert.site))
        .filter((alert) => device === undefined || alert.device === device)
        .filter((alert) => rule === undefined || alert.rule === rule)
        .filter((alert) => assignee === undefined || alert.assignee === assignee)
        .filter((alert) => assigned === undefined || (alert.assignee !== undefined) === assigned)
        .filter((alert) => severity === undefined || severity.includes(alert.severity))
        .filter(
          (alert) => acknowledged === undefined || (alert.acknowledgedAt !== undefined) === acknowledged,
        )
        .slice(0, limit),
      next: undefined,
    }),
    timeline: (id) => changes.filter(({ alert }) => alert === id),
    counts: (site) => {
      const counts = { critical: 0, major: 0, minor: 0, info: 0 };
      for (const alert of alerts.values()) {
        if (alert.state === "raised" && alert.site === site) counts[alert.severity] += 1;
      }
      return counts;
    },
  };

  function act(step: Change["step"], alert: string, more: Partial<Change>): Promise<Alert> {
    const { device, rule, severity } = alerts.get(alert)!;
    const change = { id: `${step}-${alert}`, alert, step, device, rule, severity, at: clock.now(), ...more };
    return Promise.resolve(apply(change));
  }
  const desk: AlertDesk = {
    acknowledge: ({ alert, by, comment }) => act("acknowledged", alert, withComment(by, comment)),
    comment: ({ alert, by, comment }) => act("commented", alert, { by, comment }),
    assign: ({ alert, by, assignee, comment }) =>
      act("assigned", alert, { ...withComment(by, comment), assignee }),
    resolve: ({ alert, by, comment }) => act("resolved", alert, withComment(by, comment)),
  };
  return { book, desk, apply };
}

function withComment(by: string, comment: string | undefined): Partial<Change> {
  return comment === undefined ? { by } : { by, comment };
}
