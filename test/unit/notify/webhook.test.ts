import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createOutbound } from "../../../gateway/notify/outbound.ts";
import { notifySettings, readSecret } from "../../../gateway/notify/settings.ts";
import { createWebhookChannel } from "../../../gateway/notify/webhook.ts";
import { aNotification, aTarget, failureOf, type Got, someSettings } from "./support.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const now = Date.parse("2026-01-15T08:00:01.900Z");

function aChannel(url: string) {
  return createWebhookChannel({
    url,
    key: readSecret(secret)!,
    outbound: createOutbound({ settings: someSettings(), clock: createSystemClock() }),
    clock: { now: () => now },
    describe: () => ({ title: { zh: "火警", en: "Fire" }, name: "7号楼厨余桶", building: undefined }),
  });
}

test("a change arrives as a CloudEvent with all that people need", async () => {
  const { url, got } = await aTarget();
  await aChannel(url).send(aNotification());
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
      ...{ alert: "alert-1", step: "raised", site: "xinfa", kind: "waste-bin", device: "bin-7" },
      ...{ rule: "fire", severity: "critical", values: { temperature: 90 } },
      ...{ title: { zh: "火警", en: "Fire" }, name: "7号楼厨余桶" },
    },
  });
});

test("its signature is what Standard Webhooks asks for, by another implementation of HMAC", async () => {
  const { url, got } = await aTarget();
  await aChannel(url).send(aNotification("change-2"));
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
  const sent = aChannel(url).send(aNotification());
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
  const { message } = await failureOf(aChannel(url).send(aNotification()));
  expect(message).toContain("a redirect to other.example; redirects are not followed, set the final address");
  expect(message).not.toContain("SECRET");
});

test.each([
  ["http://example.com/", {}, "url"],
  ["ftp://example.com/", {}, "url"],
  ["https://me:hush@example.com/", {}, "url"],
  ["https://example.com/", { secret: "short" }, "secret"],
  ["https://example.com/", { secret: `whsec_${randomBytes(10).toString("base64")}` }, "secret"],
  ["https://example.com/", { secret: undefined }, 0],
  ["https://example.com/", { secretFile: "/run/secret" }, 0],
])("the settings refuse %s with %j", (url, more, place) => {
  const { error } = notifySettings.safeParse({ webhooks: [{ url, secret, ...more }] });
  expect(error?.issues.map(({ path }) => path.at(-1))).toEqual([place]);
});

test("the settings take plain HTTP for hosts that are listed", () => {
  const webhooks = [
    { url: "http://nvr.lan:9000/", secret },
    { url: "http://10.0.0.5/", secret },
  ];
  expect(notifySettings.safeParse({ webhooks, allowedHosts: ["nvr.lan", "10.0.0.0/24"] }).success).toBe(true);
  expect(notifySettings.safeParse({ allowedHosts: ["http://nvr.lan"] }).success).toBe(false);
});
