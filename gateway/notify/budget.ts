/** How many messages may go to one target in any minute, with a part that only fires may use. */
export interface Budget {
  /** Messages that may go now. */
  left(now: number, isFire: boolean): number;
  /** One message goes. */
  take(now: number): void;
  /** When the next one may go, epoch ms; now when one may. */
  freeAt(now: number, isFire: boolean): number;
}

/** The window of robots and gateways, ms. */
const windowMs = 60_000;

/** Makes a full budget. A quarter of it is kept for fires, so that a storm never uses up what a fire needs. */
export function createBudget(perMinute: number): Budget {
  /** When the messages of the last minute went, oldest first. */
  let sent: number[] = [];
  const reserve = Math.ceil(perMinute / 4);

  function forget(now: number): void {
    // A clock that was put back must not lock the target for as long.
    sent = sent.filter((at) => at > now - windowMs && at <= now);
  }

  return {
    left(now, isFire) {
      if (perMinute === Number.POSITIVE_INFINITY) return perMinute;
      forget(now);
      return Math.max(0, perMinute - sent.length - (isFire ? 0 : reserve));
    },
    take(now) {
      if (perMinute !== Number.POSITIVE_INFINITY) sent.push(now);
    },
    freeAt(now, isFire) {
      if (this.left(now, isFire) > 0) return now;
      const most = perMinute - (isFire ? 0 : reserve);
      return (sent[sent.length - most] ?? now) + windowMs;
    },
  };
}
