import type { IncidentMark } from "../types.ts";
import type { Database } from "./contract.ts";

/** Times of a site by mark, ms after detection; undefined: the setting's. */
export type SiteTimes = Readonly<Record<IncidentMark, number | undefined>>;

/** The times that sites have for themselves, in memory and in SQLite. */
export interface IncidentTimes {
  of(site: string): SiteTimes;
  /** Holds for incidents that begin from now on. */
  set(site: string, times: SiteTimes): void;
}

/** Reads the times into memory. */
export function openIncidentTimes({ db, transaction }: Database): IncidentTimes {
  const upsert = db.prepare(
    `INSERT INTO incident_times VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET acknowledge_ms = excluded.acknowledge_ms,
      arrive_ms = excluded.arrive_ms, control_ms = excluded.control_ms`,
  );
  const known = new Map<string, SiteTimes>();
  for (const row of db.prepare("SELECT * FROM incident_times").iterate()) {
    const read = (column: string) => (row[column] === null ? undefined : Number(row[column]));
    const times = {
      acknowledge: read("acknowledge_ms"),
      arrive: read("arrive_ms"),
      control: read("control_ms"),
    };
    known.set(String(row.site), times);
  }
  return {
    of: (site) => known.get(site) ?? unset,
    set(site, times) {
      const { acknowledge = null, arrive = null, control = null } = times;
      transaction((committed) => {
        upsert.run(site, acknowledge, arrive, control);
        committed(() => known.set(site, times));
      });
    },
  };
}

const unset: SiteTimes = { acknowledge: undefined, arrive: undefined, control: undefined };
