import { afterEach, expect, test } from "vitest";
import { createMqttChannel } from "../../../gateway/notify/mqtt.ts";
import { aFire } from "../../contract/channel-subject.ts";
import {
  aBroker,
  aClient,
  anAccount,
  cleanUp,
  identify,
  publish,
  type RawClient,
  subscribe,
  type TestBroker,
} from "../broker/support.ts";

afterEach(cleanUp);

const root = "linli/v1/xinfa/alerts";

function aChannel({ broker }: TestBroker) {
  return createMqttChannel({
    publish: (topic, payload, { retain }) => broker.publish({ topic, payload, qos: 1, retain }),
    zone: "+08:00",
    clock: { now: () => Date.parse("2026-01-15T08:00:00Z") },
  });
}

async function listener(port: number, name: string, filter: string): Promise<RawClient> {
  const client = await aClient(port, name);
  client.send(subscribe(filter));
  await client.next("suback");
  return client;
}

async function nextOf(client: RawClient) {
  const { topic, payload, retain } = await client.next("publish");
  const text = String(payload);
  return { topic, retain, body: text === "" ? undefined : JSON.parse(text) };
}

test("a siren gets fires alone, and an app everything of its site", async () => {
  const broker = await aBroker();
  const siren = await listener(broker.port, "siren", `${root}/fire/#`);
  const app = await listener(broker.port, "app", `${root}/#`);
  const other = await listener(broker.port, "other", "linli/v1/life/alerts/#");
  const channel = aChannel(broker);
  await channel.send({ notification: aFire({ id: "n1", kind: "alert", urgency: "normal", step: "raised" }) });
  await channel.send({ notification: aFire({ id: "f1", kind: "call", step: "1" }) });
  await channel.send({ notification: aFire({ id: "f2", kind: "call", step: "2", site: "life" }) });

  expect(await nextOf(siren)).toEqual({
    topic: `${root}/fire/call`,
    retain: false,
    body: expect.objectContaining({ id: "f1", incident: "inc-1", at: "2026-01-15T08:00:00.000Z" }),
  });
  expect((await nextOf(app)).topic).toBe(`${root}/normal/alert`);
  expect((await nextOf(app)).body.text.zh).toContain("桶内起火");
  expect((await nextOf(other)).body.id).toBe("f2");
});

test("a siren that comes back during a fire learns of it, also after a restart, until it is over", async () => {
  const first = await aBroker();
  await aChannel(first)
    .send({ notification: aFire() })
    .catch(() => {});
  await first.broker.stop();
  const second = await aBroker({ directory: first.directory });
  const channel = aChannel(second);
  const siren = await listener(second.port, "siren", `${root}/open/+`);
  expect(await nextOf(siren)).toMatchObject({
    topic: `${root}/open/inc-1`,
    retain: true,
    body: { step: "detected" },
  });

  await listener(second.port, "app", `${root}/fire/#`);
  await channel.send({ notification: aFire({ step: "acknowledged", by: "王队" }) });
  expect(await nextOf(siren)).toMatchObject({ retain: false, body: { step: "acknowledged", by: "王队" } });
  await channel.send({ notification: aFire({ step: "closed" }) });
  expect(await nextOf(siren)).toMatchObject({ topic: `${root}/open/inc-1`, body: undefined });
  // What comes late opens nothing again.
  await channel.send({ notification: aFire({ step: "arrived" }) });
  await channel.send({ notification: aFire({ step: "noted" }) });
  const late = await listener(second.port, "late", `${root}/#`);
  await channel.send({ notification: aFire({ id: "last", kind: "call", step: "1" }) });
  expect((await nextOf(late)).body.id).toBe("last");
});

test("a fire that nobody hears is not taken, anything else is", async () => {
  const channel = aChannel(await aBroker());
  await expect(channel.send({ notification: aFire() })).rejects.toMatchObject({
    code: "notify-failed",
    retryable: true,
    message: `nobody is subscribed to ${root}/fire/incident`,
  });
  await channel.send({ notification: aFire({ urgency: "normal", kind: "alert", step: "raised" }) });
});

test("nobody but the gateway reaches those who listen to alerts: no device, no account, no will", async () => {
  const forger = anAccount("forger", ["linli/v1/#"], []);
  const broker = await aBroker({
    identify: (name, password) => (name === "forger" ? forger : identify(name, password)),
  });
  const siren = await listener(broker.port, "siren", "linli/#");
  const account = await aClient(broker.port, "forger", {
    will: { topic: `${root}/open/inc-1`, payload: Buffer.from("will"), qos: 1, retain: true },
  });
  account.send(publish(`${root}/fire/incident`, { payload: "forged", messageId: 1, retain: true }));
  await account.next("puback");
  account.end();
  await expect.poll(() => broker.taken.map(({ will }) => will)).toEqual([false, true]);

  const device = await aClient(broker.port, "xinfa/b1");
  device.send(subscribe(`${root}/#`));
  expect((await device.next("suback")).granted).toEqual([128]);

  await aChannel(broker).send({ notification: aFire({ id: "real", kind: "call", step: "1" }) });
  expect((await nextOf(siren)).body.id).toBe("real");
});
