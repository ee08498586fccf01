import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../client/api.ts";
import type { Alert, Incident } from "../../gateway/api/contract.ts";
import { createDemoCrew } from "../../gateway/cli/demo-crew.ts";
import { openTestGateway, type TestDevice, type TestGateway } from "../support/gateway.ts";

const name = "模拟值守人员";
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.stop());

/** A crew that lives so many seconds later than the gateway, with chance that always falls the same. */
async function aCrew(chance: number) {
  const { body } = await gateway.call<{ token: string }>("POST", "/tokens", {
    ...{ name, role: "firefighter", site: "xinfa" },
  });
  const api = createApi({ url: gateway.url, token: body.token, timeoutMs: 30_000 });
  let lateS = 0;
  const crew = createDemoCrew({
    ...{ api, site: "xinfa", name, now: () => Date.now() + lateS * 1000, random: () => chance },
  });
  return {
    async lookAfter(seconds: number) {
      lateS = seconds;
      await crew.look();
    },
  };
}

/** What a device says, acknowledged: what it leads to is known by then. */
async function say(device: TestDevice, stream: string, message: object): Promise<void> {
  const client = await device.connect();
  await client.publishAsync(`${device.topic}/${stream}`, JSON.stringify(message), { qos: 1 });
  await client.endAsync();
}

async function aFire(id: string): Promise<Incident> {
  const building = `${id}号楼`;
  await say(await gateway.device("micro-fire-station", id, { building }), "event", { event: "sos" });
  const { body } = await gateway.call<{ items: Incident[] }>("GET", "/incidents?state=open");
  return body.items.find((one) => one.building === building)!;
}

async function stateOf(id: string): Promise<string> {
  return (await gateway.call<Incident>("GET", `/incidents/${id}`)).body.state;
}

test("the demo's crew answers a fire step by step, each in its time", async () => {
  const crew = await aCrew(0.9);
  const { id } = await aFire("fire-1");
  await crew.lookAfter(30);
  expect(await stateOf(id)).toBe("detected");
  for (const state of ["acknowledged", "dispatched", "arrived", "controlled", "closed"]) {
    await crew.lookAfter(121);
    expect(await stateOf(id)).toBe(state);
  }
});

test("it finds out that some fires are none, and says why", async () => {
  const crew = await aCrew(0.1);
  const { id } = await aFire("fire-2");
  for (let look = 0; look < 4; look++) await crew.lookAfter(121);
  expect((await gateway.call<Incident>("GET", `/incidents/${id}`)).body).toMatchObject({
    ...{ state: "false-alarm", reason: expect.stringMatching(/触发|误碰|误报/) },
  });
});

test("it leaves to the visitor what he has answered, and attends to alerts that nobody has", async () => {
  const crew = await aCrew(0.9);
  const { id } = await aFire("fire-3");
  await gateway.call("POST", `/incidents/${id}/acknowledge`);
  const bin = await gateway.device("waste-bin", "bin-9", { facts: { depthMm: 1200 } });
  await say(bin, "telemetry", { fill: 0.99 });
  const raised = async () =>
    (await gateway.call<{ items: Alert[] }>("GET", "/alerts?device=xinfa/waste-bin/bin-9")).body.items;
  expect((await raised()).length).toBeGreaterThan(0);
  await crew.lookAfter(200);
  expect(await stateOf(id)).toBe("acknowledged");
  for (const alert of await raised()) expect(alert).toMatchObject({ state: "raised", acknowledgedBy: name });
  await crew.lookAfter(500);
  for (const alert of await raised()) expect(alert).toMatchObject({ state: "cleared", resolvedBy: name });
});
