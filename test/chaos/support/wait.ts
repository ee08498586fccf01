import { GatewayError } from "../../../gateway/errors.ts";

/** Lets real time pass. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks every 2 ms until it is so; throws after 30 s. */
export function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  return untilWithin({ what, isSo, ms: 30_000 });
}

/** Asks every 2 ms, or as often as is said, until it is so; throws after `ms`. */
export async function untilWithin({
  what,
  isSo,
  ms,
  everyMs = 2,
}: {
  what: string;
  isSo: () => boolean | Promise<boolean>;
  ms: number;
  everyMs?: number;
}): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) throw new GatewayError("scenario-failed", `waited ${ms / 1000} s until ${what}`);
    await pause(everyMs);
  }
}
