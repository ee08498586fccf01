import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../house/sources.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.stop());

test("log-ins that fail, credentials that end, starts and stops are in the trail", async () => {
  const device = await gateway.device("waste-bin", "bin-1");
  for (let i = 0; i < 5; i++) await expect(device.connect({ password: `wrong ${i}` })).rejects.toThrow();
  const client = await device.connect();
  const closed = new Promise<void>((resolve) => void client.once("close", () => resolve()));
  await gateway.call("POST", "/sites/xinfa/devices/bin-1/credentials/rotate");
  await closed;
  await gateway.restart();

  const said = (await rows()).map(({ by, action, target, outcome, code }) =>
    [by, action, target, outcome, code].filter((word) => word !== null).join(" "),
  );
  expect(said).toEqual([
    "system gateway-started done",
    "settings addSite site:xinfa done",
    "settings addDevice device:xinfa/bin-1 done",
    "nobody mqtt-refused user:xinfa/bin-1 refused credentials",
    "system mqtt-ended device:xinfa/bin-1 done",
    "settings rotateCredentials device:xinfa/bin-1 done",
    "system gateway-stopped done",
    // The count of the other four, written at the stop.
    "nobody mqtt-refused user:xinfa/bin-1 refused credentials",
    "system gateway-started done",
  ]);
  const [refused] = (await rows("action=mqtt-refused&limit=1")) as [Row];
  expect(refused).toMatchObject({ site: "xinfa", address: "127.0.0.1", detail: { more: 4 } });
  const [started] = (await rows("action=gateway-started&limit=1")) as [Row];
  expect(started.detail).toEqual({ version: "test", settings: expect.stringMatching(/^[0-9a-f]{16}$/) });
});

test("the trail is exported, verified by its lines alone, and its head remembered", async () => {
  const file = join(gateway.dataDir, "audit.ndjson");
  const [head, list, exported] = await Promise.all([
    linli("head"),
    linli("list", "--outcome", "refused"),
    linli("export", "--out", file),
  ]);
  expect(head.stdout).toMatch(/^\d+:[0-9a-f]{64}\n$/);
  expect(list.stdout).toMatch(/^sequence\tat\twho.*\n\d+\t\S+\tnobody\t127\.0\.0\.1\tmqtt-refused\t/);
  expect(exported).toMatchObject({ code: 0, stderr: expect.stringMatching(/^\d+ rows in /) });

  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const without = join(gateway.dataDir, "without.ndjson");
  writeFileSync(without, `${lines.filter((_, i) => i !== 3).join("\n")}\n`);
  const part = join(gateway.dataDir, "part.ndjson");
  writeFileSync(part, `${lines.slice(2, 5).join("\n")}\n`);

  const [again, online, whole, gone, cut, some] = await Promise.all([
    linli("export", "--out", file),
    linli("verify", "--head", head.stdout.trim()),
    linli("verify", "--file", file),
    linli("verify", "--file", without),
    linli("verify", "--file", part),
    linli("verify", "--file", part, "--part"),
  ]);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("exists already") });
  expect(online).toMatchObject({ code: 0, stdout: expect.stringContaining("1 remembered head(s)") });
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining(`${lines.length} rows, 1 to`) });
  expect(gone).toMatchObject({ code: 3, stderr: expect.stringContaining("row 5: follows row 3: row 4 ") });
  expect(cut).toMatchObject({ code: 3, stderr: expect.stringContaining("row 3: is the first row") });
  expect(some).toMatchObject({ code: 0, stdout: expect.stringContaining("3 rows, 3 to 5") });
});

test("a stopped gateway's folder is verified, and the journal remembers an end that was cut off", async () => {
  const verify = () => linliWith({}, "verify", "--data-dir", gateway.dataDir);
  const running = await verify();
  expect(running).toMatchObject({ code: 1, stderr: expect.stringContaining("is a gateway running") });
  await gateway.restart(async () => {
    expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining("remembered head(s)") });
    spoil("DELETE FROM audit WHERE sequence > (SELECT max(sequence) - 2 FROM audit)");
    const found = await verify();
    expect(found).toMatchObject({ code: 3, stderr: expect.stringContaining("the trail was cut") });
  });
});

test("a trail that was changed while the gateway was away raises an alert at the start", async () => {
  await gateway.restart(() => spoil("UPDATE audit SET by_whom = 'nobody' WHERE sequence = 3"));
  const { items } = await eventually(
    async () => (await gateway.call<{ items: { rule: string; reason: string }[] }>("GET", "/alerts")).body,
    (body) => body.items.some(({ rule }) => rule === "audit-damaged"),
  );
  expect(items.find(({ rule }) => rule === "audit-damaged")).toBeDefined();
  const found = await linli("verify");
  expect(found).toMatchObject({ code: 3, stderr: expect.stringContaining("row 3: its content was changed") });
});

test("wrong words on the command line are explained", async () => {
  const [head, part, folder] = await Promise.all([
    linli("verify", "--head", "12"),
    linli("verify", "--part"),
    linli("verify", "--data-dir", root),
  ]);
  expect(head).toMatchObject({ code: 2, stderr: expect.stringContaining("64 hex digits") });
  expect(part).toMatchObject({ code: 2, stderr: expect.stringContaining("--file") });
  expect(folder).toMatchObject({ code: 1, stderr: expect.stringContaining("there is no linli.db") });
});

interface Row {
  readonly sequence: number;
  readonly by: string;
  readonly action: string;
  readonly site: string | null;
  readonly target: string | null;
  readonly address: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Rows of the trail, oldest first. */
async function rows(query = ""): Promise<Row[]> {
  const { body } = await gateway.call<{ items: Row[] }>("GET", `/audit?${query}`);
  return body.items.toReversed();
}

/** Changes the database as somebody would who can write it. */
function spoil(sql: string): void {
  const path = join(gateway.dataDir, "linli.db");
  expect(existsSync(path)).toBe(true);
  const db = new DatabaseSync(path);
  db.exec(
    "DROP TRIGGER IF EXISTS audit_never_changes; DROP TRIGGER IF EXISTS audit_loses_its_beginning_only;",
  );
  db.exec(sql);
  db.close();
}

function linli(...words: string[]) {
  return linliWith({ LINLI_URL: gateway.url, LINLI_TOKEN: gateway.token }, ...words);
}

async function linliWith(environment: Record<string, string>, ...words: string[]) {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("LINLI_"));
  const child = spawn(process.execPath, [join(root, "gateway/main.ts"), "audit", ...words], {
    env: {
      ...Object.fromEntries(clean),
      NODE_COMPILE_CACHE: join(root, "node_modules/.cache/linli"),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code: code as number, stdout, stderr };
}
