import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../gateway/clock.ts";
import { startBuilding } from "../../simulators/gb26875/building.ts";
import { bits, componentState, transmitterClock } from "../../simulators/gb26875/objects.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";
import { aFrame, dial, fireKinds } from "../support/gb26875.ts";

interface Alert {
  readonly id: string;
  readonly device: string;
  readonly rule: string;
  readonly severity: string;
  readonly state: string;
  readonly values: Record<string, unknown>;
}
interface Twin {
  readonly presence: string;
  readonly values: Record<string, { value: unknown; quality: string }>;
}
interface Rejection {
  readonly id: string;
  readonly code: string;
  readonly topic: string;
  readonly payloadText: string;
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ kinds: await fireKinds(), config: { gb26875: { port: 0 } } });
});
afterAll(() => gateway.stop());

let number = 0;

/** A transmitter with a source address of its own, and smoke heads at these component addresses. */
async function aBuilding(...addresses: string[]) {
  number += 1;
  const id = `utd-${number}`;
  const source = `79${String(number).padStart(10, "0")}`;
  await gateway.device("fire-transmitter", id, { facts: { gb26875Source: source } });
  const heads = addresses.map((_, i) => `${id}-head-${i + 1}`);
  for (const [i, head] of heads.entries())
    await gateway.device("smoke-head", head, { parent: id, facts: { gb26875: addresses[i] } });
  return { id, source, heads };
}

async function alertsOf(device: string, isIt: (alerts: Alert[]) => boolean): Promise<Alert[]> {
  const { body } = await eventually(
    () => gateway.call<{ items: Alert[] }>("GET", `/alerts?device=xinfa/${device}`),
    ({ body }) => isIt(body.items),
  );
  return body.items;
}

async function twinOf(id: string, isIt: (twin: Twin) => boolean): Promise<Twin> {
  const { body } = await eventually(
    () => gateway.call<Twin>("GET", `/sites/xinfa/devices/${id}`),
    ({ body }) => isIt(body),
  );
  return body;
}

/** A connection of one transmitter that sends application parts and waits for the acknowledgement of each. */
async function connect(source: string) {
  const line = await dial(gateway.gb26875Port);
  onTestFinished(line.end);
  let seq = 0;
  return {
    ...line,
    async say(app: Buffer): Promise<number | undefined> {
      const own = seq++;
      line.write(aFrame(app, { seq: own, source }));
      return (await line.answer((frame) => frame.seq === own))?.command;
    },
  };
}

const address = "01-01-28-01000100";

describe("a building behind a transmitter", () => {
  test("tells a fire, and that it is over, at the device of its detector", async () => {
    const { id, source, heads } = await aBuilding(address);
    const building = startBuilding({
      ...{ host: "127.0.0.1", port: gateway.gb26875Port, source, clock: createSystemClock() },
      ...{ random: () => 0.5, components: 1, heartbeatMs: 50, dutyAnswerMs: 10, tell: () => {} },
    });
    onTestFinished(() => building.stop());
    expect(building.components).toEqual([address]);
    expect(await building.set(address, bits.fire)).toBe(true);
    const [alert] = await alertsOf(`smoke-head/${heads[0]}`, (alerts) => alerts.length === 1);
    expect(alert).toMatchObject({ rule: "fire", severity: "critical", state: "raised" });
    expect(await building.set(address, bits.running)).toBe(true);
    await alertsOf(`smoke-head/${heads[0]}`, ([one]) => one?.state === "cleared");
    expect(await twinOf(id, ({ values }) => values.mains !== undefined)).toMatchObject({
      presence: "online",
      values: { mains: { value: true }, fire: { value: false } },
    });
  });

  test("answers a duty check, and has its clock set", async () => {
    const { id, source } = await aBuilding();
    const told: string[] = [];
    const building = startBuilding({
      ...{ host: "127.0.0.1", port: gateway.gb26875Port, source, clock: createSystemClock() },
      ...{
        random: () => 0.5,
        components: 0,
        heartbeatMs: 1000,
        dutyAnswerMs: 10,
        tell: (line) => told.push(line),
      },
    });
    onTestFinished(() => building.stop());
    const path = `/sites/xinfa/devices/${id}/commands`;
    await twinOf(id, ({ presence }) => presence === "online");
    for (const name of ["duty-check", "set-clock"]) {
      const { body } = await gateway.call<{ id: string }>("POST", path, { name, args: {} });
      const done = await eventually(
        () => gateway.call<{ state: string }>("GET", `/commands/${body.id}`),
        (answer) => ["done", "failed", "expired"].includes(answer.body.state),
      );
      expect(done.body.state).toBe("done");
    }
    await twinOf(id, ({ values }) => values.dutyCheck?.value === "answered");
    expect(told).toEqual(expect.arrayContaining(["duty check: 10 min to answer", "the clock was set"]));
    await twinOf(id, ({ values }) => values.clockOff !== undefined);
  });

  test("is offline with all its devices when the line breaks", async () => {
    const { id, source, heads } = await aBuilding(address);
    const line = await connect(source);
    expect(await line.say(componentState(address, bits.running, Date.now()))).toBe(3);
    await twinOf(heads[0]!, ({ presence }) => presence === "online");
    await gateway.device("smoke-head", `${id}-late`, { parent: id, facts: { gb26875: "01-01-28-01000900" } });
    expect(await line.say(Buffer.alloc(0))).toBe(3);
    await twinOf(`${id}-late`, ({ presence }) => presence === "online");
    line.end();
    for (const one of [id, heads[0]!, `${id}-late`])
      await twinOf(one, ({ presence }) => presence === "offline");
  });
});

describe("a fire is never lost", () => {
  test("at a component that nobody registered: the transmitter tells it, and it can be ingested again", async () => {
    const { id, source } = await aBuilding();
    const line = await connect(source);
    expect(await line.say(componentState(address, bits.fire, Date.now()))).toBe(3);
    const [alert] = await alertsOf(`fire-transmitter/${id}`, (alerts) => alerts.length === 1);
    expect(alert).toMatchObject({ rule: "unplaced-fire", severity: "critical" });
    expect(alert?.values.alarmFrom).toContain(address);

    const list = `/rejections?device=xinfa/fire-transmitter/${id}`;
    const { body } = await gateway.call<{ items: Rejection[] }>("GET", list);
    expect(body.items).toMatchObject([
      { code: "component-unknown", topic: `gb26875/${source}/xinfa/fire-transmitter/${id}` },
    ]);
    expect(body.items[0]?.payloadText).toMatch(/^4040.*2323$/);
    await gateway.device("smoke-head", `${id}-head`, { parent: id, facts: { gb26875: address } });
    const again = await gateway.call("POST", "/rejections/reingest", { ids: [body.items[0]?.id] });
    expect(again.body).toEqual({ accepted: 1, refused: 0, missing: 0 });
    await alertsOf(`smoke-head/${id}-head`, (alerts) => alerts.length === 1);
    await twinOf(`${id}-head`, ({ values }) => values.alarm?.value === "smoke");
  });

  test("for its clock: months ago it is still a fire, and what is late does not end it", async () => {
    const { source, heads } = await aBuilding(address);
    const device = `smoke-head/${heads[0]}`;
    const line = await connect(source);
    const now = Date.now();
    const before = now - 90 * 86_400_000;
    await line.say(componentState(address, bits.running, now));
    expect(await line.say(componentState(address, bits.fire, before))).toBe(3);
    const [alert] = await alertsOf(device, (alerts) => alerts.length === 1);
    expect(alert).toMatchObject({ rule: "fire", state: "raised" });
    expect(await line.say(componentState(address, bits.running, before + 1000))).toBe(3);
    expect((await alertsOf(device, () => true))[0]?.state).toBe("raised");
    const { values } = await twinOf(heads[0]!, () => true);
    expect(values.alarm).toMatchObject({ value: "none" });
  });

  test("to a clock that stands still: the same fire again is a new one", async () => {
    const { source, heads } = await aBuilding(address);
    const device = `smoke-head/${heads[0]}`;
    const line = await connect(source);
    const stopped = Date.parse("2000-01-01T00:00:00+08:00");
    for (const word of [bits.fire, bits.running, bits.fire])
      expect(await line.say(componentState(address, word, stopped))).toBe(3);
    const alerts = await alertsOf(device, (found) => found.length === 2);
    expect(alerts.map(({ state }) => state).toSorted()).toEqual(["cleared", "raised"]);
  });

  test("to a wrong sum: it is told, marked, and the frame is kept and not acknowledged", async () => {
    const { id, source, heads } = await aBuilding(address);
    const line = await connect(source);
    const frame = aFrame(componentState(address, bits.fire, Date.now()), { seq: 5, source });
    frame[frame.length - 3]! ^= 0xff;
    line.write(frame);
    expect(await line.answer(({ seq }) => seq === 5)).toMatchObject({ command: 6 });
    await alertsOf(`smoke-head/${heads[0]}`, (alerts) => alerts.length === 1);
    const { values } = await twinOf(heads[0]!, ({ values }) => values.alarm !== undefined);
    expect(values.alarm).toMatchObject({ value: "smoke", quality: "suspect" });
    const { body } = await gateway.call<{ items: Rejection[] }>(
      "GET",
      `/rejections?device=xinfa/fire-transmitter/${id}`,
    );
    expect(body.items).toMatchObject([{ code: "frame-unreadable", payloadText: frame.toString("hex") }]);
  });
});

describe("what is refused", () => {
  test("a source address that is not registered is kept for people, and ingested once it is", async () => {
    const source = "790000009999";
    const line = await connect(source);
    expect(await line.say(transmitterClock(Date.now() - 3_600_000))).toBe(6);
    await line.closed;
    const { body } = await eventually(
      () => gateway.call<{ items: Rejection[] }>("GET", "/rejections?code=source-unknown"),
      ({ body }) => body.items.length > 0,
    );
    expect(body.items[0]).toMatchObject({ topic: `gb26875/${source}` });
    await gateway.device("fire-transmitter", "utd-late", { facts: { gb26875Source: source } });
    const again = await gateway.call("POST", "/rejections/reingest", { ids: [body.items[0]?.id] });
    expect(again.body).toMatchObject({ accepted: 1 });
    const twin = await twinOf("utd-late", ({ values }) => values.clockOff !== undefined);
    expect(Number(twin.values.clockOff?.value)).toBeGreaterThan(3590);
  });

  test("a component address that cannot be is refused at registration, with an example", async () => {
    const { id } = await aBuilding();
    const { status, body } = await gateway.call("POST", "/sites/xinfa/devices", {
      ...{ kind: "smoke-head", id: "head-x", parent: id },
      facts: { gb26875: "zone 1" },
    });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain("01-01-28-0A000200");
  });
});

test("without a port there is no listener, and nothing else is different", async () => {
  const plain = await openTestGateway();
  onTestFinished(() => plain.stop());
  expect(plain.gb26875Port).toBe(0);
  const metrics = await (await fetch(`${plain.url}/metrics`)).text();
  expect(metrics).toMatch(/^linli_gb26875_connections 0$/m);
});
