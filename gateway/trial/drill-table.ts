import { GatewayError } from "../errors.ts";
import type { Database } from "../state/contract.ts";
import type { Drill } from "./contract.ts";
import type { TrialSettings } from "./settings.ts";

/** The drills in the state database. */
export interface DrillTable {
  /** On disk when it returns. */
  put(drill: Drill): void;
  find(id: string): Drill | undefined;
  /** Those that have not ended. */
  open(): Drill[];
  /** Of one site, newest first. */
  list(query: { readonly site: string; readonly limit: number; readonly cursor?: string | undefined }): {
    readonly items: readonly Drill[];
    readonly next: string | undefined;
  };
}

/** Prepares the statements. */
export function openDrillTable(
  database: Database,
  { keepDrills }: Pick<TrialSettings, "keepDrills">,
): DrillTable {
  const { db } = database;
  const write = db.prepare("INSERT OR REPLACE INTO drills VALUES (?, ?, ?, ?, ?)");
  const read = db.prepare("SELECT body FROM drills WHERE id = ?");
  const readOpen = db.prepare("SELECT body FROM drills WHERE is_open = 1 ORDER BY started_at");
  const readSite = db.prepare(
    "SELECT body FROM drills WHERE site = ? AND (started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT ?",
  );
  const sweep = db.prepare(
    `DELETE FROM drills WHERE is_open = 0 AND started_at <
      (SELECT started_at FROM drills ORDER BY started_at DESC LIMIT 1 OFFSET ?)`,
  );

  return {
    put(drill) {
      const { id, site, startedAt, endedAt } = drill;
      database.transaction(() => {
        write.run(id, site, startedAt, Number(endedAt === undefined), JSON.stringify(drill));
        sweep.run(keepDrills - 1);
      });
    },
    find(id) {
      const row = read.get(id);
      return row && readBody(row);
    },
    open: () => readOpen.all().map(readBody),
    list({ site, limit, cursor }) {
      const { at, id } = readCursor(cursor);
      const found = readSite.all(site, at, id, limit + 1).map(readBody);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, next: found.length > limit && last ? `${last.startedAt}~${last.id}` : undefined };
    },
  };
}

function readCursor(cursor: string | undefined): { at: number; id: string } {
  if (cursor === undefined) return { at: Number.MAX_SAFE_INTEGER, id: "" };
  const [, at, id] = /^(\d{1,16})~([\w-]{1,64})$/.exec(cursor) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw new GatewayError("invalid-request", "cursor must be the next of an earlier page", { path: "cursor" });
}

/** What JSON leaves out. */
const absent = {
  ...{
    building: undefined,
    note: undefined,
    publishedAt: undefined,
    judgedAt: undefined,
    durableAt: undefined,
  },
  ...{ shownAt: undefined, screens: undefined, incident: undefined, fault: undefined },
  ...{ endedAt: undefined, end: undefined, endedBy: undefined },
};

function readBody({ body }: Record<string, unknown>): Drill {
  return { ...absent, ...(JSON.parse(String(body)) as Omit<Drill, keyof typeof absent>) };
}

/** A drill that has just begun. */
export function newDrill(
  about: Pick<Drill, "id" | "site" | "building" | "note" | "by" | "startedAt">,
): Drill {
  return { ...absent, ...about };
}
