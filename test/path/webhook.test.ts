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
  const events: { id: string; type: string; subject: string; data: Record<string, unknown> }[] = [];
  /** Ids of those that it did not refuse. */
  const taken: string[] = [];
  let answer = (response: ServerResponse) => void response.end();
  const server = createServer(async (request, response) => {
    const event = JSON.parse(await text(request));
    events.push(event);
    answer(response);
    if (response.statusCode < 300) taken.push(event.id);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return {
    events,
    taken,
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

/** A gateway with these webhooks, and a way to set a bin on fire. */
async function aGateway(webhooks: object[]) {
  const targets = webhooks.map((one, i) => ({ type: "webhook", name: `hook-${i}`, ...one }));
  const notify = { targets, allowedHosts: ["127.0.0.1"], retryMs: 5, fireRetryMaxMs: 50, timeoutMs: 60_000 };
  const gateway = await openTestGateway({ config: { notify, alert: { faults: { holdMs: 0 } } } });
  cleanups.push(() => gateway.stop());
  return {
    ...gateway,
    restart: gateway.restart,
    async burn(id: string) {
      const device = await gateway.device("waste-bin", id, { name: "7号楼厨余桶", building: id });
      const client = await device.connect();
      await client.publishAsync(`${device.topic}/telemetry`, '{"burning":true,"temperature":90}', { qos: 1 });
      await client.endAsync();
    },
    /** What became of the fires, by target. */
    async deliveries() {
      const { body } = await gateway.call<{ items: Told[] }>("GET", "/notifications");
      return body.items.flatMap(({ kind, deliveries }) =>
        deliveries.map(({ target, state, reason }) => ({ kind, target, state, reason })),
      );
    },
  };
}

interface Told {
  readonly kind: string;
  readonly deliveries: readonly { target: string; state: string; reason: string | null }[];
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
  // That two of three targets fail is an alert of its own.
  const burning = () => receiver.events.filter(({ subject }) => subject === "xinfa/waste-bin/bin-1");
  await eventually(
    async () => burning(),
    ({ length }) => length === 2,
  );
  const [raised, detected] = burning().toSorted((a, b) => a.type.localeCompare(b.type));
  expect(raised).toMatchObject({
    ...{ specversion: "1.0", type: "linli.alert.raised", subject: "xinfa/waste-bin/bin-1" },
    data: { rule: "fire", severity: "critical", name: "7号楼厨余桶", title: { en: expect.any(String) } },
  });
  expect(detected).toMatchObject({ type: "linli.incident.detected", data: { building: "bin-1" } });
  const told = await eventually(gateway.deliveries, (all) =>
    all.some(({ target, state }) => target === "hook-2" && state === "sent"),
  );
  expect(told).toContainEqual({ kind: "alert", target: "hook-0", state: "waiting", reason: null });
  expect(told).toContainEqual({
    ...{ kind: "alert", target: "hook-1", state: "waiting" },
    reason: expect.stringContaining("is not in the internet"),
  });
});

test("a target that fails gets everything that it missed, also after a restart, and is an alert until it takes it", async () => {
  const receiver = await aReceiver();
  const gateway = await aGateway([{ url: receiver.url, secret }]);
  const ask = async () => {
    const { body } = await gateway.call<{ items: { rule: string; state: string }[] }>(
      "GET",
      "/alerts?severity=major",
    );
    return body.items.find(({ rule }) => rule === "channel-failed")?.state;
  };
  receiver.answerWith(503);
  await gateway.burn("bin-1");
  await eventually(ask, (state) => state === "raised");
  await gateway.restart();
  await gateway.burn("bin-2");
  receiver.answerWith(204);
  const isAll = (all: Awaited<ReturnType<typeof gateway.deliveries>>) =>
    all.length >= 4 && all.every(({ state }) => state === "sent");
  await eventually(gateway.deliveries, isAll);
  await eventually(ask, (state) => state === "cleared");
  const taken = new Set(receiver.taken);
  const fires = receiver.events.filter(({ id, type }) => taken.has(id) && type === "linli.incident.detected");
  expect(new Set(fires.map(({ subject }) => subject))).toEqual(
    new Set(["xinfa/waste-bin/bin-1", "xinfa/waste-bin/bin-2"]),
  );
});

test("a start with a secret that cannot be read says which", async () => {
  const targets = [
    { type: "webhook", name: "hook", url: "https://example.com/", secretFile: join(folder, "none") },
  ];
  await expect(openTestGateway({ config: { notify: { targets } } })).rejects.toMatchObject({
    code: "settings-invalid",
    message: expect.stringContaining("notify.targets.0.secretFile: ENOENT"),
  });
});
