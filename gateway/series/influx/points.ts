import type { Value } from "../../../devices/kit/kind.ts";
import type { DeviceName } from "../../types.ts";
import type { PastQuality, SeriesType } from "../contract.ts";
import type { Ask } from "./ask.ts";
import { deviceOf, type Group } from "./choice.ts";
import { fromWhere, identifier } from "./influxql.ts";

/** One point as it was written: the values of a group's fields, undefined where it had none. */
export interface Point {
  readonly device: DeviceName;
  readonly time: number;
  /** In the order of the group's fields. */
  readonly values: readonly (Value | undefined)[];
  readonly quality: PastQuality;
}

/** Points of one device, oldest first. */
export type PointsOf = readonly Point[];

/** Reads the points of a group device by device, each from old to new, in pieces. */
export async function* readPoints(
  ask: Ask,
  {
    group,
    during,
    maxOfDevice,
  }: {
    group: Group;
    during: { from: number; to: number; simulated: boolean };
    /** Points of one device after which the server stops. */
    maxOfDevice?: number;
  },
): AsyncIterable<PointsOf> {
  const columns = [...group.fields.map(({ name }) => identifier(name)), '"suspect"'].join(", ");
  const limit = maxOfDevice === undefined ? "" : ` LIMIT ${maxOfDevice}`;
  const statement = `SELECT ${columns} ${fromWhere(group, during)} GROUP BY "device"${limit}`;
  for await (const { id, rows } of ask([statement])) {
    const device = deviceOf(group, id);
    yield rows.map((row) => ({
      device,
      time: row[0] as number,
      values: group.fields.map(({ type }, i) => readCell(row[i + 1], type)),
      quality: qualityOf(row.at(-1), during.simulated),
    }));
  }
}

/** A value as it was before it was written; undefined when there is none. */
export function readCell(cell: unknown, type: SeriesType): Value | undefined {
  if (type === "boolean") return typeof cell === "number" ? cell !== 0 : undefined;
  return typeof cell === (type === "number" ? "number" : "string") ? (cell as Value) : undefined;
}

/** From the field `suspect` of a point. */
export function qualityOf(suspect: unknown, simulated: boolean): PastQuality {
  if (simulated) return "simulated";
  return suspect === 1 ? "suspect" : "good";
}
