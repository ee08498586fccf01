import { GatewayError } from "../../errors.ts";
import type { StoreStats } from "../contract.ts";

/** What is known of a store on a server: nothing on this machine's disk, and 0 series while the server cannot say. */
export async function readStats({
  count,
  splits,
}: {
  count: () => Promise<number>;
  splits: () => number;
}): Promise<StoreStats> {
  return { bytes: 0, series: await orZero(count), counts: { splitBatches: splits() } };
}

async function orZero(count: () => Promise<number>): Promise<number> {
  try {
    return await count();
  } catch (error) {
    // That it is away is told by the writes; metrics must not fail for it.
    if (error instanceof GatewayError) return 0;
    throw error;
  }
}
