import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listSettings } from "../../gateway/config.ts";
import { root } from "../house/sources.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";
import { quoted, readPage, unionOf } from "../support/pages.ts";

const readme = readPage("README.md");
const protocol = readPage("docs/protocol.md");

/** Blocks that install, or run until a signal; `cli.test.ts` and the CI run what they run. */
const longRunning = ["npm ci\nnpm run demo\n", "npm start\n"];

const hasClients = spawnSync("mosquitto_pub", ["--help"]).error === undefined;
if (!hasClients) {
  console.warn(
    "\nMISSING: mosquitto_pub and mosquitto_sub (Debian: apt-get install mosquitto-clients).\n" +
      "The MQTT examples of README.md and docs/protocol.md are NOT checked on this machine.\n",
  );
}

describe("the examples of README.md", () => {
  const shell = openShell();

  test("connect a device, as written", async () => {
    const said: string[] = [];
    for (const block of readme.blocks("sh").filter((text) => !longRunning.includes(text)))
      said.push(await shell.run(block));
    if (!hasClients) return;
    const answers = said.flatMap((text) => text.split("\n").filter((line) => line.startsWith("{")));
    const [alerts, history] = answers.map((text) => JSON.parse(text)) as [
      { items: { device: string }[] },
      { series: { device: string }[] },
    ];
    expect(alerts.items).toContainEqual(expect.objectContaining({ device: "xinfa/waste-bin/bin-7" }));
    expect(history.series.every(({ device }) => device === "xinfa/waste-bin/bin-7")).toBe(true);
  });
});

describe("the examples of docs/protocol.md", () => {
  const shell = openShell();
  const said = new Map<string, string>();

  beforeAll(async () => {
    for (const block of protocol.blocks("sh")) said.set(block, await shell.run(block));
  });

  test("register a site and a device", () => {
    const [example] = protocol.blocks("json").map((text) => JSON.parse(text) as Registered);
    const answer = JSON.parse(answerOf("/devices ").replace(/^.*?(?=\{"device":\{)/s, "")) as Registered;
    expect(answer.device.device).toBe(example?.device.device);
    expect(answer.credentials.username).toBe(example?.credentials.username);
  });

  test.runIf(hasClients)("are accepted, and refused with the reason that the page shows", async () => {
    const { body } = await shell.gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-7");
    expect(body.values).toMatchObject({ fill: { value: 0.42 }, battery: { value: 87 } });
    const example = JSON.parse(protocol.blocks("json")[2] as string) as Record<string, string>;
    const told = JSON.parse(answerOf("mosquitto_sub").trim()) as Record<string, string>;
    expect(Object.keys(told)).toEqual(Object.keys(example));
    const { code, path, value } = example;
    expect(told).toMatchObject({ code, path, value, message: expect.stringMatching(/^fill must be /) });
  });

  test("send a command and make an account", () => {
    expect(JSON.parse(answerOf("/commands ")).state).toBe("queued");
    expect(JSON.parse(answerOf("/accounts ")).credentials.username).toBe("zigbee-bridge");
  });

  test("show payloads that are accepted", async () => {
    const { gateway } = shell;
    const device = await gateway.device("waste-bin", "bin-8");
    const client = await device.connect();
    const send = (stream: string, payload: string) =>
      client.publishAsync(`${device.topic}/${stream}`, payload, { qos: 1 });
    await send("telemetry", protocol.blocks("json")[1] as string);
    const { body } = await gateway.call<Twin>("GET", "/sites/xinfa/devices/bin-8");
    expect(body.values).toMatchObject({ fill: { value: 0.42 }, temperature: { value: 3.5 } });
    const streams = new Map(
      protocol
        .table("| stream | direction | payload |")
        .map(([name = "", , shape = ""]) => [quoted(name)[0], quoted(shape)]),
    );
    for (const payload of streams.get("status") ?? []) await send("status", payload);
    await send("event", String(streams.get("event")?.[0]).replace(", …fields", ""));
    const { body: rejections } = await gateway.call<{ items: unknown[] }>(
      "GET",
      "/rejections?device=xinfa/waste-bin/bin-8",
    );
    expect(streams.get("status")).toHaveLength(4);
    expect(rejections.items).toEqual([]);
    await client.endAsync();
  });

  function answerOf(part: string): string {
    return [...said].find(([block]) => block.includes(part))?.[1] as string;
  }
});

describe("the tables of docs/protocol.md", () => {
  test("name every reason of a refusal, and no other", () => {
    const codes = protocol.table("| code | the payload or topic |").flatMap(([cell = ""]) => quoted(cell));
    expect(codes.toSorted()).toEqual(unionOf("gateway/types.ts", "RejectionCode").toSorted());
  });

  test("show the limits as the settings have them", () => {
    const rows = protocol.table("## Limits").map(([limit = "", figures = "", names = ""]) => {
      const [first = "", ...more] = quoted(names);
      const group = first.slice(0, first.lastIndexOf(".") + 1);
      return { limit, figures, settings: [first, ...more.map((name) => group + name)] };
    });
    expect(rows.length).toBeGreaterThan(5);
    for (const { limit, figures, settings } of rows) {
      for (const path of settings) {
        const value = listSettings().find((setting) => setting.path === path)?.default;
        expect(value, `${limit}: ${path}`).toBeTypeOf("number");
        expect(
          spellings(path, value as number).some((text) => figures.includes(text)),
          `${limit}: "${figures}" does not show ${path} = ${value}`,
        ).toBe(true);
      }
    }
  });

  test("show the bounds of a payload as the settings have them", () => {
    const bounds = new Map(listSettings().map(({ path, default: value }) => [path, value as number]));
    expect(protocol.text).toContain(`has more than ${bounds.get("ingest.maxPayloadBytes")! / 1024} KiB`);
    expect(protocol.text).toContain(`nested more than ${bounds.get("ingest.maxDepth")} deep`);
    expect(protocol.text).toContain(`with more than ${bounds.get("ingest.maxKeys")} keys`);
    expect(protocol.text).toContain(`of none, or of more than ${bounds.get("ingest.maxBatch")}`);
    expect(protocol.text).toContain(`more than ${bounds.get("ingest.maxSkewMs")! / 60_000} min off`);
    expect(protocol.text).toContain(`up to ${bounds.get("broker.keepaliveMaxS")} s; `);
  });
});

interface Registered {
  device: { device: string };
  credentials: { username: string };
}

interface Twin {
  values: Record<string, { value: unknown }>;
}

/** How people write a figure whose unit the setting's name carries. */
function spellings(path: string, value: number): string[] {
  if (path.endsWith("Bytes") || /bytesPer/.test(path))
    return [`${value / 1024} KiB`, `${value / 1_048_576} MiB`];
  const seconds = path.endsWith("Ms") ? value / 1000 : path.endsWith("S") ? value : undefined;
  if (seconds !== undefined) return [`${seconds} s`, `${seconds / 60} min`, `${seconds / 3600} h`];
  return [value.toLocaleString("en")];
}

/** A gateway without sites and a shell that runs examples against it: only ports, token and password are put in. */
function openShell() {
  let gateway: TestGateway;
  let output = "";

  beforeAll(async () => {
    gateway = await openTestGateway();
    await gateway.call("DELETE", "/sites/xinfa");
  });
  afterAll(() => gateway.stop());

  return {
    get gateway() {
      return gateway;
    },
    async run(block: string): Promise<string> {
      const script = block
        .replaceAll("127.0.0.1:8080", new URL(gateway.url).host)
        .replaceAll("-p 1883", `-p ${new URL(gateway.mqttUrl).port}`)
        .replace(/^export ((LINLI_)?TOKEN|PASSWORD)=….*$/gm, "");
      if (script.includes("mosquitto_") && !hasClients) return "";
      const env = {
        ...process.env,
        LINLI: gateway.url,
        LINLI_URL: gateway.url,
        TOKEN: gateway.token,
        LINLI_TOKEN: gateway.token,
        PASSWORD: passwordIn(output),
      };
      const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
        cwd: root,
        env,
      });
      expect(stdout, block).not.toContain("urn:linli:problem");
      output += `${stdout}\n`;
      return stdout;
    },
  };
}

/** The device's password, as `linli device add` or the API printed it. */
function passwordIn(output: string): string {
  return /password(?: {2}|":")([^\s"]+)/.exec(output)?.[1] ?? "";
}
