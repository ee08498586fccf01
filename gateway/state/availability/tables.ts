import type { DeviceName, GatewayGap } from "../../types.ts";
import type { Database } from "../contract.ts";
import type { Outage, Track } from "./track.ts";
import type { DayTally, Waiting } from "./waiting.ts";

/** What is written in one transaction. */
export interface Batch {
  readonly devices: Iterable<{
    readonly device: DeviceName;
    /** Undefined when it was removed. */
    readonly track: Track | undefined;
    readonly waiting: Waiting | undefined;
  }>;
  readonly gaps: readonly GatewayGap[];
  readonly marks: Readonly<Record<string, number>>;
}

/** Outages by the number of their device, of a time. */
export interface Found {
  readonly days: Map<number, DayTally>;
  readonly outages: Map<number, Outage[]>;
}

/** The tables of the availability of devices. */
export interface AvailabilityTables {
  tracks(): Map<DeviceName, Track>;
  /** Oldest first. */
  gaps(): readonly GatewayGap[];
  mark(name: string): number | undefined;
  write(batch: Batch): void;
  /** Outages of single days from `fromDay` until before `toDay`, and those over midnight that touch the time. */
  find(time: { fromDay: number; toDay: number; from: number; until: number }): Found;
  /** Removes rows of days before `day`, and of what ended before `at`; at most `limit` of each table. */
  expire(old: { day: number; at: number; limit: number; marks: Readonly<Record<string, number>> }): number;
}

/** Opens the tables. The journal has all that is in them, so that nothing needs a sync of its own. */
export function openTables({ db, transaction }: Database): AvailabilityTables {
  const readTracks = db.prepare("SELECT * FROM availability_devices");
  const readGaps = db.prepare("SELECT from_at, until_at FROM gateway_gaps ORDER BY from_at");
  const readMark = db.prepare("SELECT value FROM availability_marks WHERE name = ?");
  const writeMark = db.prepare(
    "INSERT INTO availability_marks VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const writeTrack = db.prepare("INSERT OR REPLACE INTO availability_devices VALUES (?, ?, ?, ?, ?, ?, ?)");
  const removeTrack = db.prepare("DELETE FROM availability_devices WHERE device = ?");
  const addDay = db.prepare(
    `INSERT INTO availability_days VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
      offline_ms = offline_ms + excluded.offline_ms, outages = outages + excluded.outages,
      longest_ms = max(longest_ms, excluded.longest_ms)`,
  );
  const addOutage = db.prepare("INSERT OR IGNORE INTO availability_outages VALUES (?, ?, ?)");
  const addGap = db.prepare("INSERT OR REPLACE INTO gateway_gaps VALUES (?, ?)");
  const sumDays = db.prepare(
    `SELECT device, sum(offline_ms) AS offline, sum(outages) AS outages, max(longest_ms) AS longest
      FROM availability_days WHERE day >= ? AND day < ? GROUP BY device`,
  );
  const findOutages = db.prepare(
    "SELECT device, from_at, until_at FROM availability_outages WHERE until_at > ? AND from_at < ?",
  );
  const removals = [
    `DELETE FROM availability_days WHERE (day, device) IN
      (SELECT day, device FROM availability_days WHERE day < :day LIMIT :limit)`,
    `DELETE FROM availability_outages WHERE (until_at, device, from_at) IN
      (SELECT until_at, device, from_at FROM availability_outages WHERE until_at <= :at LIMIT :limit)`,
    "DELETE FROM gateway_gaps WHERE from_at IN (SELECT from_at FROM gateway_gaps WHERE until_at <= :at LIMIT :limit)",
  ].map((sql) => db.prepare(sql));
  for (const removal of removals) removal.setAllowUnknownNamedParameters(true);

  function writeMarks(marks: Batch["marks"]): void {
    for (const [name, value] of Object.entries(marks)) writeMark.run(name, value);
  }

  return {
    tracks: () =>
      new Map(
        readTracks.all().map((row) => [
          String(row.device),
          {
            ...{ id: Number(row.id), knownSince: Number(row.known_since), since: Number(row.since) },
            ...{
              isOnline: row.is_online === 1,
              maySleep: row.may_sleep === 1,
              sequence: Number(row.sequence),
            },
          },
        ]),
      ),
    gaps: () =>
      readGaps.all().map(({ from_at, until_at }) => ({ from: Number(from_at), at: Number(until_at) })),
    mark(name) {
      const row = readMark.get(name);
      return row && Number(row.value);
    },
    write({ devices, gaps, marks }) {
      transaction(
        () => {
          for (const { device, track, waiting } of devices) {
            if (track === undefined) {
              removeTrack.run(device);
              continue;
            }
            const { id, knownSince, isOnline, since, maySleep, sequence } = track;
            writeTrack.run(id, device, knownSince, Number(isOnline), since, Number(maySleep), sequence);
            for (const [day, { offlineMs, outages, longestMs }] of waiting?.days ?? []) {
              addDay.run(day, id, offlineMs, outages, longestMs);
            }
            for (const { from, until } of waiting?.outages ?? []) addOutage.run(until, id, from);
          }
          for (const { from, at } of gaps) addGap.run(from, at);
          writeMarks(marks);
        },
        { durable: "with-the-next" },
      );
    },
    find({ fromDay, toDay, from, until }) {
      const days = new Map<number, DayTally>();
      for (const { device, offline, outages, longest } of sumDays.all(fromDay, toDay)) {
        const tally = { offlineMs: Number(offline), outages: Number(outages), longestMs: Number(longest) };
        days.set(Number(device), tally);
      }
      const found = new Map<number, Outage[]>();
      for (const { device, from_at, until_at } of findOutages.all(from, until)) {
        const outages = found.get(Number(device)) ?? [];
        outages.push({ from: Number(from_at), until: Number(until_at) });
        found.set(Number(device), outages);
      }
      return { days, outages: found };
    },
    expire({ day, at, limit, marks }) {
      return transaction(
        () => {
          writeMarks(marks);
          const removed = removals.map((removal) => Number(removal.run({ day, at, limit }).changes));
          return removed.reduce((sum, count) => sum + count, 0);
        },
        { durable: "with-the-next" },
      );
    },
  };
}
