import { GatewayError, messageOf } from "../errors.ts";

const damaged =
  "it is damaged; stop the gateway, keep a copy of the file, then restore a backup or rescue what can be read with: sqlite3 linli.db .recover | sqlite3 rescued.db";

/** What a person can do about a primary result code of SQLite (https://sqlite.org/rescode.html). */
const remedies: Readonly<
  Record<number, { code: "busy" | "database-unusable"; retryable: boolean; advice: string }>
> = {
  5: {
    code: "busy",
    retryable: true,
    advice: "another process has it open; is a gateway running on this data directory?",
  },
  8: { code: "database-unusable", retryable: false, advice: "give this user the right to write it" },
  10: { code: "database-unusable", retryable: true, advice: "the disk reported an error; check it" },
  11: { code: "database-unusable", retryable: false, advice: damaged },
  13: { code: "database-unusable", retryable: true, advice: "the disk is full; make room" },
  14: {
    code: "database-unusable",
    retryable: false,
    advice: "check that the data directory exists and that this user may write there",
  },
  26: { code: "database-unusable", retryable: false, advice: damaged },
};

/** The pages of the database at `path` contradict each other, as `finding` says. */
export function damagedDatabase(path: string, finding: string): GatewayError {
  return new GatewayError("database-unusable", `${path}: ${finding}: ${damaged}`);
}

/** Turns an error of SQLite into a `GatewayError` that says what to do; leaves any other error as it is. */
export function explainDatabaseError(error: unknown, path: string): unknown {
  const resultCode = (error as { errcode?: unknown }).errcode;
  if (typeof resultCode !== "number") return error;
  const remedy = remedies[resultCode & 0xff];
  if (remedy === undefined)
    return new GatewayError("internal", `${path}: ${messageOf(error)}`, { cause: error });
  const { code, retryable, advice } = remedy;
  return new GatewayError(code, `${path}: ${messageOf(error)}: ${advice}`, { cause: error, retryable });
}
