import { existsSync } from "node:fs";
import { join } from "node:path";
import { GatewayError } from "./errors.ts";
import { createDisk } from "./journal/disk.ts";
import { lockDirectory } from "./journal/lock.ts";
import { databaseFile } from "./state/database.ts";

/**
 * Does something with the data folder of a gateway that does not run, and keeps one from starting meanwhile. Throws `not-found` when it is no data
 * folder, and `journal-unusable` when a gateway runs on it.
 */
export async function withStoppedGateway<T>(dataDir: string, run: () => Promise<T> | T): Promise<T> {
  if (!existsSync(join(dataDir, databaseFile))) {
    throw new GatewayError(
      "not-found",
      `${dataDir} is no data folder of a gateway: it has no ${databaseFile}`,
    );
  }
  const journal = join(dataDir, "journal");
  const disk = createDisk();
  await disk.makeFolder(journal);
  const unlock = await lockDirectory(disk, journal).catch((error: GatewayError) => {
    throw new GatewayError(
      "journal-unusable",
      `this is done while the gateway is stopped: ${error.message}`,
      {
        cause: error,
      },
    );
  });
  try {
    return await run();
  } finally {
    unlock();
  }
}
