import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readScreens } from "../../../gateway/api/screens/files.ts";
import { anApi } from "./api-support.ts";

const folder = mkdtempSync(join(tmpdir(), "linli-screens-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = "export const app = 1;\n".repeat(100);
mkdirSync(join(folder, "assets"));
for (const [name, content] of Object.entries({
  "index.html": "<title>property</title>",
  "fire.html": "<title>fire</title>",
  "wall.html": "<title>wall</title>",
  "favicon.svg": "<svg/>",
  "secret.env": "PASSWORD=1",
  "assets/app-1a2b.js": script,
  "assets/app-1a2b.js.br": brotliCompressSync(script),
  "assets/app-1a2b.js.gz": gzipSync(script),
})) {
  writeFileSync(join(folder, name), content);
}
const screens = readScreens(folder);

async function aServer() {
  const { api } = await anApi({ parts: { screens } });
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await api.inject({ method: "GET", url, headers });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      bytes: answer.rawPayload,
    };
  };
  return get;
}

describe("the screens", () => {
  test("are there without a session, with a policy that takes everything from here alone", async () => {
    const get = await aServer();
    for (const [path, title] of [
      ["/", "property"],
      ["/devices", "property"],
      ["/devices/xinfa/bin-1?tab=history", "property"],
      ["/incidents", "property"],
      ["/fire", "fire"],
      ["/fire/incidents/1", "fire"],
      ["/wall", "wall"],
    ] as const) {
      const { status, headers, body } = await get(path);
      expect([path, status, body]).toEqual([path, 200, `<title>${title}</title>`]);
      expect(headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(headers["cache-control"]).toBe("no-cache");
      expect(headers["content-security-policy"]).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      );
      expect(headers["content-security-policy"]).not.toContain("unsafe");
    }
  });

  test("are asked for anew each time and sent only when they changed", async () => {
    const get = await aServer();
    const { headers } = await get("/");
    const again = await get("/", { "if-none-match": `W/"old", ${headers.etag}` });
    expect([again.status, again.body]).toEqual([304, ""]);
    expect((await get("/", { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("have files that are kept for ever, in the form that the browser takes", async () => {
    const get = await aServer();
    const path = "/assets/app-1a2b.js";
    const plain = await get(path);
    expect([plain.status, plain.body]).toEqual([200, script]);
    expect(plain.headers).toMatchObject({
      ...{ "cache-control": "public, max-age=31536000, immutable", vary: "Accept-Encoding" },
      "content-type": "text/javascript; charset=utf-8",
    });
    const encodings = ["br", "gzip, deflate, br", "gzip", "br;q=0, gzip", "identity", "br;q=0.5"];
    const taken = await Promise.all(
      encodings.map(async (accepted) => (await get(path, { "accept-encoding": accepted })).headers),
    );
    expect(taken.map((headers) => headers["content-encoding"])).toEqual([
      ...["br", "br", "gzip", "gzip", undefined, "br"],
    ]);
  });

  test.each([
    "/assets/../secret.env",
    "/assets/..%2fsecret.env",
    "/assets/%2e%2e%2fsecret.env",
    "/assets/..%5csecret.env",
    "/secret.env",
    "/index.html",
    "/assets/app-1a2b.js.br",
    "/assets/",
    "/assets/__proto__",
  ])("have no way to %s", async (path) => {
    const { status, headers } = await (await aServer())(path);
    expect([404, 400]).toContain(status);
    expect(headers["content-type"]).toContain("application/problem+json");
  });

  test("leave every other path as it was: the API's, the printed pages, the log-in", async () => {
    const get = await aServer();
    for (const path of ["/api/v1/nothing", "/nothing", "/devicesx", "/api/devices"]) {
      const { status, headers } = await get(path);
      expect([path, status]).toEqual([path, 404]);
      expect(headers["content-type"]).toContain("application/problem+json");
    }
    expect((await get("/incidents/i-1")).status).toBe(401);
    expect((await get("/login")).body).toContain("<form");
  });

  test("that were not built are said to be missing, with what to do", async () => {
    expect(readScreens(join(folder, "nowhere")).size).toBe(0);
    const { call } = await anApi();
    expect((await call("nobody", "GET /")).body).toContain("npm run build");
    expect((await call("nobody", "GET /fire")).status).toBe(404);
  });
});
