import type { SeriesChoice, SeriesRow } from "../contract.ts";
import type { Ask } from "./ask.ts";
import { deviceOf, type Group } from "./choice.ts";
import { fromWhere, identifier } from "./influxql.ts";
import { qualityOf, readCell } from "./points.ts";

/**
 * Reads everything of a choice by device, field and time, in pieces: one request a device, one statement a field.
 * `receivedAt` is the value's time, for the receive time is not written to a server.
 */
export async function* readRows(
  ask: Ask,
  { groups, during }: { groups: readonly Group[]; during: Pick<SeriesChoice, "from" | "to" | "simulated"> },
): AsyncIterable<readonly SeriesRow[]> {
  for (const group of oneByOne(groups)) {
    const statements = group.fields.map(
      ({ name }) => `SELECT ${identifier(name)}, "suspect" ${fromWhere(group, during)} GROUP BY "device"`,
    );
    for await (const { statement, id, rows } of ask(statements, "piece")) {
      const device = deviceOf(group, id);
      const field = group.fields[statement];
      if (field === undefined) continue;
      yield rows.flatMap(([time, cell, suspect]) => {
        const value = readCell(cell, field.type);
        if (value === undefined) return [];
        const quality = qualityOf(suspect, during.simulated);
        return [
          { device, field: field.name, time: time as number, receivedAt: time as number, value, quality },
        ];
      });
    }
  }
}

/** Groups of one device each, sorted by the device's name, their fields by theirs. */
export function oneByOne(groups: readonly Group[]): Group[] {
  return groups
    .flatMap((group) =>
      group.ids.map((id) => ({
        ...group,
        ids: [id],
        fields: group.fields.toSorted((a, b) => compare(a.name, b.name)),
      })),
    )
    .toSorted((a, b) => compare(deviceOf(a, a.ids[0]!), deviceOf(b, b.ids[0]!)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
