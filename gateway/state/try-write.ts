import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Database } from "./contract.ts";

/**
 * Writes what is good to know and not worth a refusal, such as when something was last used: a database that cannot take it
 * (disk full) is logged, and the caller goes on with what is in memory. Costs no sync of its own.
 */
export function tryWrite({ database, log }: TryWriteParts, write: () => void): void {
  try {
    database.transaction(write, { durable: "with-the-next" });
  } catch (error) {
    log.warn({ reason: messageOf(error) }, "the last use of a token or session could not be noted");
  }
}

/** What `tryWrite` needs. */
export interface TryWriteParts {
  readonly database: Database;
  readonly log: Pick<Log, "warn">;
}
