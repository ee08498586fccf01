import type { Roster } from "../../../../../gateway/api/contract.ts";
import { locale } from "../../../i18n/language.ts";
import { clockOf, type Day } from "./week.ts";

export type Shift = Roster["items"][number];

/** Shifts of one crew that have the same hours. */
export interface ShiftGroup {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Who leads first, then by name. */
  readonly shifts: readonly Shift[];
}

/**
 * What is shown on each day: the shifts that begin on it, by their hours. One that began before the first day and reaches into it
 * stands there.
 */
export function groupsOn(days: readonly Day[], shifts: readonly Shift[]): readonly (readonly ShiftGroup[])[] {
  return days.map((day, index) => {
    const groups = new Map<string, { from: number; to: number; shifts: Shift[] }>();
    for (const shift of shifts) {
      const [from, to] = [Date.parse(shift.from), Date.parse(shift.to)];
      const begins = from >= day.from && from < day.to;
      const isCarried = index === 0 && from < day.from && to > day.from;
      if (!begins && !isCarried) continue;
      const key = `${from} ${to}`;
      const group = groups.get(key) ?? { from, to, shifts: [] };
      groups.set(key, group);
      group.shifts.push(shift);
    }
    return [...groups.values()]
      .map((group) => ({ ...group, shifts: group.shifts.sort(byRank) }))
      .sort((a, b) => a.from - b.from || a.to - b.to);
  });
}

/** Hours that shifts of a roster have, the most frequent first: what a new shift is offered. */
export function usualHours(shifts: readonly Shift[], most = 3): { from: string; to: string }[] {
  const counts = new Map<string, number>();
  for (const { from, to } of shifts) {
    const key = `${clockOf(Date.parse(from))} ${clockOf(Date.parse(to))}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const found = [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([key]) => key);
  const keys = found.length > 0 ? found.slice(0, most).sort() : ["08:00 20:00", "20:00 08:00"];
  return keys.map((key) => {
    const [from = "", to = ""] = key.split(" ");
    return { from, to };
  });
}

function byRank(a: Shift, b: Shift): number {
  const nameOf = ({ contactName, contact }: Shift) => contactName ?? contact;
  return Number(b.leads) - Number(a.leads) || nameOf(a).localeCompare(nameOf(b), locale.value);
}
