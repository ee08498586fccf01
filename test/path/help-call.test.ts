import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await openTestGateway();
});
afterEach(() => gateway.stop());

interface Call {
  readonly id: string;
  readonly state: string;
}

test("no call for help is lost: not by a cancel, not behind an answered one, not by a restart", async () => {
  const button = await gateway.device("help-button", "help-1");
  let seq = 0;
  async function say(stream: "event" | "telemetry", payload: Record<string, unknown>): Promise<void> {
    const client = await button.connect();
    const text = JSON.stringify({ ...payload, boot: "a", seq: ++seq });
    await client.publishAsync(`${button.topic}/${stream}`, text, { qos: 1 });
    await client.endAsync();
  }
  async function calls(): Promise<Call[]> {
    const { body } = await gateway.call<{ items: Call[] }>("GET", "/alerts?device=xinfa/help-button/help-1");
    return body.items;
  }

  await say("event", { event: "pressed", press: "long" });
  await say("event", { event: "cancelled" });
  const [first] = await calls();
  expect(first).toMatchObject({ rule: "help-wanted", severity: "critical", state: "raised" });
  await gateway.call("POST", `/alerts/${first!.id}/acknowledge`, {});

  await gateway.restart();
  await say("telemetry", { call: "none", battery: 80 });
  expect(await calls()).toMatchObject([{ id: first!.id, state: "raised" }]);

  await say("event", { event: "pressed", press: "long" });
  const [second, before] = await calls();
  expect(before).toMatchObject({ id: first!.id, state: "cleared" });
  expect(second).toMatchObject({ rule: "help-wanted", state: "raised", acknowledgedAt: null });

  await gateway.call("POST", `/alerts/${second!.id}/resolve`, {});
  await gateway.restart();
  await say("telemetry", { call: "waiting", battery: 79 });
  expect((await calls()).filter(({ state }) => state === "raised")).toEqual([]);
  await say("event", { event: "fall-detected" });
  expect((await calls())[0]).toMatchObject({ rule: "fall", severity: "critical", state: "raised" });
});
