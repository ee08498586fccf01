import { isIPv6 } from "node:net";
import type { ApiParts } from "../parts.ts";
import { createRateLimit } from "../rate.ts";

/** Who tries to log in. */
export interface Attempt {
  readonly address: string;
  readonly login: string;
  /** The mark of a browser in which this person has logged in before. */
  readonly browser: string | undefined;
}

/** Slows down guessing without shutting anybody out. */
export interface LoginLimits {
  /** Takes a try. `undo` gives it back when the password was right; undefined when it must wait. */
  take(attempt: Attempt): { undo(): void } | undefined;
}

/**
 * A browser that somebody has logged in with before has tries of its own, so that nobody's guesses can keep a crew out.
 * From all others the tries are counted for the address and for the log-in.
 */
export function createLoginLimits({ settings, clock, metrics }: LimitParts): LoginLimits {
  const refused = metrics.countBy("login_delayed", "Log-ins that had to wait, by what was used up", "by");
  /** `times` as many as the settings say, for what many may share. */
  const limit = (by: string, times: number) =>
    createRateLimit({
      limits: () => ({
        perSecond: (times * settings.loginTriesPerMinute) / 60,
        burst: times * settings.loginTries,
        keys: settings.rateAddresses,
      }),
      clock,
      refused: { add: () => refused.add(by) },
    });
  const browsers = limit("browser", 1);
  // A whole office may share one address.
  const addresses = limit("address", 3);
  const logins = limit("login", 1);

  return {
    take({ address, login, browser }) {
      if (browser !== undefined) {
        return browsers.take(browser) ? { undo: () => browsers.giveBack(browser) } : undefined;
      }
      const network = networkOf(address);
      const name = login.toLowerCase();
      if (!addresses.take(network)) return undefined;
      if (!logins.take(name)) return undefined;
      return {
        undo() {
          addresses.giveBack(network);
          logins.giveBack(name);
        },
      };
    },
  };
}

type LimitParts = Pick<ApiParts, "settings" | "clock" | "metrics">;

/** One subscriber has a whole /64 of IPv6. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const missing =
    tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  return [...groups, ...Array.from({ length: missing }, () => "0")].slice(0, 4).join(":");
}
