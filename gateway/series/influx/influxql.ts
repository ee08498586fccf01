import { escape as escaped } from "@influxdata/influxdb-client";
import type { Group } from "./choice.ts";
import { simulatedSuffix } from "./line.ts";

/** A name of a measurement, field or database in InfluxQL. */
export function identifier(name: string): string {
  return escaped.quoted(name).replaceAll("\n", "\\n");
}

/** A text in InfluxQL. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;
}

/** The part of a statement that says of what and when. `to` undefined: without end. */
export function fromWhere(
  { site, kind, ids }: Group,
  { from, to, simulated }: { from: number; to?: number | undefined; simulated: boolean },
): string {
  const measurement = identifier(simulated ? `${kind}${simulatedSuffix}` : kind);
  const devices = ids.map((id) => `"device" = ${literal(id)}`).join(" OR ");
  const end = to === undefined ? "" : ` AND time < ${moment(to)}`;
  return `FROM ${measurement} WHERE "site" = ${literal(site)} AND (${devices}) AND time >= ${moment(from)}${end}`;
}

/** A time in InfluxQL, within the nanoseconds of 64 bits that it knows. */
function moment(ms: number): string {
  return `${Math.min(Math.max(ms, -maxMs), maxMs)}ms`;
}

const maxMs = 9_223_372_036_853;
