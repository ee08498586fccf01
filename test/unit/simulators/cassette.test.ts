import { appendFile, readFile } from "node:fs/promises";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import {
  type CassetteMessage,
  cassetteFrom,
  encodeHeader,
  encodeMessage,
  openCassette,
} from "../../../simulators/cassette.ts";
import { type RecordOptions, startRecorder } from "../../../simulators/record.ts";
import { aFolder, collect, openTestBroker, settings, until } from "./support.ts";

let folder: Awaited<ReturnType<typeof aFolder>>;
let broker: Awaited<ReturnType<typeof openTestBroker>>;
beforeEach(async () => {
  folder = await aFolder();
  broker = await openTestBroker();
});
afterEach(async () => {
  await broker.close();
  await folder.remove();
});

const clock = createSystemClock();

function recording(over: Partial<RecordOptions> = {}): RecordOptions {
  const file = folder.path("a.ndjson");
  return { url: broker.url, clientId: "rec", filters: ["#"], file, mode: "new", clock, settings, ...over };
}

async function messagesOf(path: string): Promise<CassetteMessage[]> {
  const cassette = await openCassette(path, settings);
  return collect(cassette.messages());
}

const header = encodeHeader({
  format: "linli-cassette",
  version: 1,
  recordedAt: 0,
  broker: "mqtt://x",
  filters: ["#"],
});

test("a recording holds every message with its bytes, topic, qos and retain flag", async () => {
  const recorder = await startRecorder(recording({ url: broker.url.replace("//", "//user:secret@") }));
  const publisher = await connectAsync(broker.url);
  await publisher.publishAsync("a/温度", Buffer.from([0, 255, 10, 13]), { qos: 1 });
  await publisher.publishAsync("b", "text", { qos: 0 });
  await publisher.publishAsync("c", "", { qos: 1 });
  await until(() => recorder.stats().messages === 3);
  await recorder.stop();
  await publisher.endAsync();

  const [first, second, third] = await messagesOf(folder.path("a.ndjson"));
  expect(first).toMatchObject({
    topic: "a/温度",
    qos: 1,
    retain: false,
    payload: Buffer.from([0, 255, 10, 13]),
  });
  expect(second).toMatchObject({ topic: "b", qos: 0, payload: Buffer.from("text") });
  expect(third).toMatchObject({ topic: "c", payload: Buffer.alloc(0) });
  expect(await readFile(folder.path("a.ndjson"), "utf8")).not.toContain("secret");
});

test("a recording that was torn inside a line goes on with --append, and its offsets go on too", async () => {
  const first = await startRecorder(recording());
  const publisher = await connectAsync(broker.url);
  await publisher.publishAsync("a", "1", { qos: 1 });
  await until(() => first.stats().messages === 1);
  await first.stop();
  await appendFile(folder.path("a.ndjson"), '{"offsetMs":99999999,"top');

  await expect(startRecorder(recording())).rejects.toThrow(/exists already; use --append/);
  const second = await startRecorder(recording({ mode: "append" }));
  await publisher.publishAsync("b", "2", { qos: 1 });
  await until(() => second.stats().messages === 1);
  await second.stop();
  await publisher.endAsync();

  const messages = await messagesOf(folder.path("a.ndjson"));
  expect(messages.map(({ topic }) => topic)).toEqual(["a", "b"]);
  expect(messages[1]!.offsetMs).toBeGreaterThanOrEqual(messages[0]!.offsetMs);
});

test("a recorder stops by itself after the number of messages it was given", async () => {
  const recorder = await startRecorder(recording({ maxMessages: 2 }));
  const publisher = await connectAsync(broker.url);
  for (const payload of ["1", "2", "3"]) await publisher.publishAsync("a", payload, { qos: 1 });
  await recorder.done;
  await publisher.endAsync();
  expect(await messagesOf(folder.path("a.ndjson"))).toHaveLength(2);
});

test("a broker that is not there is named without its password", async () => {
  const url = "mqtt://user:secret@127.0.0.1:1";
  const failed = startRecorder(recording({ url }));
  await expect(failed).rejects.toMatchObject({ code: "broker-refused" });
  await expect(failed).rejects.toThrow("mqtt://127.0.0.1:1");
  await expect(readFile(folder.path("a.ndjson")), "an empty cassette was left").rejects.toThrow("ENOENT");
});

test("a filter that the broker refuses is named", async () => {
  broker.broker.authorizeSubscribe = (_client, subscription, answer) => {
    answer(null, subscription.topic === "secret/#" ? null : subscription);
  };
  await expect(startRecorder(recording({ filters: ["a", "secret/#"] }))).rejects.toThrow(
    'subscription to "secret/#"',
  );
});

test.each([
  ["{oops", "line 3: not JSON"],
  ['{"offsetMs":1,"topic":"","qos":0,"retain":false,"payload":""}', "line 3: topic"],
  ['{"offsetMs":1,"topic":"a","qos":3,"retain":false,"payload":""}', "line 3: qos"],
  ['{"offsetMs":1,"topic":"a","qos":0,"retain":false,"payload":"*"}', "line 3: payload"],
  ['{"offsetMs":1,"topic":"a","qos":0,"retain":false,"payload":"","more":1}', "line 3: line"],
  ['{"offsetMs":1,"topic":"a","qos":0,"retain":false,"payload":""}', "line 3: offsetMs 1 is less than 5"],
])("a cassette fault names its line: %s", async (line, message) => {
  const sound = encodeMessage({ offsetMs: 5, topic: "a", qos: 0, retain: false, payload: Buffer.from("x") });
  const cassette = await cassetteFrom({
    name: "tape",
    chunks: () => [header, sound, `${line}\n`],
    ...settings,
  });
  await expect(collect(cassette.messages())).rejects.toThrow(`tape ${message}`);
});

test("a cassette without header, an empty one and an endless line are refused", async () => {
  const open = (text: string) => cassetteFrom({ name: "tape", chunks: () => [text], maxLineBytes: 1024 });
  await expect(open("")).rejects.toThrow("tape is empty");
  await expect(open('{"format":"other"}\n')).rejects.toThrow("tape line 1: format");
  await expect(open("x".repeat(2000))).rejects.toThrow("tape line 1 is longer than 1024 bytes");
});
