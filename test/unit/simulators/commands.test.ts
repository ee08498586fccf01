import { readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encodeHeader, encodeMessage } from "../../../simulators/cassette.ts";
import { simulatorCommands } from "../../../simulators/cli.ts";
import { aFolder, openTestBroker, until } from "./support.ts";

let folder: Awaited<ReturnType<typeof aFolder>>;
let broker: Awaited<ReturnType<typeof openTestBroker>>;
let said = "";

beforeEach(async () => {
  folder = await aFolder();
  broker = await openTestBroker();
  said = "";
  const write = (text: unknown) => {
    said += text;
    return true;
  };
  vi.spyOn(process.stderr, "write").mockImplementation(write);
  vi.spyOn(process.stdout, "write").mockImplementation(write);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  await broker.close();
  await folder.remove();
});

async function linli(...words: string[]): Promise<number | string | undefined> {
  const program = new Command("linli").exitOverride().configureOutput({ writeErr: (text) => (said += text) });
  simulatorCommands(program);
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    return (error as { code: string }).code;
  }
  return process.exitCode ?? 0;
}

const header = encodeHeader({
  format: "linli-cassette",
  version: 1,
  recordedAt: 0,
  broker: "mqtt://x",
  filters: ["#"],
});
const reading = encodeMessage({
  offsetMs: 0,
  topic: "linli/v1/s/k/d/telemetry",
  qos: 1,
  retain: false,
  payload: Buffer.from('{"a":1}'),
});

test("record, then replay what was recorded, marked as simulated", async () => {
  const file = folder.path("tape.ndjson");
  const publisher = await connectAsync(broker.url);
  const recording = linli("record", file, "-b", broker.url, "-t", "linli/#", "--messages", "1");
  await until(() => said.includes("recording linli/#"));
  await publisher.publishAsync("linli/v1/s/k/d/telemetry", '{"a":1}', { qos: 1 });
  expect(await recording).toBe(0);
  await publisher.endAsync();

  broker.received.length = 0;
  expect(await linli("replay", file, "-b", broker.url, "-u", "x", "-p", "y", "--speed", "max")).toBe(0);
  expect(broker.received.map(({ payload }) => payload)).toEqual(['{"simulated":true,"a":1}']);
  expect(said).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z sent 1 {2}acknowledged 1 /m);
});

test("a signal ends a recording in an orderly way, with what was recorded in the file", async () => {
  const file = folder.path("tape.ndjson");
  const recording = linli("record", file, "-b", broker.url);
  await until(() => said.includes("recording"));
  process.emit("SIGINT");
  expect(await recording).toBe(0);
  expect(await readFile(file, "utf8")).toContain("linli-cassette");
});

test("exit codes: 1 for a broker that is away, 2 for a broken cassette, a wrong option or a missing token", async () => {
  vi.stubEnv("LINLI_TOKEN", undefined);
  vi.stubEnv("LINLI_ADMIN_TOKEN", undefined);
  const file = folder.path("tape.ndjson");
  await writeFile(file, header + reading);
  const away = ["-b", "mqtt://127.0.0.1:1", "-u", "x", "-p", "y"];
  expect(await linli("replay", file, ...away)).toBe(1);
  expect(said).toContain("linli: broker mqtt://127.0.0.1:1 refused");
  expect(await linli("replay", file, "-b", broker.url)).toBe(2);
  expect(said).toContain("no token: give --token");
  await writeFile(file, `${header}{}\n`);
  expect(await linli("replay", file, "-b", broker.url, "-u", "x", "-p", "y")).toBe(2);
  expect(said).toContain("tape.ndjson line 2: offsetMs");
  expect(await linli("replay", file, "--speed", "0")).toBe("commander.invalidArgument");
  expect(await linli("scenario")).toBe(2);
  expect(await linli("scenario", "no-such-file.yaml", "--token", "x")).toBe(2);
  expect(said).toContain("no-such-file.yaml cannot be read");
});

test("the scenarios that come with the gateway are listed with their titles", async () => {
  expect(await linli("scenario", "--list")).toBe(0);
  expect(said).toMatch(/^fire-at-night +A bin burns at night 夜间垃圾桶起火$/m);
});
