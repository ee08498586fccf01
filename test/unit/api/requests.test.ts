import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { openApi } from "../../../gateway/api/server.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { aBin, anApi } from "./api-support.ts";

describe("a request that is not right", () => {
  test("is answered with problem details that name each fault and its place", async () => {
    const parts = await anApi();
    const { status, headers, body } = await parts.call("admin", "POST /api/v1/sites", {
      id: "a b",
      colour: 1,
    });
    expect(status).toBe(400);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ type: "urn:linli:problem:invalid-request", status: 400 });
    expect(body.errors.map((fault: { path: string }) => fault.path)).toEqual([
      "body.id",
      "body.name",
      "body.colour",
    ]);
    expect(body.detail).toContain("body.colour: unknown key; known are id, name");
  });

  test.each([
    ["an unknown key in the query", "GET /api/v1/sites?colour=1", "query.colour"],
    ["a limit that is too large", "GET /api/v1/sites?limit=501", "query.limit"],
    ["a cursor of another list", "GET /api/v1/sites?cursor=%25", "query.cursor"],
    ["a severity that does not exist", "GET /api/v1/alerts?severity=minor,loud", "query.severity.1"],
    ["an id that is no id", "GET /api/v1/sites/a%20b", "params.site"],
  ])("%s is named", async (_what, route, path) => {
    const { status, body } = await (await anApi()).call("admin", route);
    expect([status, body.errors[0].path]).toEqual([400, path]);
  });

  test("is told the place in its body also by the parts behind the routes", async () => {
    const parts = await anApi();
    const again = await parts.call("admin", "POST /api/v1/sites", { id: "xinfa", name: "x" });
    expect([again.status, again.body.errors]).toEqual([409, [expect.objectContaining({ path: "body.id" })]]);
  });

  test("never says what failed inside", async () => {
    const broken = { live: () => true, ready: () => fail() };
    const parts = await anApi({ parts: { health: broken } });
    const { status, body } = await parts.call("nobody", "GET /health/ready");
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("secret");

    function fail(): never {
      throw new TypeError("secret of the inside");
    }
  });

  test.each([
    ["a body that is no JSON", { payload: "{", type: "application/json" }, 400],
    ["a body of an unknown type", { payload: "x", type: "text/strange" }, 415],
    [
      "a body that is too long",
      { payload: JSON.stringify({ id: "x".repeat(2000) }), type: "application/json" },
      413,
    ],
    [
      "a body that reaches for the prototype",
      { payload: '{"__proto__":{"a":1}}', type: "application/json" },
      400,
    ],
  ])("%s is refused", async (_what, { payload, type }, expected) => {
    const parts = await anApi({ settings: { bodyBytes: 1024 } });
    const answer = await parts.call("admin", "POST /api/v1/sites", payload, { "content-type": type });
    expect([answer.status, answer.body.status]).toEqual([expected, expected]);
  });

  test.each(["GET /nowhere", "GET /api/v1/nowhere", "PUT /api/v1/sites"])(
    "%s has no answer",
    async (route) => {
      const { status, body } = await (await anApi()).call("admin", route);
      expect([status, body.type]).toEqual([404, "urn:linli:problem:not-found"]);
    },
  );

  test("a path that cannot be decoded is refused with the same headers as everything", async () => {
    const { status, headers, body } = await (await anApi()).call("admin", "GET /%zz");
    expect([status, body.status]).toEqual([400, 400]);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("bytes that are no HTTP are answered and the connection is closed", async () => {
    const parts = await anApi();
    const { port } = await parts.api.listen();
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(port, "127.0.0.1", () => socket.write("BREW coffee\r\n\r\n"));
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain("urn:linli:problem:invalid-request");
  });
});

describe("a token", () => {
  test.each([
    ["no token", {}],
    ["a token that is not known", { authorization: "Bearer linli_0000000000_x" }],
    ["another scheme", { authorization: "Basic YTpi" }],
  ])("%s is answered 401 with the scheme", async (_what, headers: Record<string, string>) => {
    const answer = await (await anApi()).call("nobody", "GET /api/v1/sites", undefined, headers);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="linli"');
  });

  test("is shown once, works, and stops when it is removed", async () => {
    const parts = await anApi();
    const made = await parts.call("admin", "POST /api/v1/tokens", {
      name: "duty",
      role: "viewer",
      site: "yida",
    });
    expect(made.status).toBe(201);
    const bearer = { authorization: `Bearer ${made.body.token}` };
    const sites = await parts.call("nobody", "GET /api/v1/sites", undefined, bearer);
    expect(sites.body.items.map(({ id }: { id: string }) => id)).toEqual(["yida"]);
    const list = await parts.call("admin", "GET /api/v1/tokens");
    expect(list.body.items).toContainEqual(
      expect.objectContaining({ id: made.body.id, name: "duty", role: "viewer", site: "yida" }),
    );
    expect(JSON.stringify(list.body)).not.toContain(made.body.token);
    expect((await parts.call("admin", `DELETE /api/v1/tokens/${made.body.id}`)).status).toBe(204);
    expect((await parts.call("nobody", "GET /api/v1/sites", undefined, bearer)).status).toBe(401);
    expect((await parts.call("admin", `DELETE /api/v1/tokens/${made.body.id}`)).status).toBe(404);
  });

  test("a service account is made, listed and removed", async () => {
    const parts = await anApi();
    const account = { name: "bridge", publish: ["zigbee2mqtt/#"], subscribe: [] };
    const { status, body } = await parts.call("admin", "POST /api/v1/accounts", account);
    expect(status).toBe(201);
    const password = Buffer.from(body.credentials.password);
    expect(parts.access.identify("bridge", password)?.publish).toEqual(["zigbee2mqtt/#"]);
    expect((await parts.call("admin", "GET /api/v1/accounts")).body.items).toMatchObject([account]);
    expect((await parts.call("admin", "DELETE /api/v1/accounts/bridge")).status).toBe(204);
    expect(parts.access.identify("bridge", password)).toBeUndefined();
    expect((await parts.call("admin", "DELETE /api/v1/accounts/bridge")).status).toBe(404);
  });
});

describe("bounds", () => {
  test("an address that asks too often is told to wait; health is always answered", async () => {
    const parts = await anApi({ settings: { requestsPerSecond: 1, requestsBurst: 2 } });
    const ask = async () => (await parts.call("viewer", "GET /api/v1/sites")).status;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    expect((await parts.call("nobody", "GET /health/live")).status).toBe(200);
    parts.clock.advance(1000);
    expect(await ask()).toBe(200);
    expect(await parts.metrics.text()).toContain('linli_http_refused_total{reason="rate"} 1');
  });

  test("a client that takes too long to send its headers is answered and cut", async () => {
    const parts = await anApi({ settings: { headersTimeoutMs: 100, requestTimeoutMs: 100 } });
    const { port } = await parts.api.listen();
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nhost: x\r\n"));
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("connections above the bound are closed at once and counted", async () => {
    const parts = await anApi({ settings: { connections: 1 } });
    const { port } = await parts.api.listen();
    const first = connect(port, "127.0.0.1").on("error", () => {});
    await new Promise((resolve) => first.once("connect", resolve));
    const isOpen = () =>
      new Promise<number>((resolve) => parts.api.server.getConnections((_error, count) => resolve(count)));
    await expect.poll(isOpen).toBe(1);
    await new Promise((resolve) =>
      connect(port, "127.0.0.1")
        .on("error", () => {})
        .on("close", resolve),
    );
    expect(await parts.metrics.text()).toMatch(/^linli_http_connections_refused_total 1$/m);
    first.destroy();
  });

  test("a registry that is full is a conflict and not a reason to wait", async () => {
    const parts = await anApi({ state: { maxSites: 2 } });
    const full = await parts.call("admin", "POST /api/v1/sites", { id: "third", name: "third" });
    expect([full.status, full.body.type]).toEqual([409, "urn:linli:problem:limit-reached"]);
  });

  test("a taken port is named", async () => {
    const parts = await anApi();
    const { port } = await parts.api.listen();
    const settings = { ...parts.settings, port };
    const second = await openApi({ ...parts, settings, metrics: createMetrics() });
    await expect(second.listen()).rejects.toMatchObject({ code: "port-taken" });
    await second.close();
  });

  test("closing cuts a connection that does not end by itself", async () => {
    const parts = await anApi({ settings: { closeGraceMs: 0 } });
    const { port } = await parts.api.listen();
    const closed = new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () =>
        socket.write("POST /api/v1/sites HTTP/1.1\r\nhost: x\r\n"),
      );
      socket.on("error", () => {}).on("close", () => resolve());
    });
    const isOpen = () =>
      new Promise<number>((resolve) => parts.api.server.getConnections((_error, count) => resolve(count)));
    await expect.poll(isOpen).toBe(1);
    await parts.api.close();
    await closed;
  });
});

test("an empty body is none, also where its type is announced", async () => {
  const parts = await anApi();
  aBin(parts);
  const json = { "content-type": "application/json" };
  const rotated = await parts.call(
    "manager",
    "POST /api/v1/sites/xinfa/devices/bin-1/credentials/rotate",
    "",
    json,
  );
  expect(rotated.status).toBe(200);
  const missing = await parts.call("admin", "POST /api/v1/sites", "", json);
  expect([missing.status, missing.body.type]).toEqual([400, "urn:linli:problem:invalid-request"]);
});
