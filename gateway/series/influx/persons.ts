import { escape as escaped } from "@influxdata/influxdb-client";
import { personForm } from "../../erased-lines.ts";
import { GatewayError } from "../../errors.ts";
import type { PersonQuery, PersonRow, SeriesFields } from "../contract.ts";
import type { Ask, Block } from "./ask.ts";
import { identifier, literal } from "./influxql.ts";
import { simulatedSuffix } from "./line.ts";
import { readCell } from "./points.ts";
import type { Server } from "./server.ts";

/** What is needed to look for persons on a server. */
export interface PersonParts {
  /** Answers with times in ms. */
  readonly ask: Ask;
  /** Answers with times as text, to the nanosecond. */
  readonly askExactly: Ask;
  readonly fields: SeriesFields;
  readonly server: Server;
  /** Of a write, with its query string. */
  readonly path: string;
  /** Points of one question, and lines of one write. */
  readonly batch: number;
}

/** A field in which a person may stand: of one kind, real or replayed. */
interface Place {
  readonly kind: string;
  readonly measurement: string;
  readonly field: string;
}

/** The readings that name a person, oldest first, at most `limit`. The time takes the place of the receive time, which is not written. */
export async function findPersons(
  { ask, fields }: Pick<PersonParts, "ask" | "fields">,
  query: PersonQuery,
  limit: number,
): Promise<PersonRow[]> {
  const found: PersonRow[] = [];
  for (const { kind, measurement, field } of placesOf(fields)) {
    const names = Object.entries(fields[kind] ?? {});
    const columns = names.map(([name]) => identifier(name)).join(", ");
    const statement = `SELECT ${columns} FROM ${measurement} WHERE ${ofPersons(field, query)} GROUP BY "device" LIMIT ${limit}`;
    for await (const { id, rows } of ask([statement])) {
      for (const [time, ...cells] of rows) {
        const values = names.flatMap(([name, type], i) => {
          const value = readCell(cells[i], type);
          return value === undefined ? [] : [[name, value] as const];
        });
        const at = time as number;
        found.push({
          device: `${query.site}/${kind}/${id}`,
          time: at,
          receivedAt: at,
          values: Object.fromEntries(values),
        });
      }
    }
  }
  return found.toSorted((a, b) => a.time - b.time).slice(0, limit);
}

/**
 * Writes `erased` over a person: a server deletes whole points only, and what happened must stay. A point of the same series and
 * time is the same point, so nothing is doubled.
 */
export async function erasePersons(parts: PersonParts, query: PersonQuery): Promise<number> {
  let count = 0;
  for (const place of placesOf(parts.fields))
    count += await overwrite(parts, place, ofPersons(place.field, query));
  return count;
}

/** One step of the same for whoever passed before a moment; 0 when there is nobody left. */
export async function forgetPersons(parts: PersonParts, before: number): Promise<number> {
  for (const place of placesOf(parts.fields)) {
    const condition = `${identifier(place.field)} =~ /^${personForm}$/ AND time < ${before}ms`;
    const count = await overwrite(parts, place, condition, "one step");
    if (count > 0) return count;
  }
  return 0;
}

async function overwrite(
  { askExactly, server, path, batch }: PersonParts,
  { measurement, field }: Place,
  condition: string,
  how: "all" | "one step" = "all",
): Promise<number> {
  const select = `SELECT ${identifier(field)} FROM ${measurement} WHERE ${condition} GROUP BY "site", "device" LIMIT ${batch}`;
  let count = 0;
  for (;;) {
    const lines: string[] = [];
    for await (const block of askExactly([select])) lines.push(...linesOf(block, measurement, field));
    for (let at = 0; at < lines.length; at += batch) {
      const reply = await server.post(path, lines.slice(at, at + batch).join("\n"));
      if (reply.status !== 204) {
        const message = `${server.name} refused to erase a person: ${reply.words}`;
        throw new GatewayError("series-failed", message, { retryable: true });
      }
    }
    count += lines.length;
    if (lines.length === 0 || how === "one step") return count;
  }
}

function linesOf({ id, site, rows }: Block, measurement: string, field: string): string[] {
  const name = JSON.parse(measurement) as string;
  const series = `${escaped.measurement(name)},site=${escaped.tag(site)},device=${escaped.tag(id)}`;
  return rows.map(([time]) => `${series} ${escaped.tag(field)}="erased" ${nanoseconds(String(time))}`);
}

/** RFC 3339 with up to nine digits behind the second. */
function nanoseconds(time: string): string {
  const [, seconds = "", fraction = ""] = /^([^.Z]+)(?:\.(\d{1,9}))?Z$/.exec(time) ?? [];
  return `${BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"))}`;
}

function ofPersons(field: string, { site, persons, before }: PersonQuery): string {
  const names = persons.map((person) => `${identifier(field)} = ${literal(person)}`).join(" OR ");
  return `"site" = ${literal(site)} AND (${names}) AND time < ${before}ms`;
}

function placesOf(fields: SeriesFields): Place[] {
  return Object.entries(fields).flatMap(([kind, types]) =>
    Object.entries(types)
      .filter(([, type]) => type === "text")
      .flatMap(([field]) =>
        [kind, `${kind}${simulatedSuffix}`].map((name) => ({ kind, measurement: identifier(name), field })),
      ),
  );
}
