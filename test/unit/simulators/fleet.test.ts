import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import type { Catalogue } from "../../../devices/kit/kind.ts";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createActor, type FleetDevice } from "../../../simulators/actor.ts";
import { type Fleet, type FleetOptions, startFleet } from "../../../simulators/fleet.ts";
import { openLedger, readLedger } from "../../../simulators/ledger.ts";
import { createRandom } from "../../../simulators/random.ts";
import { aFolder, collect, openTestBroker, settings, until } from "./support.ts";

let catalogue: Catalogue;
let broker: Awaited<ReturnType<typeof openTestBroker>>;
let folder: Awaited<ReturnType<typeof aFolder>>;
const fleets: Fleet[] = [];

beforeAll(async () => {
  catalogue = await loadCatalogue();
});
beforeEach(async () => {
  broker = await openTestBroker();
  folder = await aFolder();
});
afterEach(async () => {
  await Promise.all(fleets.splice(0).map((fleet) => fleet.stop("vanish")));
  await broker.close();
  await folder.remove();
});

const start = Date.parse("2026-01-15T07:30:00+08:00");
const hourMs = 3_600_000;

function gates(count: number): FleetDevice[] {
  return Array.from({ length: count }, (_, n) => ({
    site: "s",
    kind: "access-gate",
    id: `g${n}`,
    credentials: { username: `s/g${n}`, password: "x" },
  }));
}

function aFleet(over: Partial<FleetOptions> = {}): Fleet {
  const clock = createSystemClock();
  const fleet = startFleet({
    url: broker.url,
    devices: gates(3),
    catalogue,
    seed: "a",
    clock,
    settings,
    ...over,
  });
  fleets.push(fleet);
  return fleet;
}

function anActor(seed: string, stepMs: number): string[] {
  const [device] = gates(1) as [FleetDevice];
  const actor = createActor({
    device,
    kind: catalogue.get(device.kind)!,
    random: createRandom(seed),
    start,
    boot: 7,
    toDeviceTime: (time) => time,
    rememberedCommands: 2,
  });
  const messages: string[] = [];
  for (let now = start; now <= start + hourMs; now += stepMs) {
    messages.push(...actor.step(now).map(({ topic, payload }) => `${topic} ${payload}`));
  }
  return messages;
}

test("the same seed makes the same traffic whatever the steps are, and another seed makes other traffic", () => {
  const hour = anActor("a", 1000);
  expect(hour.length).toBeGreaterThan(100);
  expect(anActor("a", 60_000)).toEqual(hour);
  expect(anActor("b", 1000)).not.toEqual(hour);
});

test("numbers rise by one in each stream of a device and carry its boot", () => {
  for (const stream of ["telemetry", "event"]) {
    const bodies = anActor("a", 1000)
      .filter((message) => message.startsWith(`linli/v1/s/access-gate/g0/${stream} `))
      .map((message) => JSON.parse(message.slice(message.indexOf("{"))));
    expect(bodies.map(({ seq }) => seq)).toEqual(bodies.map((_, index) => index));
    expect(new Set(bodies.map(({ boot }) => boot))).toEqual(new Set([7]));
  }
});

test("every device connects under its own name, says that it is online, and says goodbye at the end", async () => {
  const fleet = aFleet();
  await fleet.ready;
  await fleet.stop();
  const status = broker.received.filter(({ topic }) => topic.endsWith("/status"));
  for (const id of ["g0", "g1", "g2"]) {
    const own = status.filter(({ topic }) => topic === `linli/v1/s/access-gate/${id}/status`);
    expect(own.map(({ payload }) => JSON.parse(payload).online)).toEqual([true, false]);
    expect(own.every(({ client }) => client === `s/${id}`)).toBe(true);
  }
});

test("every device reports its values as soon as all are connected", async () => {
  const fleet = aFleet();
  await fleet.ready;
  await until(() => broker.received.filter(({ topic }) => topic.endsWith("/telemetry")).length === 3);
});

test("devices that vanish leave their last will", async () => {
  const fleet = aFleet({ devices: gates(1) });
  await fleet.ready;
  await until(() => fleet.stats().acknowledged >= 1);
  const wills: string[] = [];
  broker.broker.on("publish", ({ topic, payload }) => {
    if (topic.endsWith("/status")) wills.push(payload.toString());
  });
  await fleet.stop("vanish");
  await until(() => wills.length > 0);
  expect(wills).toEqual(['{"online":false}']);
});

test("a fleet at a higher speed writes down real times", async () => {
  const fleet = aFleet({ speed: 600, start });
  await until(() => broker.received.filter(({ topic }) => topic.endsWith("/telemetry")).length > 20);
  await fleet.stop();
  for (const { topic, payload } of broker.received.filter(({ topic }) => !topic.endsWith("/status"))) {
    const { ts } = JSON.parse(payload);
    expect(Math.abs(Date.now() - ts), topic).toBeLessThan(60_000);
  }
});

test("the ledger holds exactly what was acknowledged, also over a broken wire", async () => {
  const ledger = openLedger(folder.path("ledger"));
  const fleet = aFleet({ speed: 600, ledger });
  await until(() => fleet.stats().acknowledged > 20);
  broker.cutAll();
  await until(() => fleet.stats().losses === 3 && fleet.stats().connected === 3);
  const before = fleet.stats().acknowledged;
  await until(() => fleet.stats().acknowledged > before + 20);
  await fleet.stop();
  ledger.close();

  const key = (entry: { topic?: string; device?: string; stream?: string; seq: number }) =>
    `${entry.topic ?? `linli/v1/${entry.device}/${entry.stream}`}#${entry.seq}`;
  const written = (await collect(readLedger(folder.path("ledger"), 10_000))).map(key);
  const arrived = broker.received
    .filter(({ topic }) => !topic.endsWith("/status"))
    .map(({ topic, payload }) => key({ topic, seq: JSON.parse(payload).seq }));
  expect(written.length).toBeGreaterThan(20);
  expect(new Set(written).size).toBe(written.length);
  expect(new Set(arrived)).toEqual(new Set(written));
});

test("many devices share few connections of an account, and commands still find their device", async () => {
  const account = { username: "fleet", password: "x" };
  const fleet = aFleet({ devices: gates(10), connections: 2, account });
  await fleet.ready;
  expect(fleet.stats()).toMatchObject({ devices: 10, connections: 2, connected: 2 });
  const command = Buffer.from(
    JSON.stringify({ id: "c1", name: "close", args: {}, expiresAt: Date.now() + 60_000 }),
  );
  const topic = "linli/v1/s/access-gate/g7/command";
  const answered = () => broker.received.find(({ topic }) => topic.endsWith("/g7/reply"));
  await until(() => {
    broker.broker.publish(
      { cmd: "publish", topic, payload: command, qos: 1, retain: false, dup: false },
      () => {},
    );
    return answered() !== undefined;
  });
  expect(JSON.parse(answered()!.payload)).toEqual({ id: "c1", ok: true });
  expect(() => aFleet({ devices: gates(10), connections: 2 })).toThrow("need a service account");
});

test("a command is done once however often it is delivered, and an expired one is refused", () => {
  const [device] = gates(1) as [FleetDevice];
  const kind = catalogue.get(device.kind)!;
  let done = 0;
  const counting = {
    ...kind,
    simulate: () => ({ step: () => [], provoke: () => [], command: () => ({ ok: ++done > 0 }) }),
  };
  const parts = { device, random: createRandom("a"), start, boot: 1, toDeviceTime: (time: number) => time };
  const actor = createActor({ ...parts, kind: counting, rememberedCommands: 2 });
  const send = (id: string, expiresAt: number) =>
    actor.answer(Buffer.from(JSON.stringify({ id, name: "close", args: {}, expiresAt })), start)?.payload;
  expect(send("a", start + 1)).toBe('{"id":"a","ok":true}');
  expect(send("a", start + 1)).toBe('{"id":"a","ok":true}');
  expect(send("b", start - 1)).toBe('{"id":"b","ok":false,"error":"expired"}');
  expect(done).toBe(1);
  expect(actor.answer(Buffer.from("{oops"), start)).toBeUndefined();
});

test("provoking a device brings about the condition, and an unknown device is refused", async () => {
  const fleet = aFleet({ devices: gates(1) });
  await fleet.ready;
  fleet.provoke("g0", "forced");
  await until(() => broker.received.some(({ payload }) => payload.includes('"forced"')));
  expect(() => fleet.provoke("nobody", "forced")).toThrow("no device nobody");
});

test("a fleet whose broker is not there says so", async () => {
  await expect(aFleet({ url: "mqtt://127.0.0.1:1" }).ready).rejects.toMatchObject({ code: "broker-refused" });
});

test("an unknown kind and a device without credentials are refused before anything is sent", async () => {
  expect(() => aFleet({ devices: [{ site: "s", kind: "nothing", id: "x" }] })).toThrow(
    "unknown kind nothing",
  );
  const bare = aFleet({ devices: [{ site: "s", kind: "access-gate", id: "x" }] });
  await expect(bare.ready).rejects.toThrow("x has no credentials");
});
