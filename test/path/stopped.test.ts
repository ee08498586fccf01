import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../house/sources.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

const folder = mkdtempSync(join(tmpdir(), "linli-stopped-"));
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
  await gateway.device("waste-bin", "bin-1");
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function linli(...words: string[]) {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("LINLI_"));
  const child = spawn(process.execPath, [join(root, "gateway/main.ts"), ...words], {
    cwd: folder,
    env: { ...Object.fromEntries(clean), NODE_COMPILE_CACHE: join(root, "node_modules/.cache/linli") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { status: status as number, stdout, stderr };
}

test("what is done to a stopped gateway is refused while it runs, and where none ever ran", async () => {
  for (const words of [
    ["backup", "b.tar.zst"],
    ["token", "add", "x", "admin"],
  ]) {
    const running = await linli(...words, "--data-dir", gateway.dataDir);
    expect(running).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/while the gateway is stopped: .*process \d+/),
    });
    const nowhere = await linli(...words, "--data-dir", folder);
    expect(nowhere).toMatchObject({ status: 1, stderr: expect.stringContaining("is no data folder") });
  }
});

test("a lost administrator's token, and a backup by hand, on a copy that was restored", async () => {
  const phrase = join(folder, "passphrase");
  writeFileSync(phrase, "correct horse battery staple\n");
  const online = ["--url", gateway.url, "--token", gateway.token];
  const made = await linli("backup", "a.age", ...online, "--passphrase-file", phrase);
  expect(made).toMatchObject({ status: 0, stderr: "" });
  expect((statSync(join(folder, "a.age")).mode & 0o777).toString(8)).toBe("600");

  const restored = await linli("restore", "a.age", "--data-dir", "copy", "--passphrase-file", phrase);
  expect(restored).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("start it with: npx linli serve"),
  });
  const token = await linli("token", "add", "new chief", "admin", "--data-dir", "copy");
  expect(token).toMatchObject({ status: 0, stdout: expect.stringMatching(/^linli_\w{10}_\w{26}\n$/) });

  writeFileSync(join(folder, "linli.yaml"), "logLevel: warn\n");
  const offline = await linli("backup", "b.tar.zst", "--data-dir", "copy", "--config", "linli.yaml");
  expect(offline).toMatchObject({ status: 0, stderr: expect.stringContaining("is not encrypted") });
  const again = await linli("restore", "b.tar.zst", "--data-dir", "second");
  expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining("second/linli.yaml") });
  for (const name of ["pepper", "linli.yaml"]) {
    const source = name === "pepper" ? join(gateway.dataDir, name) : join(folder, name);
    expect(readFileSync(join(folder, "second", name), "utf8")).toBe(readFileSync(source, "utf8"));
  }
  const twice = await linli("backup", "b.tar.zst", ...online);
  expect(twice).toMatchObject({ status: 1, stderr: expect.stringContaining("exists already") });
}, 60_000);

test("a backup that only reads the API needs an administrator", async () => {
  const { body } = await gateway.call<{ token: string }>("POST", "/tokens", {
    name: "office",
    role: "manager",
  });
  const refused = await linli("backup", "c.tar.zst", "--url", gateway.url, "--token", body.token);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("this needs the role admin") });
});
