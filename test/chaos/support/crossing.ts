import type { Gateway } from "../../../bench/support/gateway.ts";
import type { Saying, Talker } from "./town.ts";

/** A rule that one reading raises and the next one clears, and the two readings. */
export interface Crossing {
  readonly kind: string;
  readonly rule: string;
  readonly raise: Saying;
  readonly clear: Saying;
}

/** Message `n` of a device that crosses the limit up, down, up … */
export const crossingSaying = (crossing: Crossing) => (n: number) =>
  n % 2 === 0 ? crossing.raise : crossing.clear;

/** Alerts as they are against as they must be after everything was acknowledged. */
export interface AlertCheck {
  readonly raisedExpected: number;
  readonly raised: number;
  readonly clearedExpected: number;
  readonly cleared: number;
  /** Alerts of rules or devices that nothing was said for. */
  readonly unexpected: number;
  readonly examples: readonly string[];
}

/** The fields of an alert that are looked at. */
interface ListedAlert {
  readonly device: string;
  readonly rule: string;
  readonly state: "raised" | "cleared";
}

/** Reads all alerts of the site and counts them for each device that crosses a limit; asks again for up to 5 s while the book catches up. */
export async function checkAlerts(
  gateway: Gateway,
  site: string,
  talkers: readonly Talker[],
): Promise<AlertCheck> {
  const end = Date.now() + 5_000;
  for (;;) {
    const alerts = await gateway.list<ListedAlert>(`/api/v1/alerts?site=${site}&limit=200`);
    const check = compare(alerts, talkers);
    if (isRight(check) || Date.now() > end) return check;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** True when nothing differs. */
export const isRight = (check: AlertCheck) => check.examples.length === 0;

function compare(alerts: readonly ListedAlert[], talkers: readonly Talker[]): AlertCheck {
  const counts = { raisedExpected: 0, raised: 0, clearedExpected: 0, cleared: 0, unexpected: 0 };
  const examples: string[] = [];
  const explained = new Set<ListedAlert>();
  for (const talker of talkers) {
    const { rule } = talker.plan;
    if (rule === undefined) continue;
    const mine = alerts.filter((alert) => alert.device === talker.device && alert.rule === rule);
    for (const alert of mine) explained.add(alert);
    const raisedExpected = Math.ceil(talker.said() / 2);
    const clearedExpected = Math.floor(talker.said() / 2);
    const cleared = mine.filter((alert) => alert.state === "cleared").length;
    counts.raisedExpected += raisedExpected;
    counts.raised += mine.length;
    counts.clearedExpected += clearedExpected;
    counts.cleared += cleared;
    if (mine.length !== raisedExpected || cleared !== clearedExpected) {
      examples.push(
        `${talker.device} ${rule}: ${mine.length} raised and ${cleared} cleared, expected ${raisedExpected} and ${clearedExpected}`,
      );
    }
  }
  const unexpected = alerts.filter((alert) => !explained.has(alert));
  const byRule = Map.groupBy(unexpected, (alert) => alert.rule);
  for (const [rule, list] of byRule)
    examples.push(`${list.length} unexpected "${rule}", for example of ${list[0]!.device}`);
  return { ...counts, unexpected: unexpected.length, examples };
}
