import { createSeriesCap } from "../cap.ts";
import type { SeriesStore, SeriesType } from "../contract.ts";
import { writePath } from "./address.ts";
import { type Ask, createAsk } from "./ask.ts";
import { groupChoice } from "./choice.ts";
import { inTurn } from "./in-turn.ts";
import { identifier } from "./influxql.ts";
import { readLatest } from "./latest.ts";
import type { RemoteParts } from "./parts.ts";
import { erasePersons, findPersons, forgetPersons } from "./persons.ts";
import { openPosition } from "./position.ts";
import { readRaw } from "./raw.ts";
import { readRows } from "./rows.ts";
import { connectServer } from "./server.ts";
import { readStats } from "./stats.ts";
import { foldNumbers, foldStates } from "./stepped.ts";
import { createWriter } from "./writer.ts";

/**
 * Opens the store that is a database of InfluxDB 1.x, or a bucket of 2 or 3. Touches no network, so a wrong setting
 * (`settings-invalid`, thrown here) and a server that is away (`series-failed`, when asked) are different failures.
 * Values are folded when asked, from raw ones; how long they are kept is the server's retention policy. The receive time
 * is not written: rows carry the value's time in its place.
 */
export async function openInfluxStore(parts: RemoteParts): Promise<SeriesStore> {
  const { settings, fields, clock } = parts;
  const { api, database, org } = settings;
  const server = connectServer({ store: "influxdb", settings, clock });
  const target = [new URL(settings.url).href, api, api === "v2" ? org : "", database].join(" ");
  const position = openPosition({ directory: parts.directory, target, first: parts.firstPosition });
  const ask = createAsk(server, database);
  const known = { known: fields, types };
  const path = writePath(settings);
  const askExactly = createAsk(server, database, "exact");
  const persons = { ask, askExactly, fields, server, path, batch: settings.batchLines };
  const cap = createSeriesCap(parts.maxSeries);
  let forgetAt = 0;
  let expiredPersons = 0;
  const writer = createWriter({
    server,
    path,
    shape: { fields, types, suspectBy: "reading" },
    position,
    batchLines: settings.batchLines,
    retryMaxMs: parts.retryMaxMs,
    clock,
    createDatabase: api === "v1" ? () => server.post(`/query?${creation(database)}`, "") : undefined,
  });

  return {
    levels: [{ level: "raw", keepMs: Number.POSITIVE_INFINITY }],
    types,
    position: position.value,
    write: (readings, cursor) => writer.write(cap.take(readings), cursor),
    raw: (query, maxValues) => readRaw(ask, { groups: groupChoice(query, known), during: query, maxValues }),
    stepped: ({ from, to, stepMs, ...query }) =>
      inTurn(
        groupChoice(query, known).flatMap((group) =>
          [foldNumbers, foldStates].map((fold) => () => fold(ask, { group, from, to, stepMs })),
        ),
      ),
    latest: ({ before: to, withinMs, ...query }) =>
      inTurn(
        groupChoice(query, known).map((group) => () => readLatest(ask, { group, from: to - withinMs, to })),
      ),
    rows: (query) => readRows(ask, { groups: groupChoice(query, known), during: query }),
    async stats() {
      const stats = await readStats({ count: () => countSeries(ask, database), splits: writer.splits });
      return { ...stats, counts: { ...stats.counts, expiredPersons, refusedSeries: cap.refused() } };
    },
    // The server has a backup of its own; the position is left out, so that a restored gateway writes again what its journal holds.
    copy: async () => [],
    findPersons: (query, limit) => findPersons(persons, query, limit),
    erasePersons: (query) => erasePersons(persons, query),
    async maintain(now) {
      if (parts.keepPersonsMs === undefined || now < forgetAt) return;
      // Also when it fails: a server that is away is not asked again and again.
      forgetAt = now + forgetEveryMs;
      const count = await forgetPersons(persons, now - parts.keepPersonsMs);
      expiredPersons += count;
      if (count > 0) forgetAt = now;
    },
    async close() {
      server.close();
    },
  };
}

/** How often it is looked for persons who passed long enough ago, ms. */
const forgetEveryMs = 3_600_000;

const types: readonly SeriesType[] = ["number", "boolean", "state", "text"];

function creation(database: string): URLSearchParams {
  return new URLSearchParams({ q: `CREATE DATABASE ${identifier(database)}` });
}

/** As the server estimates it; InfluxDB 3 cannot say. */
async function countSeries(ask: Ask, database: string): Promise<number> {
  for await (const { rows } of ask([`SHOW SERIES CARDINALITY ON ${identifier(database)}`]))
    return Number(rows[0]?.[0] ?? 0);
  return 0;
}
