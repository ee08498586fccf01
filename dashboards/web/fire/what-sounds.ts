import type { SoundPattern } from "../sound/siren.ts";

/** The connection may be away so long before it is called lost aloud, ms: a short break heals by itself. */
export const lostAfterMs = 10_000;
/** A tap on "quiet" holds so long, ms. */
export const hushMs = 30_000;

/** What is to be answered, and how the connection stands. Times in epoch ms. */
export interface Calls {
  /** Ids of the incidents that nobody has acknowledged. */
  readonly unanswered: readonly string[];
  readonly dutyChecks: number;
  readonly lostAt: number | undefined;
  /** Until when somebody wants quiet, and about which incidents. */
  readonly hush: { readonly until: number; readonly incidents: readonly string[] } | undefined;
}

/** What must be heard now. A fire goes before everything; quiet holds only for what burned when it was asked for. */
export function whatSounds(
  { unanswered, dutyChecks, lostAt, hush }: Calls,
  now: number,
): SoundPattern | undefined {
  const isHushed = hush !== undefined && now < hush.until;
  const loud = isHushed ? unanswered.filter((id) => !hush.incidents.includes(id)) : unanswered;
  if (loud.length > 0) return "alarm";
  if (dutyChecks > 0 && !isHushed) return "check";
  if (lostAt !== undefined && now - lostAt >= lostAfterMs && !isHushed) return "lost";
  return undefined;
}
