import { wantsUp } from "./access.ts";
import type { Deliver, Emitter } from "./aedes.ts";

/**
 * Counts the connected subscriptions that want what devices send. Usually there is none (screens use SSE), and then a
 * device's message needs no routing at all.
 */
export function watchInterest(mq: Emitter): { isWide: () => boolean } {
  let wide = 0;
  const on = mq.on.bind(mq);
  const removeListener = mq.removeListener.bind(mq);
  mq.on = (filter: string, deliver: Deliver, done?: () => void) => {
    if (wantsUp(filter)) wide++;
    return on(filter, deliver, done);
  };
  mq.removeListener = (filter: string, deliver: Deliver, done?: () => void) => {
    if (wantsUp(filter)) wide--;
    return removeListener(filter, deliver, done);
  };
  return { isWide: () => wide > 0 };
}
