import { ApiError } from "../../api/api-error.ts";

/** One number to set, or with `undefined` to remove. */
export interface LimitChange {
  readonly limit: string;
  readonly value: number | undefined;
}

/**
 * Sets several numbers of one rule, one after the other. Raise and clear are checked against each other at each step, so one that is
 * refused is tried again when another was taken. Throws the refusal of the first that cannot be set, with the changes that were made
 * before it.
 */
export async function saveLimits(
  changes: readonly LimitChange[],
  set: (change: LimitChange) => Promise<void>,
): Promise<void> {
  let waiting = changes;
  while (waiting.length > 0) {
    const refused: { change: LimitChange; error: unknown }[] = [];
    for (const change of waiting) {
      try {
        await set(change);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        refused.push({ change, error });
      }
    }
    if (refused.length === waiting.length) throw refused[0]?.error;
    waiting = refused.map(({ change }) => change);
  }
}
