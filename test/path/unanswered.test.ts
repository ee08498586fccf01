import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { eventually, openTestGateway } from "../support/gateway.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Numbers that ring nowhere. */
const phones = { wang: "00000001", office: "00000002" };
const names = new Map(Object.entries(phones).map(([name, phone]) => [phone, name]));

/** A provider of short messages and calls, and what it was asked for: `sms 1001 …`. */
async function aProvider() {
  const got: { readonly how: string; readonly to: string; readonly text: string }[] = [];
  const server = createServer(async (request, response) => {
    const { to, text: said } = JSON.parse(await text(request));
    got.push({ how: request.url?.slice(1) ?? "", to, text: said });
    response.setHeader("content-type", "application/json");
    response.end('{"code":0}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  cleanups.push(() => server.close().closeAllConnections());
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("a fire that nobody answers goes up the chain over a restart, and stops when somebody follows his link", async () => {
  const clock = createFakeClock();
  const { got, url } = await aProvider();
  const body = { to: "{phone}", text: "{text}" };
  const targets = [
    { type: "sms", name: "sms", url: `${url}/sms`, body },
    { type: "sms", name: "voice", voice: true, url: `${url}/voice`, body },
  ];
  const gateway = await openTestGateway({
    clock,
    config: {
      notify: { targets, allowedHosts: ["127.0.0.1"] },
      api: { publicUrl: "http://linli.test" },
      trial: { selfTestMs: 0 },
    },
  });
  cleanups.push(() => gateway.stop());
  await gateway.call("POST", "/sites/xinfa/crews", { id: "east", name: "东区微站" });
  for (const [id, role, crew] of [
    ["wang", "member", "east"],
    ["office", "supervisor", undefined],
  ] as const) {
    const ways = ["sms", "voice"].map((target) => ({ target, address: phones[id] }));
    const contact = { id, name: `${id}!`, role, ...(crew && { crew }), ways };
    expect((await gateway.call("POST", "/sites/xinfa/contacts", contact)).status).toBe(201);
  }
  const detector = await gateway.device("fire-detector", "d1", { name: "大厅烟感", building: "12号楼" });
  const client = await detector.connect();
  await client.publishAsync(
    `${detector.topic}/telemetry`,
    JSON.stringify({ smoke: true, seq: 1, boot: "a" }),
    {
      qos: 1,
    },
  );
  await client.endAsync();

  const calls = () => got.map(({ how, to }) => `${how} ${names.get(to)}`);
  /** Lets time pass, and waits for everybody who is to be called by then: nothing is under way when it passes on. */
  async function after(ms: number, wanted: readonly string[]): Promise<void> {
    clock.advance(ms);
    const all = await eventually(
      async () => calls(),
      ({ length }) => length >= before.length + wanted.length,
    );
    expect(all.slice(before.length).toSorted()).toEqual(wanted.toSorted());
    before = all;
  }
  let before: string[] = [];
  await after(0, ["sms wang"]);
  expect(got[0]?.text).toContain("大厅烟感");
  clock.advance(24_000);
  await gateway.restart();
  await after(1_000, ["voice wang"]);
  await after(35_000, ["sms wang"]);
  await after(25_000, ["voice wang", "sms office", "voice office"]);
  await after(35_000, ["sms wang"]);

  const link = /http:\/\/linli\.test(\/a\/[\w.-]+)/.exec(
    got.findLast(({ to }) => to === phones.wang)!.text,
  )![1]!;
  const page = await fetch(gateway.url + link);
  expect(await page.text()).toContain("大厅烟感");
  const done = await fetch(gateway.url + link, { method: "POST" });
  expect(done.status).toBe(200);
  expect((await fetch(gateway.url + link, { method: "POST" })).status).toBe(409);
  for (let i = 0; i < 3; i++) clock.advance(60_000);
  const { body: list } = await gateway.call<{ items: { id: string; times: object }[] }>("GET", "/incidents");
  expect(list.items[0]?.times).toMatchObject({ acknowledged: { by: "wang!" } });
  expect(calls()).toEqual(before);
  const record = await fetch(`${gateway.url}/incidents/${list.items[0]!.id}`, {
    headers: { authorization: `Bearer ${gateway.token}` },
  }).then((answer) => answer.text());
  for (const said of ["呼叫，第几级", "wang! (sms)", "office! (voice)", "已送达"])
    expect(record).toContain(said);
});
