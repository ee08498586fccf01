import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { eventually, openTestGateway } from "../support/gateway.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const folder = mkdtempSync(join(tmpdir(), "linli-hook-"));
const cleanups: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** A receiver that answers as it is told from one request to the next. */
async function aReceiver() {
  const events: { id: string; data: Record<string, unknown> }[] = [];
  let answer = (response: ServerResponse) => void response.end();
  const server = createServer(async (request, response) => {
    events.push(JSON.parse(await text(request)));
    answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return {
    events,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    answerWith(status: number) {
      answer = (response) => void response.writeHead(status).end();
    },
  };
}

/** Takes connections and says nothing for ever. */
async function aFrozenTarget(): Promise<string> {
  const server = createTcp((socket) => {
    cleanups.push(() => socket.destroy());
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A gateway with these targets, and a way to set a bin on fire. */
async function aGateway(webhooks: object[]) {
  const notify = { webhooks, allowedHosts: ["127.0.0.1"], retryMs: 5, timeoutMs: 60_000 };
  const gateway = await openTestGateway({ config: { notify } });
  cleanups.push(() => gateway.stop());
  return {
    ...gateway,
    url: gateway.url,
    async burn(id: string) {
      const device = await gateway.device("waste-bin", id, { name: "7号楼厨余桶" });
      const client = await device.connect();
      await client.publishAsync(`${device.topic}/telemetry`, '{"burning":true,"temperature":90}', { qos: 1 });
      await client.endAsync();
    },
  };
}

test("a fire reaches a webhook beside one that is frozen and one inside of the network", async () => {
  const receiver = await aReceiver();
  const secretFile = join(folder, "secret");
  writeFileSync(secretFile, `${secret}\n`);
  const gateway = await aGateway([
    { url: await aFrozenTarget(), secret },
    { url: "https://169.254.169.254/latest/meta-data/", secret },
    { url: receiver.url, secretFile },
  ]);
  await gateway.burn("bin-1");
  await eventually(
    async () => receiver.events,
    ({ length }) => length === 1,
  );
  expect(receiver.events[0]).toMatchObject({
    ...{ specversion: "1.0", type: "linli.alert.raised", subject: "xinfa/waste-bin/bin-1" },
    data: { rule: "fire", severity: "critical", name: "7号楼厨余桶", title: { en: expect.any(String) } },
  });
  const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text();
  const page = await eventually(metrics, (page) =>
    /alarms_sent_total\{channel="webhook:127[^}]*\} 1/.test(page),
  );
  expect(page).toContain('alarms_failed_total{channel="webhook:169.254.169.254"} 1');
  expect(page).toContain("linli_alarms_waiting 1");
});

test("a target that fails gets what it missed, and is an alert until it takes it", async () => {
  const receiver = await aReceiver();
  const gateway = await aGateway([{ url: receiver.url, secret }]);
  const ask = async () => {
    const { body } = await gateway.call<{ items: { rule: string; state: string }[] }>(
      "GET",
      "/alerts?severity=major",
    );
    return body.items.find(({ rule }) => rule === "webhook-failed")?.state;
  };
  receiver.answerWith(503);
  await gateway.burn("bin-1");
  await eventually(ask, (state) => state === "raised");
  receiver.answerWith(204);
  // Whether the first one was given up by then or not: the next one is taken.
  await gateway.burn("bin-2");
  await eventually(ask, (state) => state === "cleared");
  expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(2);
  expect(receiver.events.length).toBeGreaterThan(2);
});

test("a start with a secret that cannot be read says which", async () => {
  const webhooks = [{ url: "https://example.com/", secretFile: join(folder, "none") }];
  await expect(openTestGateway({ config: { notify: { webhooks } } })).rejects.toMatchObject({
    code: "settings-invalid",
    message: expect.stringContaining("notify.webhooks.0.secretFile: ENOENT"),
  });
});
