import type { ReingestResult } from "../../../../gateway/api/contract.ts";
import { call } from "../../api/client.ts";

/** What became of a message that was taken in again. */
export type Outcome = "accepted" | "refused" | "missing";

/** Takes single messages in again, one call each, so that each has a result of its own: `told` hears it. Throws `ApiError` at the first call that fails; those before it stay done. */
export async function takeInAgain(
  ids: readonly string[],
  told: (id: string, outcome: Outcome) => void,
): Promise<void> {
  for (const id of ids) {
    const result = await call<ReingestResult>("POST", "/rejections/reingest", { body: { ids: [id] } });
    told(id, result.accepted > 0 ? "accepted" : result.refused > 0 ? "refused" : "missing");
  }
}

/** Takes in a whole group again; only how many of them became what is known. Throws `ApiError`. */
export function takeInGroup(group: string): Promise<ReingestResult> {
  return call<ReingestResult>("POST", "/rejections/reingest", { body: { group } });
}
