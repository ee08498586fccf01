import type { LastValue } from "../contract.ts";
import { deviceOf, type Group } from "../influx/choice.ts";
import { readCell } from "../influx/points.ts";
import type { Asks } from "./ask.ts";
import { fold, selector } from "./promql.ts";

/** The last value of each field of a group from `from` to `to` (exclusive), and its time. */
export async function readLatest(
  asks: Asks,
  { group, database, from, to }: { group: Group; database: string; from: number; to: number },
): Promise<LastValue[]> {
  const found: LastValue[] = [];
  const window = { first: to - 1, last: to - 1, lengthMs: to - from };
  for (const field of group.fields) {
    const evaluate = async (what: "values" | "marks", functions: readonly string[]) => {
      const byDevice = new Map<string, Record<string, number>>();
      const query = fold(functions, selector(group, { database, field, what }), window.lengthMs);
      for (const { labels, points } of await asks.evaluate(query, window, window.lengthMs)) {
        const { device = "", rollup = "" } = labels;
        byDevice.set(device, { ...byDevice.get(device), [rollup]: points.at(-1)!.value });
      }
      return byDevice;
    };
    const values = await evaluate("values", ["last_over_time", "tlast_over_time"]);
    const marks = await evaluate("marks", ["tlast_over_time"]);
    for (const [id, { last_over_time: last, tlast_over_time: at }] of values) {
      const value = readCell(last, field.type);
      if (value === undefined || at === undefined) continue;
      const quality = marks.get(id)?.tlast_over_time === at ? "suspect" : "good";
      found.push({
        device: deviceOf(group, id),
        field: field.name,
        time: Math.round(at * 1000),
        value,
        quality,
      });
    }
  }
  return found;
}
