import type { LastValue } from "../contract.ts";
import type { Ask } from "./ask.ts";
import { deviceOf, type Group } from "./choice.ts";
import { fromWhere, identifier } from "./influxql.ts";
import { qualityOf, readCell } from "./points.ts";

/** The last real value of each field of a group in a time; one statement a field, for the last of each has its own time. */
export async function readLatest(
  ask: Ask,
  { group, from, to }: { group: Group; from: number; to: number },
): Promise<LastValue[]> {
  const statements = group.fields.map(
    ({ name }) =>
      `SELECT last(${identifier(name)}), "suspect" ${fromWhere(group, { from, to, simulated: false })} GROUP BY "device"`,
  );
  const found: LastValue[] = [];
  for await (const { statement, id, rows } of ask(statements)) {
    const field = group.fields[statement];
    for (const [time, cell, suspect] of rows) {
      const value = field && readCell(cell, field.type);
      if (field === undefined || value === undefined) continue;
      const quality = qualityOf(suspect, false);
      found.push({ device: deviceOf(group, id), field: field.name, time: time as number, value, quality });
    }
  }
  return found;
}
