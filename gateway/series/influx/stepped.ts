import type { SteppedSeries } from "../contract.ts";
import type { Ask } from "./ask.ts";
import { deviceOf, type Group } from "./choice.ts";
import { fromWhere, identifier } from "./influxql.ts";
import { readPoints } from "./points.ts";
import { createStateFold, type NumberStep, type Place, type StateFold, toSteppedNumbers } from "./steps.ts";

/** What is folded, of real values only. */
export interface Folding {
  readonly group: Group;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** Folds the numbers and booleans of a group in the server. InfluxQL's intervals begin at multiples of the step too. */
export async function foldNumbers(ask: Ask, folding: Folding): Promise<SteppedSeries[]> {
  const group = only(folding.group, ["number", "boolean"]);
  if (group.fields.length === 0) return [];
  const during = { from: folding.from, to: folding.to, simulated: false };
  const suspects = await countSuspects(ask, { ...folding, group });
  const columns = group.fields.flatMap(({ name }) => folds.map((fold) => `${fold}(${identifier(name)})`));
  const statement = `SELECT ${columns.join(", ")} ${fromWhere(group, during)} ${bySteps(folding.stepMs)}`;
  const found = new Map<string, { place: Place; steps: NumberStep[] }>();
  for await (const { id, rows } of ask([statement])) {
    const device = deviceOf(group, id);
    for (const [i, { name: field, type }] of group.fields.entries()) {
      const key = `${device}/${field}`;
      const series = found.get(key) ?? { place: { device, field, type }, steps: [] };
      found.set(key, series);
      for (const row of rows) {
        const time = row[0] as number;
        const [count, mean, min, max, last] = row.slice(1 + i * folds.length) as number[];
        // A step of another field: this one has no value in it.
        if (!count) continue;
        const suspect = suspects.get(`${key}/${time}`) ?? 0;
        series.steps.push({ time, count, mean: mean!, min: min!, max: max!, last: last!, suspect });
      }
    }
  }
  return [...found.values()]
    .filter(({ steps }) => steps.length > 0)
    .map(({ place, steps }) => toSteppedNumbers(place, steps));
}

/** Folds the states of a group here, for InfluxQL cannot count by value: they stream by and only counts are kept. */
export async function foldStates(ask: Ask, { group, from, to, stepMs }: Folding): Promise<SteppedSeries[]> {
  const states = only(group, ["state"]);
  if (states.fields.length === 0) return [];
  const found = new Map<string, StateFold>();
  for await (const points of readPoints(ask, { group: states, during: { from, to, simulated: false } })) {
    for (const { device, time, values, quality } of points) {
      for (const [i, text] of values.entries()) {
        if (text === undefined) continue;
        const { name: field, type } = states.fields[i]!;
        const key = `${device}/${field}`;
        const fold = found.get(key) ?? createStateFold({ device, field, type }, stepMs);
        found.set(key, fold);
        fold.add({ time, text: String(text), isSuspect: quality === "suspect" });
      }
    }
  }
  return [...found.values()].map((fold) => fold.series());
}

const folds = ["count", "mean", "min", "max", "last"];

/** Suspect values by device, field and step; a condition on a field reads every value, so it is asked for those only that have any. */
async function countSuspects(ask: Ask, { group, from, to, stepMs }: Folding): Promise<Map<string, number>> {
  const during = { from, to, simulated: false };
  const counts = new Map<string, number>();
  const ids: string[] = [];
  for await (const { id } of ask([`SELECT count("suspect") ${fromWhere(group, during)} GROUP BY "device"`]))
    ids.push(id);
  if (ids.length === 0) return counts;
  const columns = group.fields.map(({ name }) => `count(${identifier(name)})`).join(", ");
  const condition = `${fromWhere({ ...group, ids }, during)} AND "suspect" = 1`;
  for await (const { id, rows } of ask([`SELECT ${columns} ${condition} ${bySteps(stepMs)}`])) {
    for (const [time, ...row] of rows) {
      for (const [i, { name }] of group.fields.entries())
        counts.set(`${deviceOf(group, id)}/${name}/${time}`, Number(row[i] ?? 0));
    }
  }
  return counts;
}

function bySteps(stepMs: number): string {
  return `GROUP BY time(${stepMs}ms), "device" fill(none)`;
}

function only(group: Group, types: readonly string[]): Group {
  return { ...group, fields: group.fields.filter(({ type }) => types.includes(type)) };
}
