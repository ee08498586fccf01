import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterEach, describe, expect, test } from "vitest";
import type { DeviceSeriesAnswer, SeriesAnswer, TotalAnswer } from "../../gateway/api/contract.ts";
import { eventually, openTestGateway, type TestDevice, type TestGateway } from "../support/gateway.ts";

const now = Date.now();
const minute = 60_000;
let gateway: TestGateway;
let device: TestDevice;
let client: MqttClient;
afterEach(async () => {
  await client?.endAsync();
  await gateway?.stop();
});

async function start(config: Record<string, unknown> = {}): Promise<void> {
  gateway = await openTestGateway({ config: { series: { batchMs: 20, restartMinMs: 20, ...config } } });
  device = await gateway.device("waste-bin", "bin-1", { building: "7号楼" });
  client = await device.connect();
}

const send = (stream: string, payload: unknown) =>
  client.publishAsync(`${device.topic}/${stream}`, JSON.stringify(payload), { qos: 1 });

async function history(query: string): Promise<DeviceSeriesAnswer> {
  return (await gateway.call<DeviceSeriesAnswer>("GET", `/sites/xinfa/devices/bin-1/series?${query}`)).body;
}

/** Asks until the store has taken so many values of `fill`. */
function taken(count: number, query = "fields=fill&step=raw"): Promise<DeviceSeriesAnswer> {
  return eventually(
    () => history(query),
    (answer) => (answer.series?.[0]?.values?.length ?? 0) >= count,
  );
}

describe("the history of a device", () => {
  test("has every value with time and quality, what held before, its alerts and events", async () => {
    await start();
    await send("telemetry", { ts: now - 50 * minute, seq: 1, boot: "a", fill: 0.4, temperature: 12 });
    await send("telemetry", { ts: now - 2 * minute, seq: 2, boot: "a", fill: "97%" });
    await send("event", { ts: now - minute, seq: 1, boot: "a", event: "emptied", fill: 0.02 });
    await taken(3);
    const answer = await history(`fields=fill,temperature&from=${now - 10 * minute}`);
    expect(answer).toMatchObject({ stepMs: null, level: "raw", times: null });
    const [fill, temperature] = answer.series;
    expect(fill).toMatchObject({
      ...{
        device: "xinfa/waste-bin/bin-1",
        field: "fill",
        unit: "ratio",
        type: "number",
        intervalMs: 600_000,
      },
      title: { zh: "满溢度", en: "Fill" },
      times: [now - 2 * minute, now - minute].map((time) => new Date(time).toISOString()),
      values: [0.97, 0.02],
      quality: ["good", "good"],
      // A message 50 minutes old is taken with a doubt.
      before: { value: 0.4, quality: "suspect", time: new Date(now - 50 * minute).toISOString() },
    });
    expect(temperature).toMatchObject({ field: "temperature", values: [], before: { value: 12 } });
    expect(answer.events).toEqual({
      items: [
        {
          time: new Date(now - minute).toISOString(),
          event: "emptied",
          title: { zh: "已清运", en: "Emptied" },
          count: 1,
        },
      ],
      complete: true,
    });
    expect(answer.alerts.items.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["overfull", "nearly-full"]),
    );
  });

  test("is folded by steps whose gaps are seen", async () => {
    await start();
    const begin = now - (now % (10 * minute)) - 60 * minute;
    for (let i = 0; i < 4; i++) {
      await send("telemetry", {
        ts: begin + i * minute,
        seq: i,
        boot: "a",
        fill: i / 10,
        burning: i > 2,
        wasteClass: "food",
      });
    }
    await taken(4);
    const query = `fields=fill,burning,wasteClass&step=10m&from=${begin}&to=${begin + 20 * minute}`;
    const answer = await history(query);
    expect(answer).toMatchObject({ stepMs: 600_000, level: "5min" });
    expect(answer.times).toEqual([begin, begin + 10 * minute].map((time) => new Date(time).toISOString()));
    const [burning, fill, wasteClass] = answer.series;
    expect(fill).toMatchObject({
      min: [0, null],
      max: [0.3, null],
      last: [0.3, null],
      count: [4, 0],
      quality: ["suspect", null],
    });
    expect(fill?.mean?.[0]).toBeCloseTo(0.15, 12);
    expect(burning).toMatchObject({ mean: [0.25, null], last: [true, null] });
    expect(wasteClass).toMatchObject({ last: ["food", null], states: { food: [4, null] } });
    const few = await history(`${query}&agg=max`);
    expect(Object.keys(few.series[1] ?? {})).toEqual(
      expect.not.arrayContaining(["min", "mean", "last", "count"]),
    );
  });

  test("keeps a replay apart", async () => {
    await start();
    await send("telemetry", { ts: now, seq: 1, boot: "a", fill: 0.4 });
    await send("telemetry", { ts: now, seq: 2, boot: "replay", fill: 0.9, simulated: true });
    expect((await taken(1, "fields=fill&step=raw&simulated=true")).series[0]).toMatchObject({
      values: [0.9],
      quality: ["simulated"],
    });
    expect((await taken(1)).series[0]?.values).toEqual([0.4]);
  });
});

test("several devices and a whole site are asked at once", async () => {
  await start();
  const other = await gateway.device("waste-bin", "bin-2");
  const second = await other.connect();
  await send("telemetry", { ts: now - minute, seq: 1, boot: "a", fill: 0.2 });
  await second.publishAsync(
    `${other.topic}/telemetry`,
    JSON.stringify({ ts: now - minute, seq: 1, boot: "a", fill: 0.6 }),
    { qos: 1 },
  );
  await second.endAsync();
  const { body } = await eventually(
    () => gateway.call<SeriesAnswer>("GET", "/sites/xinfa/series?kind=waste-bin&fields=fill&step=raw"),
    (answer) => answer.body.series.length === 2,
  );
  expect(body.series.map(({ device, values }) => [device, values])).toEqual([
    ["xinfa/waste-bin/bin-1", [0.2]],
    ["xinfa/waste-bin/bin-2", [0.6]],
  ]);
  const total = await gateway.call<TotalAnswer>(
    "GET",
    `/sites/xinfa/series/total?kind=waste-bin&field=fill&step=10m&from=${now - 20 * minute}`,
  );
  expect(total.body).toMatchObject({ unit: "ratio", field: "fill" });
  expect(total.body.devices.at(-1)).toBe(2);
  expect(total.body.mean.at(-1)).toBeCloseTo(0.4, 12);
  const one = await gateway.call<SeriesAnswer>(
    "GET",
    "/sites/xinfa/series?kind=waste-bin&building=7号楼&fields=fill&step=raw",
  );
  expect(one.body.series).toHaveLength(1);
});

test("it is downloaded as a file, which is gone from the gateway's disk afterwards", async () => {
  await start();
  await send("telemetry", { ts: now, seq: 1, boot: "a", fill: 0.4 });
  await taken(1);
  const ask = (format: string) =>
    fetch(`${gateway.url}/api/v1/sites/xinfa/series/export?kind=waste-bin&format=${format}`, {
      headers: { authorization: `Bearer ${gateway.token}` },
    });
  const csv = await ask("csv");
  expect(csv.headers.get("content-disposition")).toMatch(
    /^attachment; filename="xinfa-\d{4}-\d\d-\d\d\.csv"$/,
  );
  expect(await csv.text()).toContain(`${new Date(now).toISOString()},xinfa/waste-bin/bin-1,fill,0.4,good,`);
  const parquet = Buffer.from(await (await ask("parquet")).arrayBuffer());
  expect(parquet.subarray(0, 4).toString()).toBe("PAR1");
  await eventually(
    async () => readdirSync(join(gateway.dataDir, "series", "export")),
    (files) => files.length === 0,
  );
});

test("a question that cannot be answered is refused with what would be right", async () => {
  await start();
  const refusals: [string, number, RegExp][] = [
    ["devices/bin-1/series?fields=nothing", 400, /there is no field "nothing"; there are fill/],
    ["devices/bin-1/series?step=5x", 400, /auto, raw, or a number with a unit/],
    ["devices/bin-1/series?from=tomorrow", 400, /must be a time such as/],
    [`devices/bin-1/series?from=${now}&to=${now - 1}`, 400, /from must lie before to/],
    [`devices/bin-1/series?step=1s&from=${now - 3 * 86_400_000}`, 400, /points, at most 100000 are given/],
    ["devices/gone/series", 404, /no device "gone"/],
    ["series", 400, /name devices, or a kind/],
    ["series?devices=bin-1,gone", 404, /no device "gone"/],
    ["series?kind=access-gate", 404, /no such devices/],
    ["series/total?kind=waste-bin&field=fill&step=raw", 400, /a total has steps/],
    ["series/export?kind=waste-bin&format=xls", 400, /format/],
  ];
  for (const [path, status, reason] of refusals) {
    const { status: answered, body } = await gateway.call<{ detail: string }>("GET", `/sites/xinfa/${path}`);
    expect(body.detail, path).toMatch(reason);
    expect(answered, path).toBe(status);
  }
});

describe("the store's process", () => {
  test("is started again when it is killed, and goes on where it was", async () => {
    await start();
    await send("telemetry", { ts: now, seq: 1, boot: "a", fill: 0.1 });
    await taken(1);
    process.kill(childOf(gateway.dataDir), "SIGKILL");
    await send("telemetry", { ts: now + 1, seq: 2, boot: "a", fill: 0.2 });
    expect((await taken(2)).series[0]?.values).toEqual([0.1, 0.2]);
  });

  test("says that it is away, while messages are taken and alarms raised", async () => {
    await start({ restartMinMs: 60_000, restartMaxMs: 60_000 });
    await send("telemetry", { ts: now, seq: 1, boot: "a", fill: 0.1 });
    await taken(1);
    process.kill(childOf(gateway.dataDir), "SIGKILL");
    const { body } = await eventually(
      () => gateway.call<{ detail: string }>("GET", "/sites/xinfa/devices/bin-1/series"),
      ({ status }) => status === 503,
    );
    expect(body.detail).toMatch(/the history cannot be asked now \(signal SIGKILL\)/);
    await send("telemetry", { ts: now, seq: 2, boot: "a", burning: true });
    const { body: alerts } = await gateway.call<{ items: { rule: string }[] }>("GET", "/alerts?state=raised");
    expect(alerts.items.map(({ rule }) => rule)).toContain("fire");
  });

  test("takes over after a restart what it missed", async () => {
    await start();
    await send("telemetry", { ts: now, seq: 1, boot: "a", fill: 0.1 });
    await client.endAsync();
    await gateway.restart();
    client = await device.connect();
    await send("telemetry", { ts: now + 1, seq: 2, boot: "a", fill: 0.2 });
    expect((await taken(2)).series[0]?.values).toEqual([0.1, 0.2]);
  });

  test("puts a damaged store aside, makes it anew from the journal and says so", async () => {
    await start({ setAsideAfter: 2 });
    await send("telemetry", { ts: now, seq: 1, boot: "a", fill: 0.1 });
    await taken(1);
    const path = join(gateway.dataDir, "series", "series.duckdb");
    process.kill(childOf(gateway.dataDir), "SIGKILL");
    await eventually(async () => existsSync(`${path}.wal`) || readFileSync(path).length > 0, Boolean);
    writeFileSync(path, "no database");
    expect((await taken(1)).series[0]?.values).toEqual([0.1]);
    expect(
      readdirSync(join(gateway.dataDir, "series")).some((name) => name.startsWith("series.duckdb.damaged-")),
    ).toBe(true);
    const { body } = await gateway.call<{ items: { rule: string; reason: string }[] }>(
      "GET",
      "/alerts?state=raised",
    );
    expect(body.items.find(({ rule }) => rule === "series-damaged")?.reason).toMatch(/cannot be opened/);
  });
});

/** The process that has this gateway's store open. */
function childOf(dataDir: string): number {
  const pids = execFileSync("pgrep", ["-f", "series-process"], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map(Number);
  const found = pids.find((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) =>
        readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(dataDir),
      );
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
  if (found === undefined) throw new Error(`no process has the store of ${dataDir} open`);
  return found;
}
