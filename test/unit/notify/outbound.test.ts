import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createOutbound, type Resolve } from "../../../gateway/notify/outbound.ts";
import type { NotifySettings } from "../../../gateway/notify/settings.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aSocketServer, aTarget, failureOf, someSettings } from "./support.ts";

const message = { headers: { "content-type": "text/plain" }, body: "hello" };

function anOutbound(settings: Partial<NotifySettings> = {}, more: { resolve?: Resolve; clock?: never } = {}) {
  return createOutbound({ settings: someSettings(settings), clock: createSystemClock(), ...more });
}

/** A resolver whose answers change from call to call; the last one stays. */
function aResolver(...answers: string[][]): Resolve & { readonly asked: string[] } {
  const asked: string[] = [];
  const resolve = async (host: string) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(host);
    return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  return Object.assign(resolve, { asked });
}

describe("a target inside", () => {
  test.each([
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://0/",
  ])("%s is refused before anything is sent", async (url) => {
    const error = await failureOf(anOutbound({ allowedHosts: [] }).post(url, message));
    expect(error).toMatchObject({ code: "notify-failed", retryable: false });
    expect(error.message).toMatch(/^nothing is sent to .* is not in the internet/);
  });

  test.each([
    [["127.0.0.1"]],
    [["8.8.8.8", "192.168.1.1"]],
    [["::ffff:10.0.0.1"]],
    [["2002:a9fe:a9fe::"]],
    [["169.254.169.254"]],
  ])("a name that leads to %j is refused", async (addresses) => {
    const resolve = aResolver(addresses);
    const error = await failureOf(
      anOutbound({ allowedHosts: [] }, { resolve }).post("https://evil.example/", message),
    );
    expect(error).toMatchObject({ code: "notify-failed", retryable: false });
    expect(resolve.asked).toEqual(["evil.example"]);
  });

  test("is served when its address or its range is listed, and when its name is", async () => {
    const { url, port, got } = await aTarget();
    for (const allowedHosts of [["127.0.0.1"], ["127.0.0.0/8"]]) {
      expect((await anOutbound({ allowedHosts }).post(url, message)).status).toBe(200);
    }
    const resolve = aResolver(["127.0.0.1"]);
    const named = anOutbound({ allowedHosts: ["Hook.Lan"] }, { resolve });
    expect((await named.post(`http://hook.lan.:${port}/`, message)).status).toBe(200);
    expect(got.at(-1)).toMatchObject({ body: "hello", headers: { host: `hook.lan.:${port}` } });
  });

  test("is fetched under the same rules", async () => {
    const { url, got } = await aTarget((response) => response.writeHead(204).end());
    expect((await anOutbound({ allowedHosts: ["127.0.0.1"] }).get(url)).status).toBe(204);
    expect(got).toMatchObject([{ body: "" }]);
    const error = await failureOf(anOutbound({ allowedHosts: [] }).get("https://127.0.0.1/"));
    expect(error).toMatchObject({ code: "notify-failed", retryable: false });
  });

  test("a listed name leads never to a metadata service", async () => {
    const resolve = aResolver(["169.254.169.254"]);
    const error = await failureOf(
      anOutbound({ allowedHosts: ["hook.lan"] }, { resolve }).post("http://hook.lan/", message),
    );
    expect(error.message).toContain("its address 169.254.169.254 is not in the internet");
  });

  test("a listed address opens no other", async () => {
    const error = await failureOf(anOutbound().post("https://127.0.0.2/", message));
    expect(error.message).toContain("is not in the internet");
  });
});

describe("a name whose answer changes", () => {
  test("leads to the address that was checked, however often it is asked for", async () => {
    const safe = await aTarget();
    // What the second answer leads to; `localhost` is the name that the system would resolve.
    const resolve = aResolver(["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"]);
    const outbound = anOutbound({ allowedHosts: ["127.0.0.1", "localhost"] }, { resolve });
    const { status } = await outbound.post(`http://localhost:${safe.port}/`, message);
    expect(status).toBe(200);
    expect(resolve.asked).toEqual(["localhost"]);
  });

  test("is checked again at the next message", async () => {
    const { port } = await aTarget();
    const resolve = aResolver(["127.0.0.1"], ["10.0.0.1"]);
    const outbound = anOutbound({ allowedHosts: ["127.0.0.1"] }, { resolve });
    const https = failureOf(outbound.post(`https://rebind.example:${port}/`, message));
    // The first one is let through to a port that speaks no TLS.
    expect((await https).retryable).toBe(true);
    const second = await failureOf(outbound.post(`https://rebind.example:${port}/`, message));
    expect(second.message).toContain("10.0.0.1 is not in the internet");
  });

  test("goes where only the fake resolver knows, not where the system's would lead", async () => {
    const { port, got } = await aTarget();
    const resolve = aResolver(["127.0.0.1"]);
    const outbound = anOutbound({ allowedHosts: ["no-such-host.invalid"] }, { resolve });
    expect((await outbound.post(`http://no-such-host.invalid:${port}/`, message)).status).toBe(200);
    expect(got).toHaveLength(1);
  });
});

describe("plain HTTP and passwords", () => {
  test("plain HTTP is refused for a host that is not listed", async () => {
    const resolve = aResolver(["8.8.8.8"]);
    const error = await failureOf(anOutbound({}, { resolve }).post("http://example.com/", message));
    expect(error.message).toContain("plain HTTP is only for hosts in notify.allowedHosts");
    expect(resolve.asked).toEqual([]);
  });

  test.each(["ftp://127.0.0.1/", "file:///etc/passwd", "no url", ""])("%j is refused", async (url) => {
    expect((await failureOf(anOutbound().post(url, message))).message).toContain("no http or https URL");
  });

  test("a password in the URL is refused and not repeated", async () => {
    const error = await failureOf(anOutbound().post("https://me:hush@example.com/", message));
    expect(error.message).toContain("carries a password");
    expect(error.message).not.toContain("hush");
  });
});

describe("a redirect", () => {
  test.each(["http://127.0.0.1:1/metadata", "https://169.254.169.254/latest/meta-data/", "/elsewhere"])(
    "to %s is an answer and nothing else",
    async (location) => {
      const inside = await aTarget();
      const target = await aTarget((response) => {
        response.writeHead(307, { location: location.replace("127.0.0.1:1", `127.0.0.1:${inside.port}`) });
        response.end();
      });
      const answer = await anOutbound().post(target.url, message);
      expect(answer.status).toBe(307);
      expect(target.got).toHaveLength(1);
      expect(inside.connections()).toBe(0);
    },
  );
});

describe("a target that does not do its part", () => {
  test("one that answers for ever is read up to the bound, and cut", async () => {
    const target = await aTarget((response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", pour);
      pour();
    });
    const { status, body } = await anOutbound({ answerBytes: 1000 }).post(target.url, message);
    expect([status, body.length]).toEqual([200, 1000]);
    await expect.poll(target.connections).toBe(0);
  });

  test.each([
    ["never greets", () => {}],
    ["says half a header", (socket: { write(text: string): void }) => socket.write("HTTP/1.1 200 OK\r\nX-")],
    [
      "announces a body and sends a byte",
      (socket: { write(text: string): void }) =>
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx"),
    ],
  ])("one that %s is given up after its time", async (_, greet) => {
    const clock = createFakeClock();
    let greeted = () => {};
    const isGreeted = new Promise<void>((resolve) => {
      greeted = resolve;
    });
    const target = await aSocketServer((socket) => {
      socket.once("data", () => {
        greet(socket);
        greeted();
      });
    });
    const outbound = createOutbound({ settings: someSettings({ timeoutMs: 700 }), clock });
    const failed = failureOf(outbound.post(target.url, message));
    await isGreeted;
    clock.advance(700);
    expect(await failed).toMatchObject({ code: "notify-failed", retryable: true });
    expect((await failed).message).toBe("127.0.0.1 did not take it: no answer in 700 ms");
    await expect.poll(target.connections).toBe(0);
  });

  test("a resolver that never answers is not waited for", async () => {
    const clock = createFakeClock();
    const outbound = createOutbound({
      settings: someSettings(),
      clock,
      resolve: () => new Promise(() => {}),
    });
    const failed = failureOf(outbound.post("https://slow.example/", message));
    clock.advance(5000);
    expect((await failed).message).toContain("no answer in 5000 ms");
  });

  test.each([
    ["garbage", "\0\x01 this is no HTTP\r\n\r\n"],
    ["nothing", ""],
  ])("one that answers %s has failed for now", async (_, answer) => {
    const target = await aSocketServer((socket) => socket.once("data", () => socket.end(answer)));
    expect(await failureOf(anOutbound().post(target.url, message))).toMatchObject({ retryable: true });
  });

  test("one that is not there, and a name that nobody knows, have failed for now", async () => {
    expect(await failureOf(anOutbound().post("http://127.0.0.1:1/", message))).toMatchObject({
      retryable: true,
    });
    const resolve = async () => {
      throw new Error("ENOTFOUND");
    };
    const error = await failureOf(anOutbound({}, { resolve }).post("https://gone.example/", message));
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining("cannot be resolved") });
    const nothing = await failureOf(
      anOutbound({}, { resolve: aResolver([]) }).post("https://a.example/", message),
    );
    expect(nothing.message).toContain("no address");
  });
});

describe("TLS", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  test("a server without a certificate that is trusted gets nothing", async () => {
    const got: string[] = [];
    const server = createServer(selfSigned, (request, response) => {
      got.push(request.url ?? "");
      response.end();
    });
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const error = await failureOf(anOutbound().post(`https://127.0.0.1:${port}/`, message));
    expect(error.message).toMatch(/self-signed/);
    expect(got).toEqual([]);
  });
});

/** Made for this test alone; nothing trusts it. */
const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQVsQOHJtJrrvnNO/
Q4HPZHLr+j0MbDgXqLvJmKTO7MChRANCAATjCuw45oMnBec6QnAK6WL8k7TtrlMs
tFjHBC0b3mPkpzCSe4/+sMG9EqSr9a6jVH+YQIucztqBfZNRf9FNa2VD
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlTCCATygAwIBAgIUcscxg+xFMgVuerFoKjggLYRQhXIwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMaG9vay5leGFtcGxlMCAXDTI2MTEyNjAyNTUwN1oYDzIxMjYx
MTAyMDI1NTA3WjAXMRUwEwYDVQQDDAxob29rLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATjCuw45oMnBec6QnAK6WL8k7TtrlMstFjHBC0b3mPkpzCS
e4/+sMG9EqSr9a6jVH+YQIucztqBfZNRf9FNa2VDo2QwYjAdBgNVHQ4EFgQUUVp1
xc3CxHiXGgCFGvBMg7tzkPIwHwYDVR0jBBgwFoAUUVp1xc3CxHiXGgCFGvBMg7tz
kPIwDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMC
A0cAMEQCIB4sAelyJFZv+I7BZmIFp8ewcrHHt7RFMWtIazMGiZKhAiBXUfVwBKnS
glIDXWULekdh3U68Dd9mG/7/5M+rOpSwLw==
-----END CERTIFICATE-----`,
};
