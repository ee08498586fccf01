import { type DestinationStream, type Logger, pino, type SerializedError } from "pino";
import { openLogOutput } from "./log-output.ts";
import { maskSecrets } from "./mask-secrets.ts";

export type Log = Logger;

/** Fields that never reach a log line, at any of these depths. */
const secrets = [
  ...["password", "token", "authorization", "pepper", "secret", "credentials", "cookie", "payload"],
  ...["person", "identifier", "claim"],
];

/** What a logger needs. */
export interface LogSettings {
  readonly level: string;
  /** Texts that never reach a log line, wherever they stand in it. */
  readonly secrets?: readonly string[];
}

/** The gateway's logger: JSON lines on standard output, secrets removed. */
export function createLog(settings: LogSettings, destination: DestinationStream = openLogOutput()): Log {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  const known = settings.secrets ?? [];
  return pino(
    {
      level: settings.level,
      redact: { paths, censor: "[removed]" },
      serializers: { err: describeError },
      hooks: { streamWrite: (line) => maskSecrets(line, known) },
    },
    destination,
  );
}

/** What happened and where. What else libraries hang on their errors (requests, headers, options) stays away. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error) as SerializedError;
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { type, message, stack, ...code };
}
