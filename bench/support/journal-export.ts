import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { GatewayError } from "../../gateway/errors.ts";
import type { ReadingRecord } from "../../gateway/types.ts";
import { mainPath } from "./gateway.ts";

/** Every reading in the journal of a gateway that does not run, oldest first, as `linli journal export` prints them. */
export async function* exportReadings(dataDir: string): AsyncGenerator<ReadingRecord> {
  const child = spawn(process.execPath, [mainPath, "journal", "export", "--type", "reading"], {
    cwd: dataDir,
    env: { ...process.env, LINLI_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== "") yield JSON.parse(line) as ReadingRecord;
  }
  const [code] = await ended;
  if (code !== 0) throw new GatewayError("internal", `linli journal export ended with ${code}`);
}
