import { describe, expect, test } from "vitest";
import { anApi } from "./api-support.ts";

describe("operation", () => {
  test("readiness names the stage that failed", async () => {
    const stages = [
      { stage: "journal", ok: false, detail: "disk full", required: true },
      { stage: "broker", ok: true, detail: "works", required: true },
    ];
    const parts = await anApi({ parts: { health: { live: () => true, ready: () => stages } } });
    const { status, body } = await parts.call("nobody", "GET /health/ready");
    expect([status, body]).toEqual([503, { status: "failing", stages }]);
    expect((await parts.call("nobody", "GET /health/live")).body).toEqual({ status: "ok" });
  });

  test.each([
    ["loopback", { remoteAddress: "127.0.0.1" }, 200],
    ["loopback", { remoteAddress: "10.0.0.9" }, 401],
    ["loopback", { remoteAddress: "127.0.0.1", headers: { "x-forwarded-for": "10.0.0.9" } }, 401],
    ["token", { remoteAddress: "127.0.0.1" }, 401],
    ["everyone", { remoteAddress: "10.0.0.9" }, 200],
  ] as const)("metrics that are open to %s answer %o with %i", async (metricsOpen, from, expected) => {
    const { api } = await anApi({ settings: { metricsOpen } });
    const answer = await api.inject({ method: "GET", url: "/metrics", ...from });
    expect(answer.statusCode).toBe(expected);
  });

  test("metrics carry the API's own counts and no device", async () => {
    const parts = await anApi();
    parts.registry.addDevice("xinfa", { kind: "waste-bin", id: "bin-secret" });
    await parts.call("viewer", "GET /api/v1/sites/xinfa/devices/bin-secret");
    const { body, headers } = await parts.call("nobody", "GET /metrics");
    expect(headers["content-type"]).toContain("text/plain");
    expect(body).toContain('linli_http_responses_total{status="2xx"} 1');
    expect(body).not.toContain("bin-secret");
  });
});

describe("pages", () => {
  test("the first page says in both languages where things are, with no script and a strict policy", async () => {
    const { status, headers, body } = await (await anApi()).call("nobody", "GET /");
    expect(status).toBe(200);
    expect(body).toContain("网关正在运行");
    expect(body).toContain("The gateway is running");
    expect(body).not.toContain("<script");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
  });

  test("every answer carries the security headers", async () => {
    const parts = await anApi();
    for (const route of ["GET /", "GET /api/v1/sites", "GET /nowhere", "GET /docs", "GET /metrics"]) {
      const { headers } = await parts.call("nobody", route);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
      expect(headers["content-security-policy"]).not.toContain("unsafe-eval");
    }
  });

  test("the documentation is served from here, without anything from elsewhere", async () => {
    const parts = await anApi();
    const { status, body } = await parts.call("nobody", "GET /docs");
    expect(status).toBe(200);
    expect(body).not.toMatch(/(src|href)="https?:/);
    expect((await parts.call("nobody", "GET /docs/static/swagger-ui.css")).status).toBe(200);
    expect((await parts.call("nobody", "GET /docs/json")).body.openapi).toBe("3.1.0");
  });

  test("the documentation can be switched off", async () => {
    const parts = await anApi({ settings: { docs: false } });
    expect((await parts.call("nobody", "GET /docs")).status).toBe(404);
  });
});

interface Operation {
  operationId?: string;
  summary?: string;
  responses: Record<string, { content?: object }>;
}

describe("the OpenAPI document", () => {
  async function document() {
    return (await (await anApi()).call("nobody", "GET /openapi.json")).body;
  }

  test("describes every route with an id, a summary, answers and problems", async () => {
    const { openapi, info, paths } = await document();
    expect([openapi, info.version]).toEqual(["3.1.0", "1.2.3"]);
    const faults: string[] = [];
    for (const [path, operations] of Object.entries<Record<string, Operation>>(paths)) {
      for (const [method, { operationId, summary, responses }] of Object.entries(operations)) {
        const good = Object.entries(responses).find(([status]) => status < "300");
        const isDescribed = good !== undefined && (good[0] === "204" || good[1].content !== undefined);
        if (!operationId || !summary || !isDescribed) faults.push(`${method} ${path}`);
        if (path.startsWith("/api/") && !("401" in responses)) faults.push(`${method} ${path} has no 401`);
      }
    }
    expect(faults).toEqual([]);
    expect(Object.keys(paths).length).toBeGreaterThan(25);
  });

  test("refers only to schemas that it has, and carries none that nobody refers to", async () => {
    const { components, paths } = await document();
    const referred = new Set(
      [...JSON.stringify({ components, paths }).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
        ([, name]) => name,
      ),
    );
    expect([...referred].toSorted()).toEqual(Object.keys(components.schemas).toSorted());
  });

  test("lets answers grow, and says which keys requests may have", async () => {
    const { components, paths } = await document();
    expect(JSON.stringify(components.schemas.Device)).not.toContain('"additionalProperties":false');
    const { schema } = paths["/api/v1/sites"].post.requestBody.content["application/json"];
    expect(schema.additionalProperties).toBe(false);
    expect(paths["/api/v1/alerts/{id}/acknowledge"].post.requestBody.required).toBe(false);
  });
});
