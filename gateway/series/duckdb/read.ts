import { GatewayError } from "../../errors.ts";
import type { RangeQuery, RawSeries, SeriesChoice, SeriesRow } from "../contract.ts";
import { readValue } from "../values.ts";
import type { ReadCatalog } from "./catalog.ts";
import type { ChosenSeries, Dictionary } from "./dictionary.ts";
import type { Engine, Row, Snapshot } from "./engine.ts";
import { qualities } from "./fresh.ts";
import { rowsOf, type Wanted, withChosen } from "./sources.ts";

/** What every read needs. */
export interface ReadParts {
  readonly engine: Pick<Engine, "snapshot" | "stream">;
  readonly dictionary: Pick<Dictionary, "choose">;
  readonly catalog: ReadCatalog;
  readonly folder: string;
  readonly timeoutMs: number;
}

/** Values as they came. Rejects with `limit-reached` when there are more than `maxValues`. */
export async function readRaw(parts: ReadParts, query: RangeQuery, maxValues: number): Promise<RawSeries[]> {
  const chosen = parts.dictionary.choose(query.devices, query.fields);
  if (chosen.length === 0) return [];
  const rows = await parts.engine.snapshot(parts.timeoutMs, async (snapshot) =>
    snapshot.read(`${await rawRows(parts, snapshot, chosen, query)} LIMIT ${maxValues + 1}`),
  );
  if (rows.length > maxValues) {
    const message = `there are more than ${maxValues} values; ask for less time, fewer devices or fields, or a step`;
    throw new GatewayError("limit-reached", message);
  }
  const growing = chosen.map(({ device, field, type }): GrowingSeries => {
    return { device, field, type, times: [], values: [], quality: [] };
  });
  for (const row of rows) {
    const found = toRow(row, chosen);
    if (found === undefined) continue;
    const { times, values, quality } = growing[row[0] as number]!;
    times.push(found.time);
    values.push(found.value);
    quality.push(found.quality);
  }
  return growing.filter(({ times }) => times.length > 0);
}

type GrowingSeries = {
  -readonly [K in keyof RawSeries]: RawSeries[K] extends readonly (infer T)[] ? T[] : RawSeries[K];
};

/** Values as they came, for an export, in pieces of a few thousand. */
export async function* streamRows(
  parts: ReadParts,
  choice: SeriesChoice,
): AsyncGenerator<readonly SeriesRow[]> {
  const chosen = parts.dictionary.choose(choice.devices, choice.fields);
  if (chosen.length === 0) return;
  const pieces = parts.engine.stream(parts.timeoutMs, (snapshot) => rawRows(parts, snapshot, chosen, choice));
  for await (const rows of pieces) yield rows.flatMap((row) => toRow(row, chosen) ?? []);
}

async function rawRows(
  { catalog, folder }: ReadParts,
  snapshot: Snapshot,
  chosen: readonly ChosenSeries[],
  { from, to, simulated }: Pick<SeriesChoice, "from" | "to" | "simulated">,
): Promise<string> {
  const wanted: Wanted = { chosen, from, to };
  const rows = rowsOf("raw", { folder, catalog: await catalog(snapshot), wanted });
  return `${withChosen(wanted)} SELECT n, time::DOUBLE, received::DOUBLE, num, word, quality::INTEGER FROM (${rows})
    WHERE ${simulated ? "quality = 2" : "quality < 2"} ORDER BY n, time, sequence`;
}

/** A value with its names; undefined when it is not of the type that its field has now. */
function toRow(row: Row, chosen: readonly ChosenSeries[]): SeriesRow | undefined {
  const [n, time, receivedAt, num, word, quality] = row as readonly [
    number,
    number,
    number,
    number | null,
    string | null,
    number,
  ];
  const { device, field, type } = chosen[n]!;
  const value = readValue(type, num, word);
  if (value === undefined) return undefined;
  return { device, field, time, receivedAt, value, quality: qualities[quality]! };
}
