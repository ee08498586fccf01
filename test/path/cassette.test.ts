import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { openCassette } from "../../simulators/cassette.ts";
import { createRandom } from "../../simulators/random.ts";
import { replay } from "../../simulators/replay.ts";
import { simulatorSettings } from "../../simulators/settings.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

const cases = join(import.meta.dirname, "../cases");

interface Expected {
  /** Readings in the cassette. */
  readings: number;
  /** `device rule severity state`, sorted. */
  alerts: string[];
  /** Last values by `kind/id`. */
  values: Record<string, Record<string, unknown>>;
}

interface AlertItem {
  device: string;
  rule: string;
  severity: string;
  state: string;
  simulated: boolean;
}

/** A gateway that knows the devices of the cassette, and a way to play it. */
async function openCase(name: string) {
  const clock = createFakeClock();
  const gateway = await openTestGateway({ clock });
  onTestFinished(() => gateway.stop());
  const file = join(cases, name, "cassette.ndjson");
  const cassette = await openCassette(file, { maxLineBytes: 100_000 });
  const topics = readFileSync(file, "utf8").matchAll(/"topic":"linli\/v1\/xinfa\/([^/]+)\/([^/]+)\//g);
  const devices = new Map([...topics].map(([, kind, id]) => [id as string, kind as string]));
  for (const [id, kind] of devices) await gateway.device(kind, id);
  const { body } = await gateway.call<{ credentials: { username: string; password: string } }>(
    "POST",
    "/accounts",
    {
      name: "player",
      publish: ["linli/#"],
      subscribe: [],
    },
  );
  const play = (seed: string) =>
    replay({
      url: gateway.mqttUrl,
      ...body.credentials,
      clientId: "player",
      cassette,
      plan: { seed, startAt: clock.now(), speed: "max", loops: 1, times: "shifted", marking: "simulated" },
      random: createRandom(seed),
      // Waiting on the wire is real; the gateway's own time stands still.
      clock,
      settings: simulatorSettings.parse({}),
    });
  return { gateway, play };
}

async function alertsOf(gateway: TestGateway): Promise<{ lines: string[]; items: AlertItem[] }> {
  const { body } = await gateway.call<{ items: AlertItem[] }>("GET", "/alerts");
  const lines = body.items.map(
    ({ device, rule, severity, state }) => `${device} ${rule} ${severity} ${state}`,
  );
  return { lines: lines.toSorted(), items: body.items };
}

async function readingsTaken(gateway: TestGateway): Promise<number> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^linli_readings_total (\d+)/m.exec(metrics)?.[1]);
}

// Other cases lie beside the recordings.
const recordings = readdirSync(cases).filter((name) => existsSync(join(cases, name, "cassette.ndjson")));

describe.each(recordings)("the recording %s", (name) => {
  const expected = JSON.parse(readFileSync(join(cases, name, "expected.json"), "utf8")) as Expected;

  test("gives the same values and alerts whenever it is played, marked as simulated", async () => {
    const { gateway, play } = await openCase(name);
    expect(await play("first")).toMatchObject({ acknowledged: expected.readings, refused: 0, skipped: 0 });
    const { lines, items } = await alertsOf(gateway);
    expect(lines).toEqual(expected.alerts);
    expect(items.every(({ simulated }) => simulated)).toBe(true);
    for (const [device, values] of Object.entries(expected.values)) {
      const [, id] = device.split("/");
      const { body } = await gateway.call<{ values: Record<string, { value: unknown; quality: string }> }>(
        "GET",
        `/sites/xinfa/devices/${id}`,
      );
      for (const [field, value] of Object.entries(values)) {
        expect(body.values[field], `${device} ${field}`).toMatchObject({ value, quality: "simulated" });
      }
    }
  });

  test("played a second time with the same seed doubles nothing, with another seed counts again", async () => {
    const { gateway, play } = await openCase(name);
    await play("first");
    await play("first");
    expect(await readingsTaken(gateway)).toBe(expected.readings);
    await play("second");
    expect(await readingsTaken(gateway)).toBe(2 * expected.readings);
    // The beginning of the second replay cleared what the end of the first had raised.
    const open = (await alertsOf(gateway)).lines.filter((line) => line.endsWith(" raised"));
    expect(open).toEqual(expected.alerts);
  });

  test("never covers what a real device says, and never makes it look alive", async () => {
    const { gateway, play } = await openCase(name);
    const [device = "", values = {}] = Object.entries(expected.values).at(-1) ?? [];
    const [kind = "", id = ""] = device.split("/");
    const [field = ""] = Object.keys(values);
    const path = `/sites/xinfa/devices/${id}`;
    const { body } = await gateway.call<{ username: string; password: string }>(
      "POST",
      `${path}/credentials/rotate`,
      {},
    );
    const client = await connectAsync(gateway.mqttUrl, { ...body, clientId: body.username });
    await client.publishAsync(`linli/v1/xinfa/${kind}/${id}/telemetry`, JSON.stringify({ [field]: 0.11 }), {
      qos: 1,
    });
    await client.endAsync();
    await play("first");
    const twin = await gateway.call<{
      presence: string;
      values: Record<string, { value: unknown; quality: string }>;
    }>("GET", path);
    expect(twin.body.values[field]?.value).toBe(0.11);
    expect(twin.body.presence).toBe("offline");
  });
});
