import type { Alert } from "../../../../gateway/api/contract.ts";
import { call } from "../../api/client.ts";
import { sayRefusal } from "../form/faults.ts";

/** What is done with an alert. */
export type AlertStep =
  | { readonly step: "acknowledge" | "resolve"; readonly comment?: string | undefined }
  | { readonly step: "assign"; readonly assignee: string | null; readonly comment?: string | undefined };

/** What became of one alert: nothing is said of what went well. */
export interface Failed {
  readonly alert: Alert;
  readonly sentence: string;
}

/** Calls that are made at once; the gateway writes those that come together with one sync. */
const atOnce = 4;

/** Takes a step of one alert. Throws `ApiError`. */
export function takeStep(id: string, { step, ...body }: AlertStep): Promise<Alert> {
  return call<Alert>("POST", `/alerts/${encodeURIComponent(id)}/${step}`, { body });
}

/**
 * Takes the same step of several alerts, each by a call of its own, so that one that is refused keeps no other from it. `told` hears
 * after each how many are done. Answers with those that were refused, in the order of the list.
 */
export async function takeSteps(
  alerts: readonly Alert[],
  step: AlertStep,
  told: (done: number) => void,
): Promise<readonly Failed[]> {
  const failed = new Map<Alert, string>();
  const waiting = alerts.values();
  let done = 0;

  async function work(): Promise<void> {
    for (const alert of waiting) {
      try {
        await takeStep(alert.id, step);
      } catch (failure) {
        failed.set(alert, sayRefusal(failure));
      }
      told(++done);
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work));
  return alerts.flatMap((alert) => {
    const sentence = failed.get(alert);
    return sentence === undefined ? [] : [{ alert, sentence }];
  });
}
