import { GatewayError } from "../errors.ts";
import type { Database } from "../state/contract.ts";
import { addDays, dateOf, momentOf } from "../zone.ts";
import type { Contact, Crew, Shift, Shifts } from "./contract.ts";
import { refuseField } from "./field-check.ts";
import { readRoster } from "./roster-lines.ts";
import type { DutySettings } from "./settings.ts";

/** What `openShifts` needs. */
export interface ShiftParts {
  readonly database: Database;
  readonly settings: Pick<DutySettings, "maxShifts" | "maxShiftMs" | "keepShiftsMs">;
  readonly zone: string;
  readonly newId: () => string;
  readonly now: () => number;
  readonly crews: (site: string) => readonly Crew[];
  readonly contacts: (site: string) => readonly Contact[];
}

/** The roster, and what other parts do with it. */
export interface Roster extends Shifts {
  ofCrew(crew: string): Iterable<Shift>;
  /** Inside a transaction: removes what a contact would still have to do; a shift that runs ends now. */
  dropFuture(contact: string, committed: (apply: () => void) => void): void;
  /** The crew is gone, and its shifts with it. */
  forgetCrew(crew: string): void;
}

/** Reads the roster into memory. */
export function openShifts(parts: ShiftParts): Roster {
  const { database, settings, zone, newId, now } = parts;
  const { db, transaction } = database;
  const upsert = db.prepare(
    `INSERT INTO duty_shifts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET contact = excluded.contact,
      leads = excluded.leads, begins_at = excluded.begins_at, ends_at = excluded.ends_at`,
  );
  const erase = db.prepare("DELETE FROM duty_shifts WHERE id = ?");
  const sweep = db.prepare("DELETE FROM duty_shifts WHERE ends_at < ?");
  const byCrew = new Map<string, Map<string, Shift>>();
  for (const row of db.prepare("SELECT * FROM duty_shifts ORDER BY begins_at, id").iterate())
    put(readShift(row));

  function put(shift: Shift): void {
    const shifts = byCrew.get(shift.crew) ?? new Map<string, Shift>();
    byCrew.set(shift.crew, shifts);
    shifts.set(shift.id, shift);
  }

  function all(site: string): Shift[] {
    return parts.crews(site).flatMap(({ id }) => [...(byCrew.get(id)?.values() ?? [])]);
  }

  function get(site: string, id: string): Shift {
    const shift = all(site).find((one) => one.id === id);
    if (shift === undefined)
      throw new GatewayError("not-found", `the roster of site ${site} has no shift "${id}"`);
    return shift;
  }

  /** What stands against a shift; undefined when nothing does. */
  function faultOf(
    site: string,
    { contact, crew, from, to }: Omit<Shift, "id">,
    others: Iterable<Shift>,
  ): Fault | undefined {
    const whole = parts.crews(site).find(({ id }) => id === crew);
    const person = parts.contacts(site).find(({ id }) => id === contact);
    if (whole === undefined)
      return { code: "not-found", path: "crew", message: `site ${site} has no crew "${crew}"` };
    if (person === undefined)
      return { code: "not-found", path: "contact", message: `site ${site} has no contact "${contact}"` };
    if (!(to > from)) return { code: "invalid-request", path: "to", message: "to must be later than from" };
    if (to - from > settings.maxShiftMs)
      return {
        code: "invalid-request",
        path: "to",
        message: `a shift lasts ${settings.maxShiftMs / 3_600_000} h at most`,
      };
    for (const other of others) {
      if (other.contact !== contact || other.from >= to || other.to <= from) continue;
      const message = `${person.name} is on duty from ${new Date(other.from).toISOString()} to ${new Date(other.to).toISOString()} already`;
      return { code: "conflict", path: "contact", message };
    }
    return undefined;
  }

  function refuse({ code, path, message }: Fault): never {
    throw new GatewayError(code, message, { path });
  }

  /** Writes and removes in one transaction, and forgets what is too old. */
  function write(
    site: string,
    { added, removed = [] }: { added: readonly Shift[]; removed?: readonly Shift[] },
  ): void {
    if (all(site).length - removed.length + added.length > settings.maxShifts) {
      throw new GatewayError(
        "limit-reached",
        `the roster of site ${site} may have ${settings.maxShifts} shifts`,
      );
    }
    const before = now() - settings.keepShiftsMs;
    transaction((committed) => {
      for (const { id } of removed) erase.run(id);
      for (const { id, crew, contact, leads, from, to } of added)
        upsert.run(id, crew, contact, Number(leads), from, to);
      sweep.run(before);
      committed(() => {
        for (const { crew, id } of removed) byCrew.get(crew)?.delete(id);
        for (const shift of added) put(shift);
        for (const shifts of byCrew.values())
          for (const { id, to } of shifts.values()) if (to < before) shifts.delete(id);
      });
    });
  }

  return {
    of: (site, { from, to, crew }) =>
      all(site)
        .filter((shift) => shift.from < to && shift.to > from && (crew === undefined || shift.crew === crew))
        .sort(byTime),
    ofCrew: (crew) => byCrew.get(crew)?.values() ?? [],
    add(site, fields) {
      const shift = { ...fields, id: newId() };
      const fault = faultOf(site, shift, all(site));
      if (fault !== undefined) refuse(fault);
      write(site, { added: [shift] });
      return shift;
    },
    change(site, id, change) {
      const shift = { ...get(site, id), ...change };
      const fault = faultOf(
        site,
        shift,
        all(site).filter((other) => other.id !== id),
      );
      if (fault !== undefined) refuse(fault);
      write(site, { added: [shift] });
      return shift;
    },
    remove(site, id) {
      write(site, { added: [], removed: [get(site, id)] });
    },
    import(site, lines, { isReplacing, isTrial, maxRows }) {
      const known = { crews: parts.crews(site), contacts: parts.contacts(site), zone };
      const read = readRoster(lines, { ...known, maxRows, maxShiftMs: settings.maxShiftMs });
      const removed = isReplacing
        ? replacedBy(
            read.shifts.map(({ shift }) => shift),
            all(site),
            zone,
          )
        : [];
      const kept = all(site).filter((shift) => !removed.includes(shift));
      const faults = [...read.faults];
      const added: Shift[] = [];
      for (const { line, shift } of read.shifts) {
        const fault = faultOf(site, shift, [...kept, ...added]);
        if (fault === undefined) added.push({ ...shift, id: newId() });
        else faults.push({ line, path: fault.path, message: fault.message });
      }
      faults.sort((a, b) => a.line - b.line);
      if (faults.length === 0 && !isTrial) write(site, { added, removed });
      return { shifts: added, replaced: removed.length, faults };
    },
    copyWeek(site, { from, to, crew }) {
      const week = weekOf(from, zone, "from");
      const aheadMs = weekOf(to, zone, "to").from - week.from;
      if (aheadMs === 0) refuseField("to", "must be another week than from");
      const taken = all(site);
      const active = new Set(parts.contacts(site).flatMap(({ id, isActive }) => (isActive ? [id] : [])));
      const chosen = taken.filter(
        (shift) =>
          shift.from >= week.from && shift.from < week.to && (crew === undefined || shift.crew === crew),
      );
      const added: Shift[] = [];
      for (const shift of chosen.sort(byTime)) {
        const copy = { ...shift, id: newId(), from: shift.from + aheadMs, to: shift.to + aheadMs };
        if (active.has(shift.contact) && faultOf(site, copy, [...taken, ...added]) === undefined)
          added.push(copy);
      }
      write(site, { added });
      return { shifts: added, skipped: chosen.length - added.length };
    },
    dropFuture(contact, committed) {
      const at = now();
      const own = [...byCrew.values()]
        .flatMap((shifts) => [...shifts.values()])
        .filter((one) => one.contact === contact);
      const future = own.filter(({ from }) => from >= at);
      const running = own
        .filter(({ from, to }) => from < at && to > at)
        .map((shift) => ({ ...shift, to: at }));
      for (const { id } of future) erase.run(id);
      for (const { id, crew, leads, from, to } of running)
        upsert.run(id, crew, contact, Number(leads), from, to);
      committed(() => {
        for (const { crew, id } of future) byCrew.get(crew)?.delete(id);
        for (const shift of running) put(shift);
      });
    },
    forgetCrew: (crew) => void byCrew.delete(crew),
  };
}

interface Fault {
  readonly code: "not-found" | "invalid-request" | "conflict";
  readonly path: string;
  readonly message: string;
}

/** Those of the same crews that begin on the days that the new ones span. */
function replacedBy(
  fresh: readonly Omit<Shift, "id">[],
  all: readonly Shift[],
  zone: string,
): readonly Shift[] {
  if (fresh.length === 0) return [];
  const crews = new Set(fresh.map(({ crew }) => crew));
  const dates = fresh.map(({ from }) => dateOf(from, zone)).sort();
  const [first, last] = [dates[0]!, dates.at(-1)!];
  return all.filter(({ crew, from }) => {
    const date = dateOf(from, zone);
    return crews.has(crew) && date >= first && date <= last;
  });
}

function weekOf(date: string, zone: string, path: string): { from: number; to: number } {
  const from = momentOf(date, "00:00", zone);
  if (Number.isNaN(from)) refuseField(path, `must be a date such as 2026-01-12, got "${date}"`);
  return { from, to: momentOf(addDays(date, 7), "00:00", zone) };
}

function byTime(a: Shift, b: Shift): number {
  return a.from - b.from || a.to - b.to || (a.id < b.id ? -1 : 1);
}

function readShift(row: Record<string, unknown>): Shift {
  return {
    ...{ id: String(row.id), crew: String(row.crew), contact: String(row.contact), leads: row.leads === 1 },
    ...{ from: Number(row.begins_at), to: Number(row.ends_at) },
  };
}
