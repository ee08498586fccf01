import { randomBytes } from "node:crypto";
import type { Round } from "./provider.ts";
import type { OidcSettings } from "./settings.ts";

/** Log-ins that are under way at the provider, each bound to the browser that began it. */
export interface Rounds {
  /** The value of a cookie that brings the round back. */
  keep(round: Round): string;
  /** Once. */
  take(cookie: string | undefined): Round | undefined;
}

/** Keeps rounds in memory: a restart in the middle of a log-in asks to begin again. */
export function createRounds({
  settings,
  clock,
  dropped,
}: {
  settings: Pick<OidcSettings, "pending" | "pendingMs">;
  clock: { now(): number };
  dropped: { add(): void };
}): Rounds {
  const known = new Map<string, { round: Round; until: number }>();
  return {
    keep(round) {
      if (known.size >= settings.pending) {
        dropped.add();
        known.delete(known.keys().next().value ?? "");
      }
      const id = randomBytes(24).toString("base64url");
      known.set(id, { round, until: clock.now() + settings.pendingMs });
      return id;
    },
    take(cookie = "") {
      const entry = known.get(cookie);
      known.delete(cookie);
      return entry !== undefined && clock.now() < entry.until ? entry.round : undefined;
    },
  };
}
