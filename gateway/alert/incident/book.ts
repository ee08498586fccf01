import type { SQLInputValue } from "node:sqlite";
import type { Clock } from "../../clock.ts";
import { GatewayError } from "../../errors.ts";
import type { Database } from "../../state/contract.ts";
import type { IncidentStep } from "../../types.ts";
import type { Incident, IncidentBook, IncidentQuery } from "../contract.ts";
import { foldStep, isEnded } from "./fold.ts";
import type { IncidentSettings } from "./settings.ts";

/**
 * Opens the incidents. A step counts at once in memory and is written with the next flush, so that people see and answer
 * everything that is open while the database refuses.
 */
export function openIncidentBook({ database, settings, clock }: IncidentBookParts): IncidentBook {
  const { db } = database;
  const readPosition = db.prepare("SELECT sequence FROM view_cursors WHERE view = 'incidents'");
  const writePosition = db.prepare(
    "INSERT INTO view_cursors VALUES ('incidents', ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence",
  );
  const write = db.prepare("INSERT OR REPLACE INTO incidents VALUES (?, ?, ?, ?, ?, ?)");
  const writeStep = db.prepare("INSERT OR REPLACE INTO incident_steps VALUES (?, ?, ?)");
  const read = db.prepare("SELECT body FROM incidents WHERE id = ?");
  const readOpen = db.prepare("SELECT body FROM incidents WHERE is_ended = 0 ORDER BY detected_at, id");
  const readSteps = db.prepare("SELECT body FROM incident_steps WHERE incident = ? ORDER BY sequence");
  const findOld = db.prepare(
    `SELECT id FROM incidents WHERE is_ended = 1 AND (detected_at < ? OR (detected_at, id) <=
      (SELECT detected_at, id FROM incidents WHERE is_ended = 1 ORDER BY detected_at DESC, id DESC LIMIT 1 OFFSET ?)) LIMIT 100`,
  );
  const erase = db.prepare("DELETE FROM incidents WHERE id = ?");
  const eraseSteps = db.prepare("DELETE FROM incident_steps WHERE incident = ?");
  let position = Number(readPosition.get()?.sequence ?? 0);
  let taken = position;
  let dirty = new Map<string, Incident>();
  let steps: { step: IncidentStep; sequence: number }[] = [];

  function find(id: string): Incident | undefined {
    const row = dirty.has(id) ? undefined : read.get(id);
    return dirty.get(id) ?? (row && readBody(row));
  }

  function flush(): void {
    if (steps.length === 0 || database.db.isTransaction) return;
    database.transaction((committed) => {
      for (const incident of dirty.values()) put(incident);
      for (const { step, sequence } of steps) writeStep.run(sequence, step.incident, JSON.stringify(step));
      for (const { id } of findOld.all(clock.now() - settings.keepMs, settings.keep)) {
        erase.run(String(id));
        eraseSteps.run(String(id));
      }
      writePosition.run(taken);
      committed(() => {
        position = taken;
        dirty = new Map();
        steps = [];
      });
    });
  }

  function put(incident: Incident): void {
    const { id, detectedAt, site, drill } = incident;
    const selected = [id, detectedAt, site, Number(isEnded(incident))];
    write.run(...selected, JSON.stringify(incident), Number(drill !== undefined));
  }

  /** For readers: what cannot be written is in memory all the same. */
  function written(query: IncidentQuery, limit: number): Incident[] {
    const { where, values } = conditionOf(query);
    const sql = `SELECT body FROM incidents WHERE ${where} ORDER BY detected_at DESC, id DESC LIMIT ?`;
    return db
      .prepare(sql)
      .all(...values, limit + dirty.size)
      .map(readBody)
      .filter(({ id }) => !dirty.has(id));
  }

  return {
    find,
    list(query) {
      const limit = Math.min(Math.max(query.limit, 1), settings.maxPage);
      const waiting = [...dirty.values()].filter((incident) => isListed(incident, query));
      const found = [...written(query, limit + 1), ...waiting].sort(newestFirst);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, next: found.length > limit && last ? `${last.detectedAt}~${last.id}` : undefined };
    },
    timeline: (id) => [
      ...readSteps.all(id).map(({ body }) => JSON.parse(String(body)) as IncidentStep),
      ...steps.filter(({ step }) => step.incident === id).map(({ step }) => step),
    ],
    open: () =>
      [
        ...readOpen
          .all()
          .map(readBody)
          .filter(({ id }) => !dirty.has(id)),
        ...dirty.values(),
      ]
        .filter((incident) => !isEnded(incident))
        .sort((a, b) => -newestFirst(a, b)),
    apply(step, sequence) {
      if (sequence <= taken) return;
      taken = sequence;
      const incident = foldStep(find(step.incident), step);
      if (incident === undefined) return;
      dirty.set(incident.id, incident);
      steps.push({ step, sequence });
    },
    position: () => position,
    flush,
  };
}

/** What `openIncidentBook` needs. */
export interface IncidentBookParts {
  readonly database: Database;
  readonly settings: Pick<IncidentSettings, "keep" | "keepMs" | "maxPage">;
  readonly clock: Pick<Clock, "now">;
}

function newestFirst(a: Incident, b: Incident): number {
  return b.detectedAt - a.detectedAt || (a.id < b.id ? 1 : -1);
}

function isListed(incident: Incident, { state, sites, drill, from, to, cursor }: IncidentQuery): boolean {
  const after = readCursor(cursor);
  const { detectedAt, id, site } = incident;
  return (
    (state === undefined || isEnded(incident) === (state === "ended")) &&
    (sites?.includes(site) ?? true) &&
    (drill === undefined || (incident.drill !== undefined) === drill) &&
    (from === undefined || detectedAt >= from) &&
    (to === undefined || detectedAt < to) &&
    (after === undefined || detectedAt < after.at || (detectedAt === after.at && id < after.id))
  );
}

function conditionOf({ state, sites, drill, from, to, cursor }: IncidentQuery): {
  where: string;
  values: SQLInputValue[];
} {
  const after = readCursor(cursor);
  const terms: [string, ...SQLInputValue[]][] = [];
  if (state !== undefined) terms.push([state === "open" ? "is_ended = 0" : "is_ended = 1"]);
  if (sites !== undefined) terms.push([`site IN (${sites.map(() => "?").join(", ")})`, ...sites]);
  if (drill !== undefined) terms.push(["is_drill = ?", Number(drill)]);
  if (from !== undefined) terms.push(["detected_at >= ?", from]);
  if (to !== undefined) terms.push(["detected_at < ?", to]);
  if (after !== undefined) terms.push(["(detected_at, id) < (?, ?)", after.at, after.id]);
  const where = terms.length === 0 ? "1" : terms.map(([term]) => term).join(" AND ");
  return { where, values: terms.flatMap(([, ...values]) => values) };
}

function readCursor(cursor: string | undefined): { at: number; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [, at, id] = /^(\d{1,16})~([\w-]{1,64})$/.exec(cursor) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw new GatewayError("invalid-request", "cursor must be the next of an earlier page", { path: "cursor" });
}

function readBody({ body }: Record<string, unknown>): Incident {
  const incident = JSON.parse(String(body)) as Incident;
  const { building, reason, during, drill } = incident;
  return { ...incident, building, reason, during, drill };
}
