import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createApi } from "../../client/api.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import type { Value } from "../../devices/kit/kind.ts";
import type { SeriesAnswer } from "../../gateway/api/contract.ts";
import { createSystemClock } from "../../gateway/clock.ts";
import { openCassette } from "../../simulators/cassette.ts";
import { loadCommunity } from "../../simulators/community.ts";
import { startFleet } from "../../simulators/fleet.ts";
import { startRecorder } from "../../simulators/record.ts";
import { registerDevices } from "../../simulators/register.ts";
import { simulatorSettings } from "../../simulators/settings.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";

const settings = simulatorSettings.parse({});
const clock = createSystemClock();
const stepMs = 10_000;
let gateway: TestGateway;
afterEach(() => gateway?.stop());

/** Every value by device and field, as `time value`, sorted. */
type Values = Map<string, string[]>;

function note(values: Values, key: string, time: number, value: Value): void {
  values.set(key, [...(values.get(key) ?? []), `${time} ${JSON.stringify(value)}`]);
}

function sorted(values: Values): Record<string, string[]> {
  return Object.fromEntries([...values].toSorted().map(([key, list]) => [key, list.toSorted()]));
}

test("a community that lived for an hour has the history that a recorder on the broker heard, value by value", async () => {
  gateway = await openTestGateway({ config: { series: { batchMs: 50 } } });
  const catalogue = await loadCatalogue();
  const community = await loadCommunity();
  const api = createApi({ url: gateway.url, token: gateway.token, timeoutMs: 10_000 });
  // Every seventh device: some of each kind.
  const chosen = { ...community, devices: community.devices.filter((_, i) => i % 7 === 0) };
  const devices = await registerDevices({
    api,
    ...chosen,
    credentialsFile: join(gateway.dataDir, "devices.json"),
  });
  const account = await api.post<{ credentials: { username: string; password: string } }>("/accounts", {
    ...{ name: "recorder", publish: [], subscribe: ["linli/v1/#"] },
  });
  const file = join(gateway.dataDir, "hour.cassette");
  const recorder = await startRecorder({
    ...{
      url: gateway.mqttUrl,
      ...account.credentials,
      clientId: "recorder",
      file,
      mode: "new",
      clock,
      settings,
    },
    filters: ["linli/v1/+/+/+/telemetry", "linli/v1/+/+/+/event"],
  });
  const begin = Date.now();
  const fleet = startFleet({
    ...{ url: gateway.mqttUrl, devices, catalogue, clock, settings },
    seed: "an hour",
    speed: 720,
    incidentEveryMs: 300,
  });
  await fleet.ready;
  await eventually(
    async () => Date.now() - begin,
    (ms) => ms > 5_000,
  );
  await fleet.stop();
  const { acknowledged } = fleet.stats();
  await eventually(
    async () => recorder.stats().messages,
    (messages) => messages >= heardOf(acknowledged, devices.length),
  );
  await recorder.stop();

  const expected: Values = new Map();
  const cassette = await openCassette(file, settings);
  for await (const { topic, payload } of cassette.messages()) {
    const [, , site = "", kind = "", id = ""] = topic.split("/");
    const { ts, event, ...fields } = JSON.parse(payload.toString()) as Record<string, Value>;
    const { fields: known = {}, events = {} } = catalogue.get(kind) ?? {};
    const said = { ...(event !== undefined && events[String(event)]?.implies), ...fields };
    for (const [field, value] of Object.entries(said)) {
      if (known[field] !== undefined) note(expected, `${site}/${kind}/${id} ${field}`, ts as number, value);
    }
  }
  expect(expected.size).toBeGreaterThan(50);

  const kinds = [...new Set(devices.map(({ kind }) => kind))];
  const range = `from=${begin - 60_000}&to=${Date.now() + 60_000}`;
  const ask = async (query: string) => {
    const answers = await Promise.all(
      kinds.map((kind) =>
        gateway.call<SeriesAnswer>("GET", `/sites/${chosen.site.id}/series?kind=${kind}&${range}&${query}`),
      ),
    );
    return answers.flatMap(({ body }) => body.series);
  };
  const count = [...expected.values()].reduce((sum, list) => sum + list.length, 0);
  const raw = await eventually(
    () => ask("step=raw"),
    (series) => series.reduce((sum, { values = [] }) => sum + values.length, 0) >= count,
  );
  const found: Values = new Map();
  for (const { device, field, times = [], values = [] } of raw) {
    for (const [index, time] of times.entries())
      note(found, `${device} ${field}`, Date.parse(time), values[index]!);
  }
  expect(sorted(found)).toEqual(sorted(expected));

  // And folded: each step counts, and knows least and greatest, as counting the recording does.
  const from = begin - 60_000 - ((begin - 60_000) % stepMs);
  for (const { device, field, type, count: counts = [], min = [], max = [] } of await ask(
    `step=${stepMs / 1000}s`,
  )) {
    const values = (expected.get(`${device} ${field}`) ?? []).map((text) => {
      const [time = "", value = ""] = text.split(" ");
      return { step: Math.floor((Number(time) - from) / stepMs), value: Number(JSON.parse(value)) };
    });
    for (const [step, inStep] of Map.groupBy(values, (one) => one.step)) {
      expect(counts[step], `${device} ${field}`).toBe(inStep.length);
      if (type !== "number") continue;
      expect(min[step]).toBe(Math.min(...inStep.map(({ value }) => value)));
      expect(max[step]).toBe(Math.max(...inStep.map(({ value }) => value)));
    }
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(values.length);
  }
}, 60_000);

/** Each device says twice whether it is there; the recorder does not hear that. */
function heardOf(acknowledged: number, devices: number): number {
  return acknowledged - 2 * devices;
}
