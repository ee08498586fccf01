import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import type { SeriesStore } from "../../../gateway/series/contract.ts";
import { openInfluxStore } from "../../../gateway/series/influx/store.ts";
import { aChoice, base, fields, numbered, rawOf } from "../../contract/series-model.ts";
import { anInfluxSetting } from "../../support/influx-settings.ts";

describe("a server whose answers have no end", () => {
  let server: Server;
  let store: SeriesStore;
  let directory: string;
  let answer: (response: ServerResponse) => void;
  let closed: Promise<unknown>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "linli-endless-"));
    server = createServer((request, response) => {
      closed = once(response, "close");
      request.resume().on("end", () => answer(response));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    store = await openInfluxStore({
      settings: anInfluxSetting({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        timeoutMs: 300,
      }),
      fields,
      directory,
      firstPosition: 0,
      retryMaxMs: 1000,
      maxSeries: 100_000,
      clock: createSystemClock(),
    });
  });
  afterEach(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const row = `{"results":[{"statement_id":0,"series":[{"tags":{"device":"b1"},"values":[[${base},1,null]]}]}]}\n`;

  /** Writes as fast as it is read. */
  function pour(response: ServerResponse, text: string): void {
    const more = () => {
      while (!response.closed && response.write(text));
      response.once("drain", more);
    };
    more();
  }

  test.each([200, 400, 500])("a write ends at the time limit when it answers %i", async (status) => {
    answer = (response) => {
      response.writeHead(status, { "content-type": "application/json" });
      pour(response, "x".repeat(1000));
    };
    await expect(store.write(numbered([{}]), 1)).rejects.toMatchObject({
      code: "series-failed",
      retryable: true,
      message: expect.stringContaining("did not answer within 300 ms"),
    });
    await closed;
    expect(store.position()).toBe(0);
  });

  test("a query is ended as soon as there are more values than are allowed", async () => {
    answer = (response) => pour(response.writeHead(200), row);
    await expect(rawOf(store, aChoice(), 1000)).rejects.toMatchObject({ code: "limit-reached" });
    await closed;
  });

  test("a query ends at the time limit, however much of its answer came", async () => {
    answer = (response) => void response.writeHead(200).write(row);
    await expect(rawOf(store, aChoice())).rejects.toThrow("did not answer within 300 ms");
    await closed;
  });

  test("an export goes on, and ends when nobody reads on", async () => {
    answer = (response) => pour(response.writeHead(200), row);
    let pieces = 0;
    for await (const piece of store.rows(aChoice({ fields: ["fill"] }))) {
      expect(piece).toHaveLength(1);
      pieces += 1;
      if (pieces === 10_000) break;
    }
    await closed;
  });

  test("a query that runs ends when the store is closed", async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    answer = asked;
    const query = rawOf(store, aChoice());
    await isAsked;
    await store.close();
    await expect(query).rejects.toMatchObject({ code: "series-failed", retryable: true });
  });
});
