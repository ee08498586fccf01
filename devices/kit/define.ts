import { checkKind } from "./check.ts";
import type { Kind } from "./kind.ts";

/** A kind as its file writes it: what it does not have may be left out. */
export type KindFacts = Omit<Kind, "quietAfterMs" | "facts" | "events" | "commands"> &
  Partial<Pick<Kind, "quietAfterMs" | "facts" | "events" | "commands">>;

/**
 * Declares a kind. Without `quietAfterMs` it is offline after 2.2 × its interval: one lost message is forgiven, two are not.
 * Throws `kind-invalid` with the path of the first thing that does not fit together.
 */
export function defineKind(facts: KindFacts): Kind {
  const kind: Kind = {
    facts: {},
    events: {},
    commands: {},
    ...facts,
    quietAfterMs: facts.quietAfterMs ?? Math.round(facts.intervalMs * 2.2),
  };
  checkKind(kind);
  return kind;
}
