import { randomBytes } from "node:crypto";
import { createSystemClock } from "../clock.ts";
import { configSchema } from "../config.ts";
import { createLog } from "../log.ts";
import { openAccess } from "../state/access.ts";
import { openDatabase } from "../state/database.ts";
import { withStoppedGateway } from "../stopped-gateway.ts";
import type { Role } from "../types.ts";

/** Makes a token in the data folder of a gateway that does not run. Whoever may read that folder may do anything anyway. */
export function addTokenStopped(
  directory: string,
  { name, role, site }: { name: string; role: Role; site: string | undefined },
): Promise<string> {
  return withStoppedGateway(directory, () => {
    const settings = configSchema.parse({}).state;
    const log = createLog({ level: "silent" });
    const database = openDatabase({ directory, log, settings });
    try {
      const access = openAccess({
        database,
        directory,
        randomBytes,
        clock: createSystemClock(),
        log,
        settings,
      });
      return access.addToken({ name, role, ...(site === undefined ? {} : { site }) }).token;
    } finally {
      database.close();
    }
  });
}
