import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../house/sources.ts";
import { fillIn, queriesOf, readDashboards } from "../support/dashboards.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";
import { askMetrics, checkScrapeConfig, takeMetrics } from "../support/scraped-metrics.ts";
import { hasVictoria, openVictoria, type VictoriaServer } from "../support/victoria-server.ts";

if (!hasVictoria) {
  console.warn(
    "\nMISSING: victoria-metrics (Debian: apt-get install victoria-metrics).\n" +
      "The queries of the dashboards are NOT run against scraped metrics on this machine.\n",
  );
}

const queries = readDashboards()
  .flatMap(queriesOf)
  .filter(({ target }) => target.expr !== undefined);

const macros = { __rate_interval: "60s", __range: "3600s" };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.stop());

test("the dashboards name only metrics that the gateway has", async () => {
  const exist = new Set([...(await scrape()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const named = queries.flatMap(({ target }) => target.expr?.match(/\blinli_\w+/g) ?? []);
  expect(new Set(named).size).toBeGreaterThan(30);
  expect(named.filter((name) => !exist.has(name.replace(/_bucket$/, "")))).toEqual([]);
});

describe.skipIf(!hasVictoria)("with the metrics of some traffic in a real store", () => {
  const now = Date.now();
  let victoria: VictoriaServer;
  beforeAll(async () => {
    victoria = await openVictoria();
    // A rate needs two scrapes, and a count by a label has its first only after it happened.
    for (const at of [now - 30_000, now - 15_000, now]) {
      await makeTraffic(`bin-${at}`);
      await takeMetrics(victoria, { text: await scrape(), at });
    }
  });
  afterAll(() => victoria?.stop());

  test("every panel shows something", async () => {
    const faults: string[] = [];
    for (const { place, target } of queries) {
      const expr = fillIn(target.expr as string, macros);
      const { error, values } = await askMetrics(victoria, { expr, at: now });
      if (error !== undefined) faults.push(`${place}: ${error}`);
      else if (values.length === 0 || !values.every(Number.isFinite))
        faults.push(`${place}: shows ${values}`);
    }
    expect(faults).toEqual([]);
  });

  test("what is called a fault is none in a gateway that is well", async () => {
    const told = queries.filter(({ panel }) => panel.title.includes("Faults"));
    expect(told.length).toBeGreaterThan(5);
    for (const { place, target } of told) {
      const expr = fillIn(target.expr as string, macros);
      const { values } = await askMetrics(victoria, { expr, at: now });
      expect(values, place).toEqual([0]);
    }
  });

  test("it takes the scrape configuration", () => {
    expect(checkScrapeConfig(join(root, "dashboards/grafana/scrape.yml"))).toBeUndefined();
  });
});

/** What a scrape of the gateway leaves in a store: its metrics, and that it answered. */
async function scrape(): Promise<string> {
  const response = await fetch(`${gateway.url}/metrics`);
  return `${await response.text()}up{job="linli"} ${Number(response.ok)}\n`;
}

/** Everything that the metrics tell apart by a label: a value in a foreign form, a refused message, an alert, a wrong password. */
async function makeTraffic(id: string): Promise<void> {
  const bin = await gateway.device("waste-bin", id);
  const client = await bin.connect({ protocolVersion: 5 });
  const send = (payload: string) => client.publishAsync(`${bin.topic}/telemetry`, payload, { qos: 1 });
  await send('{"fill":"83%","temperature":84}');
  await expect(send('{"fill":"full"}')).rejects.toThrow();
  await client.endAsync();
  await expect(bin.connect({ password: "wrong" })).rejects.toThrow();
}
