import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connectAsync } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { openJournalReader } from "../../gateway/journal/reader.ts";
import { eventually, openTestGateway, type TestDevice, type TestGateway } from "../support/gateway.ts";
import { openSse } from "../support/sse.ts";

const card = "0004123987";
const phone = "13912345678";
let gateway: TestGateway;
afterEach(async () => {
  await gateway?.stop();
});

async function aGate(): Promise<{
  gate: TestDevice;
  send: (payload: unknown) => Promise<unknown>;
  close: () => Promise<void>;
}> {
  gateway = await openTestGateway({ config: { series: { batchMs: 20, restartMinMs: 20 } } });
  const gate = await gateway.device("access-gate", "gate-1");
  const client = await gate.connect();
  return {
    gate,
    send: (payload) =>
      client.publishAsync(
        `${gate.topic}/event`,
        typeof payload === "string" ? payload : JSON.stringify(payload),
        { qos: 1 },
      ),
    close: () => client.endAsync(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Any = any;
const call = async (method: string, path: string, body?: unknown): Promise<Any> =>
  (await gateway.call<Any>(method, path, body)).body;
const persons = (what: "export" | "erase", identifier: string) =>
  call("POST", `/sites/xinfa/persons/${what}`, { identifier });

/** Everything in the data folder, byte by byte, and the payloads of rejections in it. */
function everythingOnDisk(): string {
  const files = readdirSync(gateway.dataDir, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  const text = files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1")).join("\n");
  const payloads = [...text.matchAll(/"payload":"([A-Za-z0-9+/=]*)"/g)].map(([, one = ""]) =>
    Buffer.from(one, "base64").toString("latin1"),
  );
  return [text, ...payloads].join("\n");
}

test("a card number is nowhere but in its device: neither on disk, nor in any answer, nor on a screen or bridge", async () => {
  const { gate, send, close } = await aGate();
  const screen = await openSse(gateway.url);
  const { credentials } = await call("POST", "/accounts", {
    name: "bridge",
    publish: [],
    subscribe: ["linli/#"],
  });
  const bridge = await connectAsync(gateway.mqttUrl, {
    ...credentials,
    clientId: "b",
    clean: false,
    reconnectPeriod: 0,
  });
  const heard: string[] = [];
  bridge.on("message", (_topic, payload) => void heard.push(payload.toString()));
  await bridge.subscribeAsync("linli/#", { qos: 1 });

  await send({ event: "passage", result: "allow", method: "card", person: card });
  await send({ event: "passage", result: "duress", person: Number(card), pic: `/9j/${"A".repeat(9000)}` });
  await send({ event: "passage", result: "allow", person: { cardNo: card, phone } });
  await send({ event: "walked", name: "张三丰", person: card, note: `call ${phone}` });
  await send(`{"event":"passage","result":"allow","cardNo":"${card}","phone":${phone},}`);
  await send(`{"event":"passage","person":"${card}","person":"${card}"}`);
  await eventually(
    async () => heard.length,
    (count) => count >= 2,
  );
  // A session that is away keeps its messages on disk.
  await bridge.endAsync();
  await send({ event: "passage", result: "refuse", method: "card", person: card });

  const shown: unknown[] = [];
  await screen.next((event) => shown.push(event) > 0 && JSON.stringify(event).includes('"refuse"'));
  screen.close();

  const data = await eventually(
    () => persons("export", card),
    ({ readings }) => readings?.length === 3,
  );
  const [hash] = data.hashes;
  expect(data.readings[0]).toMatchObject({
    device: "xinfa/access-gate/gate-1",
    values: { event: "passage", person: hash, method: "card" },
  });
  expect(data.rejections).toHaveLength(4);
  expect(data.present).toEqual(["xinfa/access-gate/gate-1"]);
  expect(data.records.length).toBeGreaterThanOrEqual(7);
  // The alarm of a person under duress says who it was, and nobody else's does.
  const { items } = await call("GET", "/alerts?state=raised");
  expect(items.find(({ rule }: Any) => rule === "duress").values.person).toMatch(/^p_/);

  const lists = [
    "/rejections",
    "/rejections/groups",
    "/alerts",
    `/sites/xinfa/devices/gate-1`,
    `/sites/xinfa/devices/gate-1/readings`,
    `/sites/xinfa/devices/gate-1/series?fields=person&step=raw`,
  ];
  const answers = await Promise.all(lists.map((path) => call("GET", path)));
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain("linli_images_dropped_total 1");
  await close();
  await gateway.restart();
  const told = JSON.stringify([data, answers, metrics, heard, shown]);
  for (const secret of [card, String(Number(card)), phone, "张三丰"]) {
    expect(told).not.toContain(secret);
    expect(everythingOnDisk()).not.toContain(Buffer.from(secret).toString("latin1"));
  }
  expect(gate.topic).toContain("gate-1");
});

/** Leaves the journal, and what people wrote. */
function forgetViews(): void {
  rmSync(join(gateway.dataDir, "series"), { recursive: true });
  const db = new DatabaseSync(join(gateway.dataDir, "linli.db"));
  for (const table of [
    "view_cursors",
    "rejections",
    "alerts",
    "alert_changes",
    "alert_pendings",
    "checkpoints",
  ]) {
    db.exec(`DELETE FROM ${table}`);
  }
  db.close();
}

test("a refused passage is ingested again after its fix, with the person that it named", async () => {
  const { send, close } = await aGate();
  await send({ event: "walk", result: "allow", person: card });
  const [rejection] = (await call("GET", "/rejections")).items;
  const { hashes } = await persons("export", card);
  expect(rejection.payloadText).toBe(`{"event":"walk","result":"allow","person":"${hashes[0]}"}`);
  expect(await call("POST", "/rejections/reingest", { ids: [rejection.id] })).toMatchObject({ refused: 1 });
  const [again] = (await call("GET", "/rejections")).items;
  expect(again.payloadText).toBe(rejection.payloadText);
  await close();
});

test("whoever was erased stays erased: in every list, in a view made anew, after a restart and in a rebuilt history", async () => {
  const { gate, send, close } = await aGate();
  await send({ event: "passage", result: "duress", person: card, seq: 1, boot: "a" });
  await send({ event: "passage", result: "allow", person: "0009999999", seq: 2, boot: "a" });
  await send({ event: "passage", result: "allow", person: card, seq: 3, boot: "a" });
  await send({ event: "walk", person: card, seq: 4, boot: "a" });
  const before = await eventually(
    () => persons("export", card),
    ({ readings }) => readings?.length === 2,
  );
  const [hash] = before.hashes;
  const other = (await persons("export", "0009999999")).hashes[0];

  const report = await persons("erase", card);
  expect(report).toMatchObject({
    erased: { readings: 2, rejections: 1, present: 1 },
    pending: null,
    recording: { records: before.records.length },
  });
  expect(report.erased.alerts).toBeGreaterThanOrEqual(1);
  // Seven days of recording, a day of a segment.
  const days = (Date.parse(report.recording.until) - Date.parse(report.at)) / 86_400_000;
  expect(days).toBeGreaterThan(7.9);
  expect(days).toBeLessThan(8.1);

  async function isGone(): Promise<void> {
    const paths = [
      "/rejections",
      "/alerts",
      "/sites/xinfa/devices/gate-1",
      "/sites/xinfa/devices/gate-1/readings",
    ];
    for (const path of paths) expect(JSON.stringify(await call("GET", path))).not.toContain(hash);
    const history = await eventually(
      () => call("GET", "/sites/xinfa/devices/gate-1/series?fields=person,result&step=raw"),
      ({ series }) => series?.[1]?.values.length === 3,
    );
    expect(JSON.stringify(history)).not.toContain(hash);
    expect(JSON.stringify(history)).toContain(other);
    const [{ payloadText }] = (await call("GET", "/rejections")).items;
    expect(payloadText).toBe('{"event":"walk","person":"erased","seq":4,"boot":"a"}');
    const now = await persons("export", card);
    expect({ ...now, site: "", hashes: [] }).toEqual({
      ...{ site: "", hashes: [], readings: [], rejections: [], alerts: [], present: [], isCut: false },
      // Only the order to erase.
      records: [expect.objectContaining({ type: "erasure" })],
    });
  }
  await isGone();
  await close();
  await gateway.restart();
  await isGone();

  // The journal's file still has it, and everything that is made from the journal anew must not.
  const lines: string[] = [];
  for await (const records of openJournalReader(join(gateway.dataDir, "journal")).read(1))
    lines.push(...records.map(({ record }) => record));
  expect(lines.join("\n")).toContain(hash);
  await gateway.restart(forgetViews);
  await isGone();

  // What the person does from now on is recorded again.
  const client = await gate.connect();
  await client.publishAsync(
    `${gate.topic}/event`,
    JSON.stringify({ event: "passage", result: "allow", person: card, seq: 5, boot: "a" }),
    { qos: 1 },
  );
  const after = await eventually(
    () => persons("export", card),
    ({ readings }) => readings?.length === 1,
  );
  expect(after.present).toHaveLength(1);
  await client.endAsync();
});

test("a card of one site says nothing at another", async () => {
  const { send, close } = await aGate();
  await call("POST", "/sites", { id: "tongda", name: "通达" });
  await send({ event: "passage", result: "allow", person: card });
  const mine = await persons("export", card);
  const theirs = await call("POST", "/sites/tongda/persons/export", { identifier: card });
  expect(theirs.hashes[0]).not.toBe(mine.hashes[0]);
  expect(theirs).toMatchObject({ readings: [], records: [], rejections: [] });
  await close();
});

test("a person is erased also while the history is away, and there when it is back", async () => {
  const { send, close } = await aGate();
  await send({ event: "passage", result: "allow", person: card });
  await eventually(
    () => persons("export", card),
    ({ readings }) => readings?.length === 1,
  );
  await gateway.stop();
  await close();
  // A server that nobody starts.
  gateway = await openTestGateway({
    config: {
      series: {
        batchMs: 20,
        store: "influxdb",
        influx: { url: "http://127.0.0.1:1", timeoutMs: 100 },
      },
      privacy: { sweepEveryMs: 1000 },
    },
  });
  const gate = await gateway.device("access-gate", "gate-1");
  const client = await gate.connect();
  await client.publishAsync(
    `${gate.topic}/event`,
    JSON.stringify({ event: "passage", result: "duress", person: card }),
    { qos: 1 },
  );
  await client.endAsync();
  const report = await persons("erase", card);
  expect(report).toMatchObject({ erased: null, recording: { records: null } });
  expect(report.pending).toMatch(/could not be reached/);
  const [hash] = report.hashes;
  for (const path of ["/alerts", "/sites/xinfa/devices/gate-1", "/sites/xinfa/devices/gate-1/readings"])
    expect(JSON.stringify(await call("GET", path))).not.toContain(hash);
});
