import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createProgram } from "../../gateway/cli/program.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

const folder = mkdtempSync(join(tmpdir(), "linli-keys-"));
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());

/** Runs a command in this process; what it said. A wrong command line throws. */
async function linli(...words: string[]): Promise<{ out: string; err: string }> {
  const said = { out: "", err: "" };
  const hear = (where: "out" | "err") => (text: unknown) => {
    said[where] += `${String(text).trimEnd()}\n`;
    return true;
  };
  vi.spyOn(console, "log").mockImplementation(hear("out"));
  vi.spyOn(console, "error").mockImplementation(hear("err"));
  vi.spyOn(process.stdout, "write").mockImplementation(hear("out") as never);
  vi.spyOn(process.stderr, "write").mockImplementation(hear("err") as never);
  try {
    await createProgram().parseAsync(words, { from: "user" });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${said.err}`);
  } finally {
    vi.restoreAllMocks();
  }
  return said;
}

/** The same as administrator. */
function asAdmin(...words: string[]): Promise<{ out: string; err: string }> {
  return linli(...words, "--url", gateway.url, "--token", gateway.token);
}

const file = (name: string) => join(folder, name);
/** The rows of a file of secrets, which nobody else may read. */
function secretsIn(name: string): string[][] {
  expect(statSync(file(name)).mode & 0o777).toBe(0o600);
  const text = readFileSync(file(name), "utf8");
  expect(text.startsWith("\ufeff")).toBe(true);
  return text
    .trimEnd()
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(","));
}

async function opens(username: string, password: string): Promise<boolean> {
  const { connectAsync } = await import("mqtt");
  const options = { username, password, clientId: username, reconnectPeriod: 0 };
  const client = await connectAsync(gateway.mqttUrl, options).catch(() => undefined);
  await client?.endAsync();
  return client !== undefined;
}

describe("a fleet", () => {
  test("gets new passwords in a file; the old ones hold for a day, and who is shut out stays so", async () => {
    const bins = await Promise.all(["r1", "r2", "r3"].map((id) => gateway.device("waste-bin", id)));
    await gateway.device("parking-sensor", "p1");
    await asAdmin("device", "revoke", "xinfa", "r3");
    const { out, err } = await asAdmin(
      ...["device", "rotate", "xinfa", "--kind", "waste-bin", "--out", file("new.csv")],
    );
    expect(out).toBe(`2 new passwords are in ${file("new.csv")}\n`);
    expect(err).toContain("1 devices have no password and were left as they are: xinfa/waste-bin/r3");
    const rows = secretsIn("new.csv");
    expect(rows.map(([username]) => username)).toEqual(["xinfa/r1", "xinfa/r2"]);
    for (const [, , until] of rows) expect(Date.parse(until!)).toBeGreaterThan(Date.now() + 86_000_000);
    expect(await opens("xinfa/r1", bins[0]!.credentials.password)).toBe(true);
    expect(await opens("xinfa/r1", rows[0]![1]!)).toBe(true);
    expect(await opens("xinfa/r3", bins[2]!.credentials.password)).toBe(false);
  });

  test("is not rotated by a slip: into nothing, over another file, or all of it", async () => {
    await gateway.device("waste-bin", "s1");
    await expect(asAdmin("device", "rotate", "xinfa")).rejects.toThrow("--kind, --building or --all");
    await expect(asAdmin("device", "rotate", "xinfa", "s1", "--all")).rejects.toThrow("name one device");
    await expect(asAdmin("device", "rotate", "xinfa", "--all")).rejects.toThrow("need --out");
    writeFileSync(file("precious.csv"), "the only copy");
    const over = asAdmin("device", "rotate", "xinfa", "--all", "--out", file("precious.csv"));
    await expect(over).rejects.toThrow("it exists already");
    await expect(asAdmin("device", "rotate", "xinfa", "s1", "--overlap", "soon")).rejects.toThrow(
      "24h or 7d",
    );
    const away = asAdmin("device", "rotate", "xinfa", "nobody", "--out", file("none.csv"));
    await expect(away).rejects.toThrow('no device "nobody"');
    expect(existsSync(file("none.csv"))).toBe(false);
  });

  test("one device is rotated with an overlap", async () => {
    const { credentials } = await gateway.device("waste-bin", "one");
    const { out, err } = await asAdmin("device", "rotate", "xinfa", "one", "--overlap", "2h");
    expect(out).toMatch(/^username {2}xinfa\/one\npassword {2}\S{26}\n$/);
    expect(err).toContain("the old password holds until 20");
    expect(await opens("xinfa/one", credentials.password)).toBe(true);
  });
});

describe("labels", () => {
  test("come out of an import; an installer claims with one, and the office makes new ones", async () => {
    const csv = file("devices.csv");
    writeFileSync(csv, "kind,id,name,building\nwaste-bin,l1,=1+1,7号楼\nwaste-bin,l2,,\n");
    const imported = await asAdmin(
      ...["device", "import", "xinfa", csv, "--claim", "--labels", file("labels.csv")],
    );
    expect(imported.err).toBe(`2 claim codes are in ${file("labels.csv")}\n`);
    const [first, second] = secretsIn("labels.csv");
    expect(first!.slice(1, 4)).toEqual(["l1", "'=1+1", "7号楼"]);
    const { out } = await linli("device", "claim", first![0]!.toLowerCase(), "--url", gateway.url);
    const words = Object.fromEntries(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ +/)),
    );
    expect(words).toMatchObject({
      ...{ username: "xinfa/l1", host: "127.0.0.1", port: new URL(gateway.mqttUrl).port },
      topic: "linli/v1/xinfa/waste-bin/l1",
    });
    expect(await opens("xinfa/l1", words.password!)).toBe(true);
    await expect(linli("device", "claim", first![0]!, "--url", gateway.url)).rejects.toThrow(
      "unknown, used or expired",
    );

    await asAdmin("device", "claim-codes", "xinfa", "--out", file("again.csv"));
    expect(secretsIn("again.csv").map(([, id]) => id)).toEqual(["l2"]);
    await expect(linli("device", "claim", second![0]!, "--url", gateway.url)).rejects.toThrow("unknown");
    const named = await asAdmin("device", "claim-codes", "xinfa", "l1");
    expect(named.out).toMatch(/^code\tid\tname\tbuilding\texpires\n\S{23}\tl1\t=1\+1\t7号楼\t20/);
  });

  test("an import that is refused leaves no file", async () => {
    const csv = file("bad.csv");
    writeFileSync(csv, "kind,id\ntoaster,l9\n");
    const refused = asAdmin("device", "import", "xinfa", csv, "--claim", "--labels", file("no-labels.csv"));
    await expect(refused).rejects.toThrow("toaster");
    expect(existsSync(file("no-labels.csv"))).toBe(false);
  });

  test("one device is added with a code", async () => {
    const { out } = await asAdmin("device", "add", "xinfa", "waste-bin", "l5", "--claim");
    expect(out).toMatch(/^claim code {2}([0-9A-Z]{5}-){3}[0-9A-Z]{5}\nexpires {5}20/);
  });
});

test("an account is made from a preset, rotated, revoked and listed with its last use", async () => {
  const made = await asAdmin("account", "add", "z2m", "--preset", "zigbee2mqtt", "--subscribe", "more/#");
  const password = /password {2}(\S+)/.exec(made.out)![1]!;
  expect((await asAdmin("account", "list")).out).toContain(
    "z2m\tzigbee2mqtt/# homeassistant/#\tzigbee2mqtt/# homeassistant/# more/#\tactive\tnever\n",
  );
  expect(await opens("z2m", password)).toBe(true);
  const rotated = await asAdmin("account", "rotate", "z2m", "--overlap", "1d");
  expect(rotated.err).toContain("the old password holds until");
  expect((await asAdmin("account", "list")).out).toMatch(/z2m\t.*\trotating\t20\d\d-/);
  await asAdmin("account", "revoke", "z2m");
  expect((await asAdmin("account", "list")).out).toMatch(/z2m\t.*\trevoked\t20\d\d-/);
  expect(await opens("z2m", password)).toBe(false);
});
