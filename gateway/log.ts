import { type DestinationStream, type Logger, pino } from "pino";
import { openLogOutput } from "./log-output.ts";

export type Log = Logger;

/** Fields that never reach a log line, at any of these depths. */
const secrets = ["password", "token", "authorization", "pepper", "secret"];

/** The gateway's logger: JSON lines on standard output, secrets removed. */
export function createLog(
  settings: { level: string },
  destination: DestinationStream = openLogOutput(),
): Log {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level: settings.level, redact: { paths, censor: "[removed]" } }, destination);
}
