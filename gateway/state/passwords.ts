import { type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../errors.ts";

/** Makes and checks the hashes of passwords that people choose. */
export interface Passwords {
  /** What is stored: `scrypt$N$r$p$salt$hash`. Rejects with `busy` when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Takes as long when `stored` is undefined. `first` lets it pass those that wait. Rejects with `busy` when too many
   * wait.
   */
  matches(password: string, stored: string | undefined, turn?: "first" | "last"): Promise<boolean>;
  /** Whether the hash was made with weaker parameters than new ones are. */
  isOld(stored: string): boolean;
  /** Checks that wait now. */
  waiting(): number;
}

/** Cost of one hash; N 2^15, r 8, p 3 takes 32 MiB and is one of the equal choices of OWASP's Password Storage Cheat Sheet (2024). */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const strong: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };

/** At most two at once, so that log-ins leave threads and cores to the journal. */
const atOnce = 2;
/** The second place is kept for those that may go first, so that a flood of guesses cannot shut them out. */
const atOnceForLast = 1;

/** Makes the hasher. The work is done by Node's thread pool, off the event loop. `maxWaiting` bounds those who wait on each side. */
export function createPasswords({ randomBytes, maxWaiting, cost = strong }: PasswordsParts): Passwords {
  const queues: Record<"first" | "last", (() => void)[]> = { first: [], last: [] };
  let running = 0;
  let runningLast = 0;
  // Of a password that nobody has.
  const nobody = `scrypt$${cost.N}$${cost.r}$${cost.p}$${randomBytes(16).toString("base64")}$${randomBytes(32).toString("base64")}`;

  function next(): void {
    while (running < atOnce) {
      const begin = queues.first.shift() ?? (runningLast < atOnceForLast ? queues.last.shift() : undefined);
      if (begin === undefined) return;
      begin();
    }
  }

  function inTurn<T>(turn: "first" | "last", work: () => Promise<T>): Promise<T> {
    if (queues[turn].length >= maxWaiting) {
      const message = `${maxWaiting} log-ins wait already; try again in a moment`;
      return Promise.reject(new GatewayError("busy", message, { retryable: true }));
    }
    return new Promise((resolve, reject) => {
      queues[turn].push(() => {
        running++;
        if (turn === "last") runningLast++;
        work()
          .then(resolve, reject)
          .finally(() => {
            running--;
            if (turn === "last") runningLast--;
            next();
          });
      });
      next();
    });
  }

  return {
    hash: (password) =>
      inTurn("first", async () => {
        const salt = randomBytes(16);
        const { N, r, p } = cost;
        const key = await derive(password, salt, cost);
        return `scrypt$${N}$${r}$${p}$${salt.toString("base64")}$${key.toString("base64")}`;
      }),
    matches: (password, stored, turn = "last") =>
      inTurn(turn, async () => {
        const { salt, key, ...parameters } = read(stored ?? nobody);
        return timingSafeEqual(await derive(password, salt, parameters), key);
      }),
    isOld(stored) {
      const { N, r, p } = read(stored);
      return N * r * p < cost.N * cost.r * cost.p;
    },
    waiting: () => queues.first.length + queues.last.length,
  };
}

interface PasswordsParts {
  readonly randomBytes: (size: number) => Buffer;
  readonly maxWaiting: number;
  readonly cost?: PasswordCost | undefined;
}

function derive(password: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  // Two keyboards may write one character in two ways.
  const text = password.normalize("NFKC");
  return new Promise((resolve, reject) => {
    scrypt(text, salt, 32, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function read(stored: string): PasswordCost & { salt: Buffer; key: Buffer } {
  const [, N, r, p, salt = "", key = ""] = stored.split("$");
  return {
    ...{ N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, "base64"),
    key: Buffer.from(key, "base64"),
  };
}
