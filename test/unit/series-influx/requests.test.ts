import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import type { SeriesStore } from "../../../gateway/series/contract.ts";
import { openInfluxStore } from "../../../gateway/series/influx/store.ts";
import type { SeriesSettings } from "../../../gateway/series/settings.ts";
import { openVictoriaStore } from "../../../gateway/series/victoria/store.ts";
import { aChoice, base, fields, numbered, rawOf } from "../../contract/series-model.ts";
import { anInfluxSetting } from "../../support/influx-settings.ts";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

describe("what is sent to a server", () => {
  let server: Server;
  let directory: string;
  let seen: Seen[];
  let answer: (request: Seen) => Answer;
  let store: SeriesStore;

  beforeEach(async () => {
    seen = [];
    answer = () => ({ status: 204 });
    directory = await mkdtemp(join(tmpdir(), "linli-requests-"));
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      request.on("end", () => {
        const url = new URL(request.url ?? "", "http://server");
        const parameters = Object.fromEntries(url.searchParams);
        const { method = "", headers } = request;
        const one = { method, path: url.pathname, parameters, headers, body };
        seen.push(one);
        const { status, body: said } = answer(one);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(said === undefined ? undefined : JSON.stringify(said));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    await store?.close();
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function open(
    given: Partial<SeriesSettings["influx"]>,
    openStore: typeof openInfluxStore = openInfluxStore,
  ): Promise<void> {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    store = await openStore({
      settings: anInfluxSetting({ url, ...given }),
      fields,
      directory,
      firstPosition: 0,
      retryMaxMs: 30_000,
      maxSeries: 100_000,
      clock: createSystemClock(),
    });
  }

  const v2 = { api: "v2", database: "my bucket", org: "物业", token: "t0ken" } as const;
  const readings = numbered([{ values: { fill: 1.5, lidOpen: true, note: '一 "a"' } }]);

  test("opening asks nothing", async () => {
    await open(v2);
    expect(seen).toEqual([]);
  });

  test("a write to InfluxDB 2 and 3 names organisation, bucket and token", async () => {
    await open(v2);
    await store.write(readings, 1);
    expect(seen).toEqual([
      expect.objectContaining({
        method: "POST",
        path: "/api/v2/write",
        parameters: { org: "物业", bucket: "my bucket", precision: "ns" },
        headers: expect.objectContaining({ authorization: "Token t0ken" }),
        body: `bin,site=s1,device=b1 fill=1.5,lidOpen=1i,note="一 \\"a\\"" ${base}000001`,
      }),
    ]);
  });

  test("a write to InfluxDB 1 names database, user and password, if there are any", async () => {
    await open({ database: "db", username: "linli", password: "pass:word" });
    await store.write(readings, 1);
    const [first] = seen;
    expect(first).toMatchObject({ path: "/write", parameters: { db: "db", precision: "ns" } });
    const [scheme, secret = ""] = first?.headers.authorization?.split(" ") ?? [];
    expect([scheme, Buffer.from(secret, "base64").toString()]).toEqual(["Basic", "linli:pass:word"]);
    await store.close();
    await open({ database: "db" });
    await store.write(readings, 2);
    expect(seen[1]?.headers).not.toHaveProperty("authorization");
  });

  test("a query goes to /query of InfluxDB 2 and 3 as well, with the token", async () => {
    answer = () => ({ status: 200, body: { results: [{ statement_id: 0 }] } });
    await open(v2);
    expect(await rawOf(store, aChoice())).toEqual({});
    expect(seen[0]).toMatchObject({
      method: "GET",
      path: "/query",
      parameters: { db: "my bucket", epoch: "ms", chunked: "true" },
      headers: { authorization: "Token t0ken" },
    });
  });

  test("a database that is missing is made once, where the client can: in InfluxDB 1", async () => {
    let exists = false;
    answer = ({ path, parameters }) => {
      if (path === "/query") {
        exists = parameters.q === 'CREATE DATABASE "a \\"b\\""';
        return { status: 200, body: { results: [{}] } };
      }
      return exists ? { status: 204 } : { status: 404, body: { error: 'database not found: "a"' } };
    };
    await open({ database: 'a "b"' });
    expect(await store.write(readings, 1)).toEqual([]);
    expect(seen.map(({ path }) => path)).toEqual(["/write", "/query", "/write"]);
  });

  test("a bucket that is missing is said to be", async () => {
    answer = () => ({ status: 404, body: { code: "not found", message: 'bucket "my bucket" not found' } });
    await open(v2);
    await expect(store.write(readings, 1)).rejects.toMatchObject({
      code: "series-failed",
      retryable: true,
      message: expect.stringMatching(
        /refused 1 lines: HTTP 404: bucket "my bucket" not found; check database, org and api/,
      ),
    });
    expect(store.position()).toBe(0);
  });

  test("a wrong token is said to be wrong, and is in no message", async () => {
    answer = () => ({ status: 401, body: { code: "unauthorized", message: "unauthorized access" } });
    await open(v2);
    const failure = await store.write(readings, 1).catch(String);
    expect(failure).toMatch(/HTTP 401: unauthorized access; check the token/);
    expect(failure).not.toContain("t0ken");
  });

  test("batches that are too long for the server are halved until they fit", async () => {
    const linesOf = ({ body }: Seen) => body.split("\n").length;
    answer = (request) => ({ status: linesOf(request) > 30 ? 413 : 204 });
    await open(v2);
    const many = numbered(Array.from({ length: 100 }, (_, i) => ({ time: base + i })));
    expect(await store.write(many, 100)).toEqual([]);
    expect(
      seen.filter((request) => linesOf(request) <= 30).flatMap(({ body }) => body.split("\n")),
    ).toHaveLength(100);
  });

  test("every line that InfluxDB 2 refuses is found, wherever they are", async () => {
    const isBad = (line: string) => / fill=(3|64|65|99) /.test(line);
    answer = ({ body }) =>
      body.split("\n").some(isBad)
        ? { status: 422, body: { code: "unprocessable entity", message: "failure writing points" } }
        : { status: 204 };
    await open(v2);
    const many = numbered(Array.from({ length: 100 }, (_, i) => ({ time: base + i, values: { fill: i } })));
    const refusals = await store.write(many, 100);
    expect(refusals.map(({ sequence }) => sequence).toSorted((a, b) => a - b)).toEqual([4, 65, 66, 100]);
    expect(refusals[0]?.reason).toBe("HTTP 422: failure writing points");
  });

  test("a line that is quoted in a refusal cannot say how many were refused", async () => {
    const quoting = `unable to parse 'bin,site=s1,device=b1 fill=1,note="dropped=2" 7': bad timestamp`;
    answer = ({ body }) =>
      body.includes("fill=1,") ? { status: 400, body: { error: quoting } } : { status: 204 };
    await open({});
    const bad = { values: { fill: 1, note: "dropped=2" } };
    const refusals = await store.write(numbered([{ values: { fill: 2 } }, bad]), 2);
    expect(refusals).toEqual([{ sequence: 2, reason: `HTTP 400: ${quoting}` }]);
  });

  test("VictoriaMetrics is written to as InfluxDB 1, without texts, and suspect values are marked one by one", async () => {
    await open({ ...v2, username: "u" }, openVictoriaStore);
    const texts = { kind: "big-gate-2", values: { event: "fire" } };
    await store.write(numbered([{ quality: "suspect", values: { fill: 1, mode: "idle" } }, texts]), 2);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      path: "/write",
      parameters: { db: "my bucket", precision: "ns" },
      headers: { authorization: expect.stringMatching(/^Basic /) },
      body: `bin,site=s1,device=b1 fill=1,fill_suspect=1i ${base}000001`,
    });
  });

  test.each([
    { url: "influx:8086", says: /must be an http or https address/ },
    { url: "nonsense", says: /must be an http or https address/ },
    { url: "http://u:p@127.0.0.1:8086", says: /must not carry a user name or password/ },
    { url: "http://127.0.0.1:8086/?db=a", says: /must end with its path/ },
  ])("an address that is none is a wrong setting: $url", async ({ url, says }) => {
    await expect(open({ url })).rejects.toMatchObject({
      code: "settings-invalid",
      path: "series.influx.url",
      message: expect.stringMatching(says),
    });
  });

  test("an answer that is no JSON is a failure of the server, not of the gateway", async () => {
    answer = () => ({ status: 200, body: "no object" });
    await open(v2);
    await expect(rawOf(store, aChoice())).rejects.toMatchObject({ code: "series-failed", retryable: true });
  });
});
