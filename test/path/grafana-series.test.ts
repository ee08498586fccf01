import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { fillIn, queriesOf, readDashboards } from "../support/dashboards.ts";
import { hasInflux, type InfluxAnswer, type InfluxServer, openInflux } from "../support/influx-server.ts";
import { historyOf } from "../support/kind-history.ts";

if (!hasInflux) {
  console.warn(
    "\nMISSING: influxd (Debian: apt-get install influxdb).\n" +
      "The queries of the dashboards are NOT run against a store on this machine.\n",
  );
}

const hour = 3_600_000;
const to = Date.now();
const from = to - 6 * hour;
const files = readDashboards();

describe.skipIf(!hasInflux)("against a store with six hours of every kind", () => {
  let influx: InfluxServer;
  beforeAll(async () => {
    influx = await openInflux();
    for (const kind of (await loadCatalogue()).values()) await influx.write(historyOf(kind, { from, to }));
  });
  afterAll(() => influx?.stop());

  test.each(files)("every panel of $name shows something", async (file) => {
    const faults: string[] = [];
    for (const { place, panel, target } of queriesOf(file)) {
      if (target.query === undefined) continue;
      for (const fold of target.query.includes("$fold") ? ["mean", "max", "min"] : [""]) {
        const query = fillIn(target.query, { ...chosen, fold, __interval: panel.interval ?? "60s" });
        faults.push(...faultsOf(place, await influx.query(query)));
      }
    }
    expect(faults).toEqual([]);
  });

  test.each(files)("every variable of $name offers something", async ({ name, dashboard }) => {
    const faults: string[] = [];
    for (const variable of dashboard.templating.list.filter(({ type }) => type === "query")) {
      const answer = await influx.query(fillIn(variable.query, chosen));
      faults.push(...faultsOf(`${name}: ${variable.name}`, answer));
    }
    expect(faults).toEqual([]);
  });

  test.each(["site", "device"])("data of another %s than the chosen one is not shown", async (variable) => {
    for (const { place, panel, target } of files.flatMap(queriesOf)) {
      if (!target.query?.includes(`\${${variable}`)) continue;
      const filled = { ...chosen, [variable]: "(nowhere|elsewhere)", fold: "mean" };
      const query = fillIn(target.query, { ...filled, __interval: panel.interval ?? "60s" });
      expect(await influx.query(query), place).toEqual({ series: [] });
    }
  });
});

const chosen = {
  site: "(xinfa|elsewhere)",
  device: ".*",
  timeFilter: `time >= ${from}ms and time <= ${to}ms`,
};

function faultsOf(place: string, { error, series }: InfluxAnswer): string[] {
  if (error !== undefined) return [`${place}: ${error}`];
  // The first column is the time, or the name of the tag.
  const [, ...columns] = series[0]?.columns ?? [];
  const idle = columns.filter(
    (_, i) => !series.some(({ values }) => values.some((row) => row[i + 1] !== null)),
  );
  if (columns.length > 0 && idle.length === 0) return [];
  // The last message of a device, or an event, carries only some fields.
  const isPartial = /last message|latest events/i.test(place);
  return isPartial && idle.length < columns.length
    ? []
    : [`${place}: shows no ${idle.join(", no ") || "row"}`];
}
