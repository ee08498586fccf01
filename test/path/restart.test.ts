import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await openTestGateway();
});
afterEach(() => gateway.stop());

interface Alerts {
  items: { id: string; rule: string; state: string }[];
}

describe("a restart", () => {
  test("keeps values, open alerts and who acknowledged them", async () => {
    const bin = await gateway.device("waste-bin", "bin-1");
    const client = await bin.connect();
    await client.publishAsync(`${bin.topic}/telemetry`, '{"fill":0.97,"seq":1,"boot":"a"}', { qos: 1 });
    await client.endAsync();
    const { body } = await gateway.call<Alerts>("GET", "/alerts?state=raised&device=xinfa/waste-bin/bin-1");
    const overfull = body.items.find(({ rule }) => rule === "overfull");
    await gateway.call("POST", `/alerts/${overfull!.id}/acknowledge`, {});

    await gateway.restart();
    const twin = await gateway.call<{ values: Record<string, { value: number }> }>(
      "GET",
      "/sites/xinfa/devices/bin-1",
    );
    expect(twin.body.values.fill?.value).toBe(0.97);
    const after = await gateway.call<{ state: string; acknowledgedBy: string }>(
      "GET",
      `/alerts/${overfull!.id}`,
    );
    expect(after.body).toMatchObject({ state: "raised", acknowledgedBy: expect.any(String) });

    const again = await bin.connect();
    await again.publishAsync(`${bin.topic}/telemetry`, '{"fill":0.1,"seq":2,"boot":"a"}', { qos: 1 });
    const cleared = await gateway.call<{ state: string }>("GET", `/alerts/${overfull!.id}`);
    expect(cleared.body.state).toBe("cleared");
    await again.endAsync();
  });

  test("knows the messages that it took before", async () => {
    const bin = await gateway.device("waste-bin", "bin-1");
    const first = await bin.connect();
    await first.publishAsync(`${bin.topic}/event`, '{"event":"emptied","fill":0,"seq":5,"boot":"a"}', {
      qos: 1,
    });
    await first.endAsync();
    await gateway.restart();
    const second = await bin.connect();
    await second.publishAsync(`${bin.topic}/event`, '{"event":"emptied","fill":0.9,"seq":5,"boot":"a"}', {
      qos: 1,
    });
    const twin = await gateway.call<{ values: Record<string, { value: number }> }>(
      "GET",
      "/sites/xinfa/devices/bin-1",
    );
    expect(twin.body.values.fill?.value).toBe(0);
    await second.endAsync();
  });

  test("keeps rejections, and the screen resumes without a gap", async () => {
    const bin = await gateway.device("waste-bin", "bin-1");
    const client = await bin.connect();
    await client.publishAsync(`${bin.topic}/telemetry`, "not json", { qos: 1 });
    await client.endAsync();
    await gateway.restart();
    const { body } = await gateway.call<{ items: { code: string }[] }>("GET", "/rejections");
    expect(body.items.map(({ code }) => code)).toEqual(["payload-not-json"]);
  });
});
