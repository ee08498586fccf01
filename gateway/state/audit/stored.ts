import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GatewayError } from "../../errors.ts";
import { databaseFile } from "../database.ts";
import { explainDatabaseError } from "../database-error.ts";
import type { AuditHead, AuditRow } from "./contract.ts";
import { openAuditTable } from "./table.ts";

/** The audit trail of a gateway that does not run. */
export interface StoredAudit {
  readonly anchor: AuditHead;
  /** Every row, oldest first. */
  rows(): Iterable<AuditRow>;
  close(): void;
}

const pageRows = 500;

/** Opens the trail in a data folder for reading only. Throws `not-found`, and `busy` while a gateway runs on it. */
export function openStoredAudit(directory: string): StoredAudit {
  const path = join(directory, databaseFile);
  if (!existsSync(path)) {
    const advice = "name the gateway's data folder with --data-dir";
    throw new GatewayError("not-found", `there is no ${databaseFile} in ${directory}; ${advice}`);
  }
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const isThere = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'audit'").get();
    if (isThere === undefined) {
      throw new GatewayError("not-found", `${path} has no audit trail; a gateway of this version makes one`);
    }
    const table = openAuditTable(db);
    return {
      anchor: table.anchor(),
      *rows() {
        let next = Number.MIN_SAFE_INTEGER;
        for (let page = table.from(next, pageRows); page.length > 0; page = table.from(next, pageRows)) {
          yield* page;
          next = page.at(-1)!.sequence + 1;
        }
      },
      close: () => db.close(),
    };
  } catch (cause) {
    db.close();
    throw explainDatabaseError(cause, path);
  }
}
