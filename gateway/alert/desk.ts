import type { Clock } from "../clock.ts";
import { GatewayError } from "../errors.ts";
import type { Change } from "../types.ts";
import { changeOf } from "./change.ts";
import type { Alert, Book } from "./contract.ts";
import { foldChange } from "./fold.ts";

/** What a person does to an alert. */
export interface Action {
  /** The alert's id. */
  readonly alert: string;
  readonly by: string;
  readonly comment?: string | undefined;
}

/** What people do with alerts. Each answers with the alert as it is then, once the step is on disk. */
export interface Desk {
  /** Throws `not-found`, and `conflict` when somebody else did; from the same person again only a new comment is taken. */
  acknowledge(action: Action): Promise<Alert>;
  /** Throws `not-found`, and `limit-reached` when it has too many comments. */
  comment(action: Action & { readonly comment: string }): Promise<Alert>;
  /**
   * Gives it to somebody (by name), or with null to nobody; open or cleared. Who has it already keeps it. Throws `not-found`, and
   * `limit-reached` when it changed hands too often.
   */
  assign(action: Action & { readonly assignee: string | null }): Promise<Alert>;
  /** Clears it. Throws `not-found`, and `conflict` when it is cleared already; from the same person again only a new comment is taken. */
  resolve(action: Action): Promise<Alert>;
}

/** What the desk needs. */
export interface DeskParts {
  readonly book: Pick<Book, "find" | "timeline">;
  /** Journals changes; keeps its promise when they are on disk and, unless the book is stuck, in the book. */
  readonly report: (changes: readonly Change[]) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  /** Comments that one alert may have, and how often it may change hands. */
  readonly maxComments?: number;
}

/** Makes the desk. Steps of one alert wait for each other, so that of two people only one is the first. */
export function createDesk({ book, report, clock, newId, maxComments = 1_000 }: DeskParts): Desk {
  const busy = new Map<string, Promise<unknown>>();

  function inTurn(id: string, act: () => Promise<Alert>): Promise<Alert> {
    // Whether the one before succeeded is for its own caller to hear.
    const turn = (busy.get(id) ?? Promise.resolve()).then(act, act);
    busy.set(id, turn);
    const leave = () => {
      if (busy.get(id) === turn) busy.delete(id);
    };
    turn.then(leave, leave);
    return turn;
  }

  function find(id: string): Alert {
    const alert = book.find(id);
    if (alert === undefined) throw new GatewayError("not-found", `there is no alert "${id}"`);
    return alert;
  }

  async function take(
    alert: Alert,
    name: Change["step"],
    { by, comment }: Action,
    facts: Pick<Change, "assignee"> = {},
  ): Promise<Alert> {
    if (comment !== undefined && alert.comments.length >= maxComments) {
      throw new GatewayError("limit-reached", `alert "${alert.id}" has ${maxComments} comments already`);
    }
    const more = comment === undefined ? { by, ...facts } : { by, comment, ...facts };
    const owner = { ...alert, alert: alert.id };
    const change = changeOf(owner, { id: newId(), step: name, at: clock.now(), ...more });
    await report([change]);
    const now = find(alert.id);
    // A book that cannot take it must not make the answer look as if nothing had happened: it is on disk.
    const isTaken = book.timeline(alert.id).some(({ id }) => id === change.id);
    return isTaken ? now : foldChange(now, change)!;
  }

  /** The step is done already; what the person says with it is not lost. A request sent twice says nothing new. */
  async function sayAgain(alert: Alert, action: Action): Promise<Alert> {
    const { by, comment } = action;
    const isSaid = alert.comments.some((said) => said.by === by && said.text === comment);
    return comment === undefined || isSaid ? alert : take(alert, "commented", action);
  }

  return {
    acknowledge: (action) =>
      inTurn(action.alert, async () => {
        const alert = find(action.alert);
        const { acknowledgedAt: at, acknowledgedBy: by } = alert;
        if (at === undefined) return take(alert, "acknowledged", action);
        if (by === action.by) return sayAgain(alert, action);
        throw new GatewayError(
          "conflict",
          `alert "${alert.id}" was acknowledged by ${by} at ${new Date(at).toISOString()}`,
        );
      }),
    comment: (action) => inTurn(action.alert, async () => take(find(action.alert), "commented", action)),
    assign: (action) =>
      inTurn(action.alert, async () => {
        const alert = find(action.alert);
        if ((alert.assignee ?? null) === action.assignee) return sayAgain(alert, action);
        const times = book.timeline(alert.id).filter(({ step }) => step === "assigned").length;
        if (times >= maxComments) {
          throw new GatewayError("limit-reached", `alert "${alert.id}" changed hands ${times} times already`);
        }
        return take(alert, "assigned", action, { assignee: action.assignee });
      }),
    resolve: (action) =>
      inTurn(action.alert, async () => {
        const alert = find(action.alert);
        const { clearedAt: at, resolvedBy: by } = alert;
        if (at === undefined) return take(alert, "resolved", action);
        if (by === action.by) return sayAgain(alert, action);
        const who = by === undefined ? "cleared by itself" : `resolved by ${by}`;
        throw new GatewayError("conflict", `alert "${alert.id}" was ${who} at ${new Date(at).toISOString()}`);
      }),
  };
}
