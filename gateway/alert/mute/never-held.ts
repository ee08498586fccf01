import type { Change, KnownDevice } from "../../types.ts";

/**
 * Whether people are told of a change whatever windows there are and whatever is down: it is critical, its rule is of the
 * fire lane, or nobody knows its rule any more and so nobody can say that it is not.
 */
export function isNeverHeld({ severity, rule }: Change, known: KnownDevice | undefined): boolean {
  if (severity === "critical") return true;
  const found = known?.definition.rules.find(({ id }) => id === rule);
  return found === undefined || found.fire === true;
}
