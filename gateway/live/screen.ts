import type { Clock } from "../clock.ts";
import type { ScreenRequest } from "./contract.ts";

/** Why a screen was cut. */
export type CutReason = "slow" | "full" | "token";

/** One stream that is being served. */
export interface Screen {
  readonly request: ScreenRequest;
  /** False while records are read again for it; live events are not for it then. */
  isLive: boolean;
  /** Sends bytes; a screen whose queue is full is cut instead. */
  send(chunk: string | Buffer): void;
  /** Waits until the queue is below the outlet's mark or the outlet is gone. */
  drained(): Promise<void>;
  /** Whether what was sent has been waiting since `before` (epoch ms) or longer. */
  isStuckSince(before: number): boolean;
  cut(reason: CutReason): void;
  end(): void;
  isGone(): boolean;
}

/** Wraps an outlet with the bounds of a screen. */
export function createScreen({
  request,
  queueBytes,
  clock,
  onCut,
}: {
  request: ScreenRequest;
  queueBytes: number;
  clock: Pick<Clock, "now">;
  onCut: (reason: CutReason) => void;
}): Screen {
  const { outlet } = request;
  let isGone = false;
  // When the oldest write that is being watched was made. One write at a time is watched: while it waits, later ones wait longer.
  let waitingSince: number | undefined;

  function cut(reason: CutReason): void {
    if (isGone) return;
    isGone = true;
    onCut(reason);
    outlet.destroy();
  }

  return {
    request,
    isLive: false,
    send(chunk) {
      if (isGone || outlet.destroyed) return;
      if (outlet.writableLength > queueBytes) {
        cut("full");
        return;
      }
      if (waitingSince !== undefined) {
        outlet.write(chunk);
        return;
      }
      waitingSince = clock.now();
      outlet.write(chunk, () => {
        waitingSince = undefined;
      });
    },
    drained() {
      if (isGone || outlet.destroyed || !outlet.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          outlet.off("drain", done);
          outlet.off("close", done);
          resolve();
        };
        outlet.once("drain", done);
        outlet.once("close", done);
      });
    },
    isStuckSince: (before) => waitingSince !== undefined && waitingSince <= before,
    cut,
    end() {
      if (isGone) return;
      isGone = true;
      outlet.end();
    },
    isGone: () => isGone || outlet.destroyed,
  };
}
