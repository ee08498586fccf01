import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.stop());

interface Command {
  id: string;
  state: string;
  error: string | null;
}

function ask(id: string): Promise<{ body: Command }> {
  return gateway.call<Command>("GET", `/commands/${id}`);
}

describe("a command", () => {
  test("reaches the connected device, and its answer ends it", async () => {
    const bin = await gateway.device("waste-bin", "bin-1");
    const client = await bin.connect();
    client.on("message", (_topic, payload) => {
      const { id, name } = JSON.parse(String(payload)) as { id: string; name: string };
      const reply = name === "lock" ? { id, ok: true } : { id, ok: false, error: "the motor is stuck" };
      client.publish(`${bin.topic}/reply`, JSON.stringify(reply), { qos: 1 });
    });
    await client.subscribeAsync(`${bin.topic}/command`, { qos: 1 });
    const lock = await gateway.call<Command>("POST", "/sites/xinfa/devices/bin-1/commands", {
      name: "lock",
      args: {},
    });
    await eventually(
      () => ask(lock.body.id),
      ({ body }) => body.state === "done",
    );
    const compact = await gateway.call<Command>("POST", "/sites/xinfa/devices/bin-1/commands", {
      name: "compact",
      args: {},
    });
    const failed = await eventually(
      () => ask(compact.body.id),
      ({ body }) => body.state === "failed",
    );
    expect(failed.body.error).toBe("the motor is stuck");
    await client.endAsync();
  });

  test("waits for a device that is away, over a restart, and is sent when it comes back", async () => {
    const bin = await gateway.device("waste-bin", "bin-2");
    const queued = await gateway.call<Command>("POST", "/sites/xinfa/devices/bin-2/commands", {
      name: "lock",
      args: {},
    });
    expect(queued.body.state).toBe("queued");
    await gateway.restart();
    const client = await bin.connect();
    const came = new Promise<string>((resolve) => {
      client.on("message", (_topic, payload) => resolve(String(payload)));
    });
    await client.subscribeAsync(`${bin.topic}/command`, { qos: 1 });
    expect(JSON.parse(await came)).toMatchObject({ id: queued.body.id, name: "lock" });
    await eventually(
      () => ask(queued.body.id),
      ({ body }) => body.state === "acknowledged",
    );
    await client.endAsync();
  });

  test("that is too old is never sent", async () => {
    const bin = await gateway.device("waste-bin", "bin-3");
    const path = "/sites/xinfa/devices/bin-3/commands";
    const old = await gateway.call<Command>("POST", path, { name: "lock", args: {}, maxAgeMs: 1 });
    await eventually(
      () => ask(old.body.id),
      ({ body }) => body.state === "expired",
    );
    const client = await bin.connect();
    const names: string[] = [];
    client.on("message", (_topic, payload) =>
      names.push((JSON.parse(String(payload)) as { name: string }).name),
    );
    await client.subscribeAsync(`${bin.topic}/command`, { qos: 1 });
    await gateway.call("POST", path, { name: "unlock", args: {} });
    await eventually(
      async () => names,
      (seen) => seen.length > 0,
    );
    expect(names).toEqual(["unlock"]);
    await client.endAsync();
  });

  test("the kind does not know, or with wrong arguments, is refused", async () => {
    await gateway.device("waste-bin", "bin-4");
    const path = "/sites/xinfa/devices/bin-4/commands";
    expect((await gateway.call("POST", path, { name: "fly", args: {} })).status).toBe(400);
    expect((await gateway.call("POST", path, { name: "lock", args: { hard: true } })).status).toBe(400);
  });
});
