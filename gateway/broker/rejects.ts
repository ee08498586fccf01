import type { Principal, Refusal } from "../types.ts";
import { rejectTopicOf } from "./access.ts";
import type { Meters } from "./meters.ts";
import type { BrokerSettings } from "./settings.ts";

interface Allowance {
  tokens: number;
  at: number;
}

/** Tells devices why their messages were refused. */
export interface Rejects {
  tell(topic: string, principal: Principal | undefined, refusal: Refusal): void;
}

/** Makes the teller: at most `rejectsPerSecond` a device, so that a broken device is not answered with a flood. */
export function createRejects({
  settings,
  meters,
  clock,
  send,
}: {
  settings: Pick<BrokerSettings, "rejectsPerSecond" | "rejectBurst" | "rejectDevices">;
  meters: Meters;
  clock: { now(): number };
  send: (topic: string, payload: string) => void;
}): Rejects {
  const allowances = new Map<string, Allowance>();

  function isAllowed(topic: string): boolean {
    const now = clock.now();
    let allowance = allowances.get(topic);
    if (allowance === undefined) {
      if (allowances.size >= settings.rejectDevices) allowances.delete(allowances.keys().next().value!);
      allowance = { tokens: settings.rejectBurst, at: now };
      allowances.set(topic, allowance);
    }
    // A clock that steps back must not take away what was there.
    const passedMs = Math.max(now - allowance.at, 0);
    const refill = (passedMs / 1000) * settings.rejectsPerSecond;
    allowance.tokens = Math.min(settings.rejectBurst, allowance.tokens + refill);
    allowance.at = now;
    if (allowance.tokens < 1) return false;
    allowance.tokens--;
    return true;
  }

  return {
    tell(topic, principal, { code, path, value, message }) {
      const to = rejectTopicOf(topic, principal);
      if (to === undefined) return;
      if (isAllowed(to)) send(to, JSON.stringify({ code, path, value, message, topic }));
      else meters.dropped.add("reject-rate");
    },
  };
}
