import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createOutbound } from "../../../gateway/notify/outbound.ts";
import { readSecret } from "../../../gateway/notify/target-settings.ts";
import { createWebhookChannel } from "../../../gateway/notify/webhook.ts";
import { aFire } from "../../contract/channel-subject.ts";
import { aTarget, failureOf, type Got, someSettings } from "./support.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const now = Date.parse("2026-01-15T08:00:01.900Z");

function aChannel(url: string) {
  return createWebhookChannel({
    url,
    key: readSecret(secret)!,
    outbound: createOutbound({ settings: someSettings(), clock: createSystemClock() }),
    clock: { now: () => now },
  });
}

test("an alert arrives as a CloudEvent with all that people need", async () => {
  const { url, got } = await aTarget();
  const notification = aFire({ id: "change-1", kind: "alert", step: "raised", alert: "alert-1", by: "王队" });
  await aChannel(url).send({ notification });
  const [{ headers, body, url: path }] = got as [Got];
  expect(path).toBe("/hook");
  expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
  expect(JSON.parse(body)).toEqual({
    specversion: "1.0",
    id: "change-1",
    source: "/linli/sites/xinfa",
    type: "linli.alert.raised",
    subject: "xinfa/waste-bin/bin-7",
    time: "2026-01-15T08:00:00.000Z",
    datacontenttype: "application/json",
    data: {
      ...{ alert: "alert-1", step: "raised", site: "xinfa", siteName: "新发小区", kind: "waste-bin" },
      ...{ device: "bin-7", name: "东门厨余桶", building: "7号楼", floor: "3层", incident: "inc-1" },
      ...{ rule: "fire", severity: "critical", urgency: "fire", values: { temperature: 90 }, by: "王队" },
      title: { zh: "桶内起火", en: "Fire in the bin" },
      advice: { zh: "用干粉灭火器", en: "Use a powder extinguisher" },
      readings: [{ zh: "温度 90 °C", en: "Temperature 90 °C" }],
    },
  });
});

test.each([
  [{ kind: "incident", step: "detected" }, "linli.incident.detected"],
  [{ kind: "call", step: "2" }, "linli.call"],
  [{ kind: "duty-check", step: "due" }, "linli.duty-check"],
  [{ kind: "test", step: "test" }, "linli.test"],
] as const)("%j is an event of the type %s", async (more, type) => {
  const { url, got } = await aTarget();
  await aChannel(url).send({ notification: aFire(more) });
  expect(JSON.parse(got[0]!.body)).toMatchObject({ type });
});

test("an incident without a device is its own subject", async () => {
  const { url, got } = await aTarget();
  const { device: _, ...notification } = aFire();
  await aChannel(url).send({ notification });
  expect(JSON.parse(got[0]!.body)).toMatchObject({ subject: "inc-1" });
});

test("what goes to two people are two events, each with who and where to answer", async () => {
  const { url, got } = await aTarget();
  const send = (contact: string) =>
    aChannel(url).send({
      notification: aFire(),
      recipient: { contact, name: "张三", address: "13800138000" },
      link: `https://gw.example/a/${contact}`,
    });
  await send("c1");
  await send("c2");
  await send("c1");
  expect(got.map(({ headers }) => headers["webhook-id"])).toEqual([
    "0198-fire:c1",
    "0198-fire:c2",
    "0198-fire:c1",
  ]);
  expect(JSON.parse(got[0]!.body)).toMatchObject({
    id: "0198-fire:c1",
    data: { recipient: { contact: "c1", address: "13800138000" }, link: "https://gw.example/a/c1" },
  });
});

test("its signature is what Standard Webhooks asks for, by another implementation of HMAC", async () => {
  const { url, got } = await aTarget();
  await aChannel(url).send({ notification: aFire({ id: "change-2" }) });
  const [{ headers, body }] = got as [Got];
  expect(headers["webhook-timestamp"]).toBe("1768464001");
  const key = await crypto.subtle.importKey(
    "raw",
    Uint8Array.from(atob(secret.slice("whsec_".length)), (letter) => letter.charCodeAt(0)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const [version, signature = ""] = String(headers["webhook-signature"]).split(",");
  expect(version).toBe("v1");
  const verify = (text: string) =>
    crypto.subtle.verify(
      "HMAC",
      key,
      Uint8Array.from(atob(signature), (letter) => letter.charCodeAt(0)),
      new TextEncoder().encode(text),
    );
  const id = headers["webhook-id"];
  expect(await verify(`${id}.${headers["webhook-timestamp"]}.${body}`)).toBe(true);
  expect(await verify(`${id}.${headers["webhook-timestamp"]}.${body} `)).toBe(false);
});

test.each([
  [200, undefined],
  [202, undefined],
  [204, undefined],
  [301, false],
  [302, false],
  [307, false],
  [400, false],
  [401, false],
  [404, false],
  [410, false],
  [408, true],
  [425, true],
  [429, true],
  [500, true],
  [502, true],
  [503, true],
] as const)("an answer of %i may be tried again: %s", async (status, retryable) => {
  const { url, got, port } = await aTarget((response) => response.writeHead(status).end());
  const sent = aChannel(url).send({ notification: aFire() });
  if (retryable === undefined) await sent;
  else {
    const message = expect.stringContaining(`127.0.0.1:${port} answered ${status}`);
    expect(await failureOf(sent)).toMatchObject({ code: "notify-failed", retryable, message });
  }
  expect(got).toHaveLength(1);
});

test("a redirect is told with what to do, and without a path that may be a secret", async () => {
  const { url } = await aTarget((response) =>
    response.writeHead(302, { location: "https://other.example/T0/SECRET" }).end(),
  );
  const { message } = await failureOf(aChannel(url).send({ notification: aFire() }));
  expect(message).toContain("a redirect to other.example; redirects are not followed, set the final address");
  expect(message).not.toContain("SECRET");
});
