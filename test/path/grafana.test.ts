import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderDashboards } from "../../dashboards/grafana/generate.ts";
import type { Dashboard } from "../../dashboards/grafana/model.ts";
import { metricsSource, seriesSource } from "../../dashboards/grafana/sources.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { defineKind } from "../../devices/kit/define.ts";
import { number } from "../../devices/kit/fields.ts";
import { telemetry } from "../../devices/kit/samples.ts";
import { root } from "../house/sources.ts";
import { queriesOf, readDashboards } from "../support/dashboards.ts";

const catalogue = await loadCatalogue();
const files = readDashboards();

test("the dashboards are as the code makes them; node dashboards/grafana/generate.ts makes them again", () => {
  const made = renderDashboards(catalogue);
  expect(files.map(({ name }) => name).toSorted()).toEqual([...made.keys()].toSorted());
  for (const { name, text } of files) expect(text === made.get(name), name).toBe(true);
});

test("both data sources are provisioned under the ids that the panels name, without a secret", () => {
  const text = readFileSync(join(root, "dashboards/grafana/provisioning/datasources/linli.yaml"), "utf8");
  const { datasources } = parse(text) as { datasources: Record<string, unknown>[] };
  expect(datasources.map(({ uid, type }) => ({ uid, type }))).toEqual([seriesSource, metricsSource]);
  for (const { url } of datasources) expect(url).toMatch(/^\$GF_/);
  expect(datasources[0]?.secureJsonData).toEqual({ httpHeaderValue1: "Token $GF_LINLI_INFLUX_TOKEN" });
});

test("no two dashboards have the same id, and none is longer than Grafana takes", () => {
  const uids = files.map(({ dashboard }) => dashboard.uid);
  expect(new Set(uids).size).toBe(uids.length);
  expect(uids.filter((uid) => !/^[a-z0-9-]{1,40}$/.test(uid))).toEqual([]);
});

describe.each(files)("$name", (file) => {
  const { panels, title, templating } = file.dashboard;

  test("numbers every panel once", () => {
    expect(panels.map(({ id }) => id)).toEqual(panels.map((_, i) => i + 1));
  });

  test("lays no panel over another or beyond the edge", () => {
    const taken = new Map<string, string>();
    const faults: string[] = [];
    for (const {
      title: name,
      gridPos: { x, y, w, h },
    } of panels) {
      if (x < 0 || x + w > 24) faults.push(`${name} is beyond the edge`);
      for (let cell = 0; cell < w * h; cell++) {
        const key = `${x + (cell % w)},${y + Math.floor(cell / w)}`;
        const other = taken.get(key);
        if (other !== undefined) faults.push(`${name} lies over ${other}`);
        taken.set(key, name);
      }
    }
    expect([...new Set(faults)]).toEqual([]);
  });

  test("names a provisioned data source in every panel, query and variable", () => {
    const sources = [...panels, ...panels.flatMap(({ targets = [] }) => targets), ...templating.list]
      .filter(({ type }) => type !== "row" && type !== "custom")
      .map(({ datasource }) => datasource);
    for (const source of sources) expect([seriesSource, metricsSource]).toContainEqual(source);
  });

  test("has titles in Chinese and English, and queries in every panel", () => {
    for (const name of [title, ...panels.map((panel) => panel.title)]) {
      expect(name).toMatch(/\p{Script=Han}.* [A-Z]/u);
    }
    const idle = panels.filter(({ type, targets = [] }) => type !== "row" && targets.length === 0);
    expect(idle).toEqual([]);
  });

  test("leaves silence open in every chart", () => {
    for (const { type, fieldConfig, title: name } of panels) {
      const { spanNulls, drawStyle } = fieldConfig?.defaults.custom ?? {};
      if (type !== "timeseries" && type !== "state-timeline") continue;
      if (drawStyle !== "bars") expect(spanNulls === false || Number(spanNulls) > 1000, name).toBe(true);
    }
  });
});

describe.each([...catalogue.values()])("the dashboard of $name", (kind) => {
  const file = files.find(({ name }) => name === `${kind.name}.json`);

  test("shows every field that is no text, every event, and the limits that decide alone", () => {
    const queries = file ? queriesOf(file).map(({ target }) => target.query) : [];
    const shown = (text: string) => queries.some((query) => query?.includes(text));
    const fields = Object.keys(kind.fields).filter((name) => kind.fields[name]?.widget !== "text");
    expect(fields.filter((name) => !shown(`"${name}"`))).toEqual([]);
    expect(Object.keys(kind.events).filter((name) => !shown(`"event" = '${name}'`))).toEqual([]);
    const battery = file?.dashboard.panels.find(({ title }) => title === "电池电量 Battery");
    expect(battery !== undefined).toBe(kind.fields.battery !== undefined);
    if (battery === undefined) return;
    expect(battery.fieldConfig?.defaults).toMatchObject({
      unit: "percent",
      thresholds: {
        steps: [
          { value: null, color: "yellow" },
          { value: 20, color: "green" },
        ],
      },
    });
  });

  test("names every state in both languages", () => {
    for (const { title, states } of Object.values(kind.fields)) {
      if (states === undefined) continue;
      const panel = file?.dashboard.panels.find((one) => one.title === `${title.zh} ${title.en}`);
      const texts = Object.entries(states).map(([name, { zh, en }]) => [name, `${zh} ${en}`]);
      const [mapping] = panel?.fieldConfig?.defaults.mappings ?? [];
      const mapped = Object.entries(mapping?.options ?? {}).map(([name, { text }]) => [name, text]);
      expect(mapped, title.en).toEqual(texts);
    }
  });
});

test("fire readiness shows the kinds that can raise a fire alarm, and only those", () => {
  const { panels } = files.find(({ name }) => name === "fire-readiness.json")!.dashboard;
  const rows = panels.filter(({ type }) => type === "row").map(({ title }) => title);
  const fire = [...catalogue.values()].filter(({ rules }) => rules.some((rule) => rule.fire));
  expect(rows.slice(1)).toEqual(fire.map(({ title }) => `${title.zh} ${title.en}`));
  expect(fire.length).toBeGreaterThanOrEqual(4);
  expect(fire.length).toBeLessThan(catalogue.size);
});

test("a new kind gets a dashboard and a section by its facts alone", () => {
  const pool = defineKind({
    name: "swimming-pool",
    title: { zh: "泳池", en: "Swimming pool" },
    intervalMs: 60_000,
    fields: { turbidity: number({ title: { zh: "浊度", en: "Turbidity" }, unit: "NTU" }) },
    rules: [],
    summary: ["turbidity"],
    examples: [telemetry({ turbidity: 0.4 })],
    simulate: () => ({ step: () => [], command: () => ({ ok: true }), provoke: () => [] }),
  });
  const made = renderDashboards(new Map([...catalogue, [pool.name, pool]]));
  const { panels } = JSON.parse(String(made.get("swimming-pool.json"))) as Dashboard;
  const chart = panels.find(({ title }) => title === "浊度 Turbidity");
  expect(chart).toMatchObject({ type: "timeseries", interval: "60s" });
  expect(chart?.fieldConfig?.defaults.unit).toBe("suffix: NTU");
  expect(panels.filter(({ title }) => title.includes("Events"))).toEqual([]);
  expect(made.get("site-overview.json")).toContain("泳池 Swimming pool");
  expect(made.get("fire-readiness.json")).not.toContain("泳池");
});

test("a value has the colour of the alert that it alone leads to within a minute", () => {
  const colorsOf = (kind: string, name: string) => {
    const { panels } = files.find((file) => file.name === `${kind}.json`)!.dashboard;
    const [mapping] = panels.find(({ title }) => title === name)?.fieldConfig?.defaults.mappings ?? [];
    return Object.fromEntries(
      Object.entries(mapping?.options ?? {}).map(([value, { color }]) => [value, color]),
    );
  };
  expect(colorsOf("access-gate", "门状态 Door")).toMatchObject({ closed: "green", forced: "orange" });
  expect(colorsOf("access-gate", "验证结果 Verification")).toMatchObject({ allow: "green", duress: "red" });
  expect(colorsOf("micro-fire-station", "一键报警 SOS button")).toEqual({ 0: "green", 1: "red" });
  expect(colorsOf("micro-fire-station", "市电 Mains power")).toEqual({ 0: "yellow", 1: "green" });
  expect(colorsOf("parking-sensor", "有车 Occupied")).toEqual({ 0: "gray", 1: "blue" });
});
