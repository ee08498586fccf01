import type { BrokerSettings } from "./settings.ts";

interface History {
  since: number;
  takeovers: number;
  bannedUntil: number;
}

/** Bans client ids over which two connections fight. */
export interface Flapping {
  /** A connection took over another of the same client id; true when this was once too often and the id is banned now. */
  tookOver(clientId: string): boolean;
  isBanned(clientId: string): boolean;
}

/** Makes the watch over take-overs. At `takeoverIds` remembered ids the one longest known is forgotten. */
export function createFlapping({
  settings,
  clock,
}: {
  settings: Pick<BrokerSettings, "takeovers" | "takeoverWindowMs" | "banMs" | "takeoverIds">;
  clock: { now(): number };
}): Flapping {
  const histories = new Map<string, History>();

  return {
    tookOver(clientId) {
      const now = clock.now();
      let history = histories.get(clientId);
      // What lies ahead of now was noted before the clock stepped back.
      if (history === undefined || Math.abs(now - history.since) > settings.takeoverWindowMs) {
        histories.delete(clientId);
        history = { since: now, takeovers: 0, bannedUntil: 0 };
        if (histories.size >= settings.takeoverIds) histories.delete(histories.keys().next().value!);
        histories.set(clientId, history);
      }
      history.takeovers++;
      if (history.takeovers >= settings.takeovers) history.bannedUntil = now + settings.banMs;
      return history.takeovers === settings.takeovers;
    },
    isBanned(clientId) {
      const leftMs = (histories.get(clientId)?.bannedUntil ?? 0) - clock.now();
      return leftMs > 0 && leftMs <= settings.banMs;
    },
  };
}
