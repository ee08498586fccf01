import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../house/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "linli-tls-cli-"));
const tls = join(folder, "data", "tls");
const firstDevice = join(tls, "devices", "xinfa.bin-7.crt");
const token = "a-token-for-the-tests";
const running = new Set<ChildProcess>();

beforeAll(async () => {
  const made = await linli("tls", "init", "--name", "gateway.lan");
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toContain("good for localhost, 127.0.0.1, ::1, gateway.lan");
  expect(made.stdout).toContain(new X509Certificate(readFileSync(join(tls, "ca.crt"))).fingerprint256);
  expect(await linli("tls", "device", "xinfa/bin-7")).toMatchObject({ code: 0 });
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("linli tls", () => {
  test("shows what there is, and says what it will not do", async () => {
    const [shown, again, other, device, nobody] = await Promise.all([
      linli("tls", "show"),
      linli("tls", "init"),
      linli("tls", "renew", "--name", "gw.example.com"),
      linli("tls", "device", "bin-7"),
      linli("tls", "renew", "--out", join(folder, "nowhere")),
    ]);
    expect(shown.stdout).toMatch(
      /^root\tLinli CA gateway\.lan .*\nserver\tlocalhost 127\.0\.0\.1 ::1 gateway\.lan\t/m,
    );
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("linli tls renew") });
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("made without gw.example.com") });
    expect(device).toMatchObject({ code: 2, stderr: expect.stringContaining("site/id") });
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining("linli tls init makes one") });
  });

  test("makes a second certificate of a device beside the first", async () => {
    const second = await linli("tls", "device", "xinfa/bin-7", "--days", "30");
    const path = join(folder, /^certificate {2}(\S+)/m.exec(second.stdout)?.[1] as string);
    const paths = [firstDevice, path];
    expect(new Set(paths).size).toBe(2);
    for (const path of paths) {
      expect(new X509Certificate(readFileSync(path)).subject).toBe("CN=xinfa/bin-7");
      expect(existsSync(path.replace(".crt", ".key"))).toBe(true);
    }
  });
});

describe("a gateway with these certificates", () => {
  test("is called with --ca, changes its certificate on SIGHUP, and is left by a revoked device", async () => {
    const gateway = await serve({ LINLI_TLS_CLIENT_CERTIFICATES: "optional" });
    const ca = join(tls, "ca.crt");
    const call = (more: Record<string, string>) =>
      linliWith({ LINLI_URL: gateway.https, LINLI_TOKEN: token, ...more }, "site", "add", "xinfa", "x");
    const distrusted = await call({});
    expect(distrusted).toMatchObject({ code: 1, stderr: expect.stringMatching(/unknown authority: .*--ca/) });
    expect(await call({ LINLI_CA: ca })).toMatchObject({ code: 0, stdout: "site xinfa added\n" });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = '{"kind": "waste-bin", "id": "bin-7"}';
    await fetch(`${gateway.http}/api/v1/sites/xinfa/devices`, { method: "POST", headers, body });
    const client = await connectAsync(gateway.mqtts, {
      ca: readFileSync(ca),
      cert: readFileSync(firstDevice),
      key: readFileSync(firstDevice.replace(".crt", ".key")),
      clientId: "xinfa/bin-7",
      reconnectPeriod: 0,
    });

    const before = await serialOf(gateway.mqtts);
    expect((await linli("tls", "renew")).stdout).toContain("gateway.lan");
    gateway.child.kill("SIGHUP");
    let after = before;
    while (after === before) after = await serialOf(gateway.mqtts);
    expect(client.connected).toBe(true);

    const closed = new Promise((resolve) => client.once("close", () => resolve("closed")));
    expect((await linli("tls", "revoke", firstDevice)).stdout).toMatch(/^revoked; .* names 1\n/);
    gateway.child.kill("SIGHUP");
    expect(await closed).toBe("closed");
    expect(await gateway.stop()).toBe(0);
  });

  test("warns when a plain port is open to others, and says how to open TLS alone", async () => {
    const gateway = await serve({
      LINLI_HOST: "0.0.0.0",
      LINLI_ALLOW_PLAIN: "true",
      LINLI_PLAIN_HTTP: "false",
    });
    expect(gateway.said).toMatch(/^WARNING: MQTT is open to other machines in plain text: .*docs\/tls\.md/m);
    expect(gateway.said).not.toContain("HTTP http://");
    await gateway.stop();
    const refused = await linliWith({ LINLI_HOST: "0.0.0.0" }, "config", "check");
    expect(refused).toMatchObject({ code: 78, stderr: expect.stringContaining("LINLI_TLS_HOST=0.0.0.0") });
  });

  test("does not start with files that do not fit, and says which", async () => {
    const key = join(folder, "other.key");
    writeFileSync(key, readFileSync(join(tls, "ca.key")));
    const files = { LINLI_TLS_CERT_FILE: join(tls, "server.crt"), LINLI_TLS_KEY_FILE: key };
    const { code, stderr } = await linliWith(files, "serve");
    expect(code).toBe(78);
    expect(stderr).toMatch(
      /^linli: tls\.keyFile: .*other\.key is not the key of the certificate in .*server\.crt\n$/,
    );
  });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function serve(environment: Record<string, string>) {
  const ports = ["MQTT_PORT", "HTTP_PORT", "TLS_MQTT_PORT", "TLS_HTTPS_PORT"].map((name) => [
    `LINLI_${name}`,
    "0",
  ]);
  const settings = {
    ...Object.fromEntries(ports),
    LINLI_ADMIN_TOKEN: token,
    LINLI_JOURNAL_RESERVE_BYTES: "65536",
  };
  const child = start({ ...settings, ...environment }, "serve");
  child.stdout.resume();
  let said = "";
  const places = /(?:HTTP (\S+), )?MQTT over TLS (\S+), HTTPS (\S+)\n/;
  while (!places.test(said)) said += (await once(child.stderr, "data"))[0];
  child.stderr.on("data", (chunk) => (said += chunk));
  const [, http, mqtts, https] = places.exec(said) ?? [];
  return {
    child,
    get said() {
      return said;
    },
    mqtts: `mqtts://${mqtts}`,
    https,
    http,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      return (await ended)[0] as number;
    },
  };
}

async function serialOf(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), ca: readFileSync(join(tls, "ca.crt")) });
  await once(socket, "secureConnect");
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
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
