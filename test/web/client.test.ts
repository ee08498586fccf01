import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError, sentenceOf } from "../../dashboards/web/api/api-error.ts";
import { call, get, getAll } from "../../dashboards/web/api/client.ts";
import { may, session } from "../../dashboards/web/api/session.ts";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";

let server: Server;
let answer: RequestListener;
const opened: string[] = [];

beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // A browser completes paths by the page that it shows; Node shows none.
  const fetchHere = fetch;
  vi.stubGlobal("fetch", (path: string, options: RequestInit) =>
    fetchHere(`http://127.0.0.1:${port}${path}`, options),
  );
  vi.stubGlobal("location", {
    pathname: "/devices",
    search: "?kind=x",
    assign: (url: string) => opened.push(url),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

function problem(status: number, code: string, more: object = {}): RequestListener {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(
      JSON.stringify({ type: `urn:linli:problem:${code}`, title: "t", status, detail: "why", ...more }),
    );
  };
}

describe("a call", () => {
  test("carries query and body, and leaves out what is empty", async () => {
    answer = (request, response) => response.end(JSON.stringify([request.method, request.url]));
    expect(await call("POST", "/alerts", { query: { a: 1, b: undefined, c: "" }, body: {} })).toEqual([
      "POST",
      "/api/v1/alerts?a=1",
    ]);
  });

  test("that is refused throws what the gateway said, with the place of each fault", async () => {
    answer = problem(400, "invalid-request", { errors: [{ path: "body.name", message: "too long" }] });
    const error = await call("POST", "/sites").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      ...{ status: 400, code: "invalid-request", message: "why" },
      faults: [{ path: "body.name", message: "too long" }],
    });
    setLanguage("zh");
    expect(sentenceOf(error)).toBe("填写的内容有误，请按提示修改。");
  });

  test("that a proxy answers in HTML is told by its status, and no answer at all as such", async () => {
    answer = (_, response) => response.writeHead(502).end("<html>Bad gateway</html>");
    expect(await call("GET", "/sites").catch((thrown: unknown) => thrown)).toMatchObject({
      code: "http-502",
    });
    server.closeAllConnections();
    server.close();
    const error = await call("GET", "/sites").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 0, code: "network" });
  });

  test("without a session leads to the log-in page and back", async () => {
    answer = problem(401, "unauthorised");
    await call("GET", "/sites").catch(() => undefined);
    expect(opened.at(-1)).toBe("/login?to=%2Fdevices%3Fkind%3Dx");
  });

  test("for the same at the same time is made once", async () => {
    let count = 0;
    answer = (_, response) => response.end(String(++count));
    expect(await Promise.all([get("/kinds"), get("/kinds"), get("/sites")])).toHaveLength(3);
    expect(count).toBe(2);
    await get("/kinds");
    expect(count).toBe(3);
  });

  test("reads a list to its end", async () => {
    answer = (request, response) => {
      const cursor = new URL(request.url!, "http://x").searchParams.get("cursor");
      response.end(
        JSON.stringify(cursor === null ? { items: [1, 2], next: "n" } : { items: [3], next: null }),
      );
    };
    expect(await getAll("/alerts")).toEqual([1, 2, 3]);
  });
});

test("a person may do what the gateway says, at the sites that it names", () => {
  const base = { id: "person:1", name: "王", grants: [], operations: null, login: "wang" };
  session.value = { ...base, may: { listAlerts: null, acknowledgeAlert: ["xinfa"] } };
  expect(may("listAlerts", "yida")).toBe(true);
  expect(may("acknowledgeAlert")).toBe(true);
  expect(may("acknowledgeAlert", "xinfa")).toBe(true);
  expect(may("acknowledgeAlert", "yida")).toBe(false);
  expect(may("addSite")).toBe(false);
  session.value = undefined;
  expect(may("listAlerts")).toBe(false);
});
