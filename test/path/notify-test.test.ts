import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { root } from "../house/sources.ts";
import { openSmsProvider } from "../support/targets/machines.ts";
import { objectIn, type Platform } from "../support/targets/platform.ts";
import { openWecom } from "../support/targets/robots.ts";

const key = "693a91f6-7000-4bc4-97a0-0ec2d5fa5aaa";
const folder = mkdtempSync(join(tmpdir(), "linli-notify-"));
const file = join(folder, "linli.yaml");
let robot: Platform;
let provider: Platform;

beforeAll(async () => {
  robot = await openWecom({ key });
  provider = await openSmsProvider({ secret: "k" });
  const url = `${robot.origin}/cgi-bin/webhook/send?key=`;
  const targets = [
    { type: "wecom", name: "crew", url: `${url}${key}` },
    { type: "wecom", name: "gone", url: `${url}a-robot-that-was-removed` },
    { type: "mqtt" },
    {
      ...{
        type: "sms",
        url: `${provider.origin}/`,
        headers: { authorization: "AppKey {secret}" },
        secret: "k",
      },
      body: { mobile: "{phone}", content: "{text}" },
    },
  ];
  writeFileSync(file, stringify({ notify: { allowedHosts: ["127.0.0.1"], targets } }));
});
afterAll(async () => {
  await Promise.all([robot.close(), provider.close()]);
  rmSync(folder, { recursive: true });
});

async function notifyTest(...args: string[]) {
  const child = spawn(process.execPath, [join(root, "gateway/main.ts"), "notify", "test", ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return {
    code,
    stderr,
    rows: stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t")),
  };
}

describe("linli notify test", () => {
  test("tries every target, says what came of each and what to mend, and fails when one refused", async () => {
    const { code, rows, stderr } = await notifyTest("--config", file);
    expect(code).toBe(1);
    expect(rows).toEqual([
      ["target", "type", "outcome"],
      ["crew", "wecom", "taken"],
      ["gone", "wecom", expect.stringMatching(/^refused: .*there is no robot with this key; look at/)],
      ["mqtt", "mqtt", "skipped: only a running gateway publishes there"],
      ["sms", "sms", "skipped: it reaches one person at a time; give --to"],
    ]);
    expect(stderr).toContain("1 of 4 did not take it");
    expect(`${JSON.stringify(rows)}${stderr}`).not.toContain("a-robot-that-was-removed");
    expect(robot.taken.at(-1)?.body).toContain("这是一条测试消息，没有发生报警。");
  });

  test("reaches one target, and one person through it", async () => {
    const { code, rows } = await notifyTest("sms", "--to", "13800138000", "--config", file);
    expect(rows.slice(1)).toEqual([["sms", "sms", "taken"]]);
    expect(code).toBe(0);
    expect(objectIn(provider.taken[0]!)).toMatchObject({ mobile: "13800138000" });
  });

  test("knows the names of the targets, and says when there are none", async () => {
    const unknown = await notifyTest("crow", "--config", file);
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no target crow; there are: crew"),
    });
    const empty = join(folder, "empty.yaml");
    writeFileSync(empty, "");
    const none = await notifyTest("--config", empty);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("notify.targets has no targets") });
  });
});
