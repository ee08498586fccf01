import { GatewayError } from "../../../gateway/errors.ts";

/** Lets real time pass. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks every 2 ms until it is so; throws after 30 s. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > end) throw new GatewayError("scenario-failed", `waited 30 s until ${what}`);
    await pause(2);
  }
}
