import type { Clock } from "../gateway/clock.ts";
import type { Cassette } from "./cassette.ts";
import { openConnection } from "./connection.ts";
import { planReplay, type ReplayMessage, type ReplayPlan } from "./replay-plan.ts";
import type { SimulatorSettings } from "./settings.ts";

/** How far a replay has come. */
export interface ReplayStats {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Left out because they are not readings of devices. */
  readonly skipped: number;
  readonly inFlight: number;
}

/** What to replay, and where to. */
export interface ReplayOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clientId: string;
  readonly cassette: Cassette;
  readonly plan: ReplayPlan;
  readonly random: () => number;
  readonly clock: Clock;
  readonly settings: SimulatorSettings;
  /** Stops the replay; what is in flight is still waited for. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (stats: ReplayStats) => void;
}

/** Sends a cassette to a broker with a window, and resolves when everything was answered. Throws `broker-refused`. */
export async function replay(options: ReplayOptions): Promise<ReplayStats> {
  const { cassette, plan, clock, signal } = options;
  const stats = { sent: 0, acknowledged: 0, refused: 0, skipped: 0 };
  const connection = openConnection(options);
  const snapshot = () => ({ ...stats, inFlight: connection.outstanding() });
  await connection.ready.catch(async (error: unknown) => {
    await connection.drop();
    throw error;
  });
  try {
    for await (const message of planReplay(cassette, plan, () => stats.skipped++)) {
      const waitMs = plan.startAt + message.dueMs - clock.now();
      if (waitMs > 0 && plan.speed !== "max") await pause(clock, waitMs, signal);
      if (signal?.aborted) break;
      await connection.room();
      stats.sent++;
      connection.send(message, (failure) => {
        if (failure === undefined) stats.acknowledged++;
        else stats.refused++;
        options.onProgress?.(snapshot());
      });
    }
  } finally {
    await connection.end();
  }
  return snapshot();
}

/** A clock that stands still until it is moved, as tests have. */
export interface MovableClock {
  now(): number;
  advance(byMs: number): void;
}

/** Feeds a cassette straight to `accept`, in order, each message at its own time of the clock. Nothing but the plan decides what is sent. */
export async function replayInto({
  cassette,
  plan,
  clock,
  accept,
}: {
  cassette: Cassette;
  plan: ReplayPlan;
  clock: MovableClock;
  accept: (message: ReplayMessage) => unknown;
}): Promise<number> {
  let count = 0;
  for await (const message of planReplay(cassette, plan)) {
    const waitMs = plan.startAt + message.dueMs - clock.now();
    if (waitMs > 0) clock.advance(waitMs);
    await accept(message);
    count++;
  }
  return count;
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal?.addEventListener("abort", finish);
  });
}
