import { createSeriesCap } from "../cap.ts";
import type { SeriesStore, SeriesType } from "../contract.ts";
import { writePath } from "../influx/address.ts";
import { groupChoice } from "../influx/choice.ts";
import { inTurn } from "../influx/in-turn.ts";
import type { RemoteParts } from "../influx/parts.ts";
import { openPosition } from "../influx/position.ts";
import { connectServer } from "../influx/server.ts";
import { readStats } from "../influx/stats.ts";
import { createWriter } from "../influx/writer.ts";
import { createAsks } from "./ask.ts";
import { readLatest } from "./latest.ts";
import { readRaw } from "./raw.ts";
import { readRows } from "./rows.ts";
import { foldGroup } from "./stepped.ts";

/**
 * Opens the store that is a VictoriaMetrics server, single node. Touches no network, as the store of InfluxDB. It keeps
 * numbers and booleans only, each field as a metric `<kind>_<field>` with the labels `db`, `site` and `device`;
 * `<kind>_<field>_suspect` marks suspect values. Times are whole milliseconds, and numbers have 12 digits, counted from
 * the largest value that is stored near them.
 *
 * The server must be started with `-dedup.minScrapeInterval=1ms`, or readings that come again after a failure count
 * twice; of two readings of a device in one millisecond it then keeps one. Without `-retentionPeriod` it drops what is
 * older than a month, without a word. It answers before its data is on disk: a power cut may take its last seconds.
 */
export async function openVictoriaStore(parts: RemoteParts): Promise<SeriesStore> {
  // It speaks as InfluxDB 1.x does when it is written to.
  const settings = { ...parts.settings, api: "v1" as const };
  const { fields, clock } = parts;
  const { database } = settings;
  const server = connectServer({ store: "victoria-metrics", settings, clock });
  const target = ["victoria-metrics", new URL(settings.url).href, database].join(" ");
  const position = openPosition({ directory: parts.directory, target, first: parts.firstPosition });
  const asks = createAsks(server);
  const cap = createSeriesCap(parts.maxSeries);
  const known = { known: fields, types };
  const writer = createWriter({
    server,
    path: writePath(settings),
    shape: { fields, types, suspectBy: "field" },
    position,
    batchLines: settings.batchLines,
    retryMaxMs: parts.retryMaxMs,
    clock,
    createDatabase: undefined,
  });

  return {
    levels: [{ level: "raw", keepMs: Number.POSITIVE_INFINITY }],
    types,
    position: position.value,
    write: (readings, cursor) => writer.write(cap.take(readings), cursor),
    raw: (query, maxValues) =>
      readRaw(asks, { groups: groupChoice(query, known), database, during: query, maxValues }),
    stepped: ({ from, to, stepMs, ...query }) =>
      inTurn(
        groupChoice(query, known).map(
          (group) => () => foldGroup(asks, { group, database, from, to, stepMs }),
        ),
      ),
    latest: ({ before: to, withinMs, ...query }) =>
      inTurn(
        groupChoice(query, known).map(
          (group) => () => readLatest(asks, { group, database, from: to - withinMs, to }),
        ),
      ),
    rows: (query) => readRows(asks, { groups: groupChoice(query, known), database, during: query }),
    async stats() {
      const stats = await readStats({ count: asks.countSeries, splits: writer.splits });
      return { ...stats, counts: { ...stats.counts, refusedSeries: cap.refused() } };
    },
    // No texts are kept, so nobody is named.
    findPersons: async () => [],
    erasePersons: async () => 0,
    // The server has a backup of its own; the position is left out, so that a restored gateway writes again what its journal holds.
    copy: async () => [],
    async maintain() {},
    async close() {
      server.close();
    },
  };
}

const types: readonly SeriesType[] = ["number", "boolean"];
