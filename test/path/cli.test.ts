import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../house/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "linli-cli-"));
const dataDir = join(folder, "data");
const running = new Set<ChildProcess>();
let gateway: Gateway;

beforeAll(async () => {
  gateway = await serve();
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("the command line", () => {
  test("says what is wrong in the last lines, and ends with 2", async () => {
    const [command, option, argument, url, token] = await Promise.all([
      linli("bogus"),
      linli("serve", "--mqtt-port", "abc"),
      linli("journal", "export", "--type", "x"),
      linli("site", "list", "--url", "here"),
      linli("site", "list"),
    ]);
    expect(command).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'bogus'") });
    expect(option.code).toBe(2);
    expect(option.stderr).toMatch(/a port is a number from 0 to 65535.*\nlinli serve --help explains/);
    expect(argument).toMatchObject({ code: 2, stderr: expect.stringContaining("reading, rejection") });
    expect(url).toMatchObject({ code: 2, stderr: expect.stringContaining("http://127.0.0.1:8080") });
    expect(token).toMatchObject({ code: 2, stderr: expect.stringContaining("LINLI_TOKEN") });
  });

  test("every command explains itself", async () => {
    const { stdout, code } = await linli("--help");
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name as string);
    expect(commands).toEqual(expect.arrayContaining(["serve", "demo", "device", "journal", "simulate"]));
    for (const { code, stdout } of await Promise.all(commands.map((name) => linli(name, "--help")))) {
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Usage: linli /);
    }
  });
});

describe("settings", () => {
  test("every fault is listed with what would be right, and the code is 78", async () => {
    const file = join(folder, "bad.yaml");
    writeFileSync(file, "logLevel: loud\nbroker:\n  bogus: 1\n  connectTimeoutMs: -3\n");
    const environment = {
      LINLI_MQTT_PORT: "99999",
      LINLI_HOST: "0.0.0.0",
      LINLI_FOO: "1",
      LINLI_ADMIN_TOKEN: "hush",
    };
    const { code, stderr } = await linliWith(environment, "serve", "--config", file);
    expect(code).toBe(78);
    expect(stderr.trimEnd().split("\n")).toEqual([
      "linli: the settings have 7 faults:",
      expect.stringMatching(/LINLI_FOO: there is no such setting/),
      expect.stringMatching(/mqttPort \(LINLI_MQTT_PORT\): must be a number of at most 65535; got 99999/),
      expect.stringMatching(/adminToken \(LINLI_ADMIN_TOKEN\): must be a text with at least 16 characters$/),
      expect.stringMatching(/logLevel: must be one of error, warn, info, debug, silent; got "loud"/),
      expect.stringMatching(/broker\.connectTimeoutMs: must be a number of at least 1; got -3/),
      expect.stringMatching(/broker\.bogus: there is no such setting/),
      expect.stringMatching(/host \(LINLI_HOST\): 0\.0\.0\.0 can be reached by other machines/),
    ]);
  });

  test("are printed without secrets", async () => {
    const secret = "a-secret-of-the-administrator";
    const url = "https://hooks.example.com/T0/in-the-path";
    const targets = [
      { type: "webhook", url, secret: `whsec_${"A".repeat(40)}` },
      { type: "wecom", name: "crew", key: "hush-robot" },
      {
        ...{
          type: "sms",
          url,
          secret: "hush-sms",
          headers: { authorization: "Key {secret}", other: "hush-header" },
        },
        body: { to: "{phone}", text: "{text}", more: { code: "hush-body" } },
      },
    ];
    const environment = { LINLI_ADMIN_TOKEN: secret, LINLI_NOTIFY_TARGETS: JSON.stringify(targets) };
    const { code, stdout } = await linliWith(environment, "config", "print");
    expect(code).toBe(0);
    expect(stdout).toContain('"url":"https://hooks.example.com/(masked)","secret":"(set, masked)"}');
    expect(stdout).toContain('"headers":{"authorization":"Key {secret}","other":"(masked)"}');
    expect(stdout).toContain('"body":{"to":"{phone}","text":"{text}","more":{"code":"(masked)"}}');
    expect(stdout).not.toMatch(/hush|AAAA|in-the-path/);
    expect(stdout).toContain("adminToken\t(set, masked)\tLINLI_ADMIN_TOKEN");
    expect(stdout).not.toContain(secret);
  });
});

describe("registration", () => {
  test("a site and its devices are added, found, given new passwords and removed", async () => {
    expect(await gateway.linli("site", "add", "life", "新发小区")).toMatchObject({ code: 0 });
    const add = ["device", "add", "life", "waste-bin", "bin-1", "--name", "北门厨余桶", "--fact"];
    const added = await gateway.linli(...add, "depthMm=1200");
    expect(added.stdout).toMatch(/^username {2}life\/bin-1\npassword {2}\S{20,}\n$/);
    const found = await gateway.linli("device", "list", "life", "--text", "北门");
    expect(found.stdout).toBe(
      "id\tkind\tname\tbuilding\tpresence\nbin-1\twaste-bin\t北门厨余桶\t\tunknown\n",
    );

    const rotated = await gateway.linli("device", "rotate", "life", "bin-1");
    const password = passwordIn(rotated.stdout);
    expect(password).not.toBe(passwordIn(added.stdout));
    const client = await connectAsync(gateway.mqtt, {
      username: "life/bin-1",
      clientId: "life/bin-1",
      password,
    });
    await client.endAsync();

    expect(await gateway.linli("device", "remove", "life", "bin-1")).toMatchObject({ code: 0 });
    expect(await gateway.linli("site", "remove", "life")).toMatchObject({ code: 0 });
  });

  test("a fact of digits is what its kind takes it for, with its leading zeros", async () => {
    await gateway.linli("site", "add", "lines", "x");
    const add = (id: string, source: string) =>
      gateway.linli("device", "add", "lines", "fire-transmitter", id, "--fact", `gb26875Source=${source}`);
    expect(await add("utd-1", "790300000000")).toMatchObject({ code: 0 });
    expect(await add("utd-2", "000000000012")).toMatchObject({ code: 0 });
    expect(await add("utd-3", "7903")).toMatchObject({ stderr: expect.stringContaining("6 bytes") });
  });

  test("a site's address and telephone number are given, changed and taken away", async () => {
    await gateway.linli("site", "add", "place", "x", "--address", "新发路 18 号", "--phone", "0592-5551190");
    const changed = await gateway.linli("site", "change", "place", "--name", "新发小区", "--phone", "");
    expect(changed).toMatchObject({ code: 0, stdout: "site place changed\n" });
    expect((await gateway.linli("site", "list")).stdout).toContain("place\t新发小区\t新发路 18 号\t\n");
    expect(await gateway.linli("site", "change", "place", "--phone", "at the gate")).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining("as 0592-5551190") },
    });
  });

  test("a refusal is one line that names the fault", async () => {
    await gateway.linli("site", "add", "refused", "x");
    const [site, kind, fact, twice, token, away, account] = await Promise.all([
      gateway.linli("device", "list", "nowhere"),
      gateway.linli("device", "add", "refused", "toaster", "t1"),
      gateway.linli("device", "add", "refused", "waste-bin", "t1", "--fact", "depth"),
      gateway.linli("site", "add", "refused", "x"),
      gateway.linli("site", "list", "--token", "wrong"),
      gateway.linli("site", "list", "--url", "http://127.0.0.1:9"),
      gateway.linli("account", "add", "bridge"),
    ]);
    expect(site).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no site "nowhere"') });
    expect(kind).toMatchObject({ code: 2, stderr: expect.stringContaining("known are access-gate") });
    expect(fact).toMatchObject({ code: 2, stderr: expect.stringContaining("depthMm=1200") });
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining("exists already") });
    expect(token).toMatchObject({ code: 1, stderr: expect.stringContaining("does not know the token") });
    expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining("npm start") });
    expect(account).toMatchObject({ code: 2, stderr: expect.stringContaining("--publish") });
    for (const { stderr } of [site, kind, twice, token, away]) expect(stderr.trimEnd()).not.toContain("\n");
  });

  test("a token may be bound to one site", async () => {
    await gateway.linli("site", "add", "bound", "x");
    const made = await gateway.linli("token", "add", "guard", "viewer", "--site", "bound");
    const seen = await gateway.linli("site", "list", "--token", made.stdout.trim());
    expect(seen.stdout).toBe("id\tname\taddress\tphone\nbound\tx\t\t\n");
    const listed = await gateway.linli("token", "list");
    expect(listed.stdout).toMatch(/\tguard\tviewer\tbound\t/);
  });

  test("a CSV file is checked row by row before anything is registered, in the encoding of Excel", async () => {
    await gateway.linli("site", "add", "csv", "x");
    const bad = join(folder, "bad.csv");
    writeFileSync(bad, "kind,id,name\nwaste-bin,b 1,x\nwaste-bin,b2,y\ntoaster,b3,z\n");
    const checked = await gateway.linli("device", "import", "csv", bad, "--dry-run");
    expect(checked.code).toBe(3);
    expect(checked.stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^line 2, id: /),
      expect.stringMatching(/^line 4, kind: /),
    ]);
    const refused = await gateway.linli("device", "import", "csv", bad);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/\n {2}line 2, id: .*\n {2}line 4, kind: /);

    const good = join(folder, "good.csv");
    // 北门桶 in GB 18030.
    writeFileSync(good, Buffer.from("kind,id,name\nwaste-bin,b1,\xb1\xb1\xc3\xc5\xcd\xb0\n", "latin1"));
    const right = await gateway.linli("device", "import", "csv", good, "--dry-run");
    expect(right).toMatchObject({ code: 0, stdout: "the file is right: 1 devices would be added\n" });
    const done = await gateway.linli("device", "import", "csv", good);
    expect(done.stdout).toMatch(/^username\tpassword\ncsv\/b1\t\S{20,}\n$/);
    const listed = await gateway.linli("device", "list", "csv");
    expect(listed.stdout).toContain("b1\twaste-bin\t北门桶\t");
  });
});

describe("starts and stops", () => {
  test("people are invited with a link that lets them in once, get other roles, and are shut out", async () => {
    await gateway.linli("site", "add", "desk", "Desk");
    const [role, nobody] = await Promise.all([
      gateway.linli("people", "invite", "wang", "Wang", "boss@desk"),
      gateway.linli("people", "link", "nobody"),
    ]);
    expect(role).toMatchObject({ code: 2, stderr: expect.stringContaining("firefighter@xinfa") });
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining("linli people list") });
    const invited = await gateway.linli("people", "invite", "wang", "Wang", "firefighter@desk", "viewer");
    expect(invited.code).toBe(0);
    const [link = ""] = invited.stdout.split("\n");
    const form = { method: "POST", headers: { origin: gateway.url }, redirect: "manual" } as const;
    const set = () => fetch(link, { ...form, body: new URLSearchParams({ password: "a short sentence" }) });
    expect((await fetch(link)).status).toBe(200);
    expect([(await set()).status, (await set()).status]).toEqual([303, 404]);
    expect((await gateway.linli("people", "roles", "wang", "manager@desk")).stdout).toBe(
      "Wang: manager@desk\n",
    );
    expect((await gateway.linli("people", "shut-out", "wang")).code).toBe(0);
    const listed = await gateway.linli("people", "list");
    expect(listed.stdout).toMatch(/admin.*admin.*never.*invited/);
    expect(listed.stdout).toMatch(/wang.*Wang.*manager@desk.*shut out/);
    expect((await gateway.linli("site", "remove", "desk")).stderr).toContain("1 people have roles");
    expect((await gateway.linli("people", "remove", "wang")).code).toBe(0);
    expect((await gateway.linli("site", "remove", "desk")).code).toBe(0);
  });

  test("a start that finds its port taken says so and does not use up the first token", async () => {
    const own = join(folder, "second");
    const port = new URL(gateway.url).port;
    const taken = await linliWith(small, "serve", "--data-dir", own, "--mqtt-port", "0", "--http-port", port);
    expect(taken.code).toBe(1);
    expect(taken.stderr.trimEnd()).toMatch(/^linli: HTTP cannot listen on 127.0.0.1:\d+: .*LINLI_HTTP_PORT$/);
    const second = await serve(own);
    expect(await second.linli("site", "list")).toMatchObject({ code: 0 });
    expect(await second.stop()).toBe(0);
  });

  test("a second gateway on one data folder does not start", async () => {
    const ports = ["--mqtt-port", "0", "--http-port", "0"];
    const { code, stderr } = await linliWith(small, "serve", "--data-dir", dataDir, ...ports);
    expect(code).toBe(1);
    expect(stderr).toMatch(/is a gateway running on this data directory\?\n$/);
  });
});

describe("the journal", () => {
  test("is verified and exported; an unknown folder is no empty journal", async () => {
    await gateway.linli("site", "add", "keep", "x");
    const { stdout } = await gateway.linli("device", "add", "keep", "waste-bin", "bin");
    const client = await connectAsync(gateway.mqtt, {
      username: "keep/bin",
      clientId: "keep/bin",
      password: passwordIn(stdout),
    });
    for (let seq = 1; seq <= 50; seq++) {
      const payload = JSON.stringify({ boot: "a", seq, fill: seq / 100 });
      await client.publishAsync("linli/v1/keep/waste-bin/bin/telemetry", payload, { qos: 1 });
    }
    await client.endAsync();

    const [good, readings, cut, nowhere] = await Promise.all([
      linli("journal", "verify", "--data-dir", dataDir),
      linli("journal", "export", "--data-dir", dataDir, "--type", "reading"),
      piped("journal", "export", "--data-dir", dataDir),
      linli("journal", "verify", "--data-dir", folder),
    ]);
    expect(good).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing is damaged") });
    const records = readings.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { message: { seq: number } });
    expect(records.map(({ message }) => message.seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(cut).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("there is no journal in") });
  });

  test("after SIGTERM the code is 0; a damaged frame is found with code 3", async () => {
    expect(await gateway.stop()).toBe(0);
    const journal = join(dataDir, "journal");
    const segment = readdirSync(journal).find((name) => readFileSync(join(journal, name)).includes('"fill"'));
    const path = join(journal, segment as string);
    const bytes = readFileSync(path);
    const place = bytes.indexOf('"fill"');
    bytes[place + 1] = 0;
    writeFileSync(path, bytes);
    const { code, stderr, stdout } = await linli("journal", "verify", "--data-dir", dataDir);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^segment\tbytes\t/);
    expect(stderr).toMatch(/\d+ bytes at \d+: /);
  });
});

/** Small files and short waits, so that a start takes little. */
const small = { LINLI_JOURNAL_RESERVE_BYTES: "65536", LINLI_STATE_BUSY_TIMEOUT_MS: "100" };

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Gateway {
  readonly url: string;
  readonly mqtt: string;
  /** A command as the first administrator. */
  linli(...words: string[]): Promise<Ended>;
  stop(): Promise<number>;
}

async function serve(directory = dataDir): Promise<Gateway> {
  const child = start(small, "serve", "--data-dir", directory, "--mqtt-port", "0", "--http-port", "0");
  let said = "";
  while (!/shown only now:\n {2}\S+\n/.test(said)) {
    const [chunk] = (await once(child.stderr, "data")) as [Buffer];
    said += chunk;
  }
  const [, mqtt, url] = /MQTT (\S+), HTTP (\S+)/.exec(said) ?? [];
  const [, token] = /shown only now:\n {2}(\S+)/.exec(said) ?? [];
  return {
    url: url as string,
    mqtt: `mqtt://${mqtt}`,
    linli: (...words) => linliWith({ LINLI_URL: url, LINLI_TOKEN: token }, ...words),
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      return (await ended)[0] as number;
    },
  };
}

function linli(...words: string[]): Promise<Ended> {
  return linliWith({}, ...words);
}

async function linliWith(
  environment: Record<string, string | undefined>,
  ...words: string[]
): Promise<Ended> {
  const child = start(environment, ...words);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code: code as number, stdout, stderr };
}

/** A command whose reader goes away at once, as `head` does. */
async function piped(...words: string[]): Promise<Ended> {
  const child = start({}, ...words);
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code: code as number, stdout: "", stderr };
}

function start(environment: Record<string, string | undefined>, ...words: string[]) {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("LINLI_"));
  const child = spawn(process.execPath, [join(root, "gateway/main.ts"), ...words], {
    cwd: folder,
    env: {
      ...Object.fromEntries(clean),
      NODE_COMPILE_CACHE: join(root, "node_modules/.cache/linli"),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

function passwordIn(output: string): string {
  return /^password {2}(\S+)$/m.exec(output)?.[1] as string;
}
