import { afterEach, describe, expect, test } from "vitest";
import { createSmsChannel } from "../../../gateway/notify/sms.ts";
import { type TargetOf, targetSettings } from "../../../gateway/notify/target-settings.ts";
import { aFire, outboundTo } from "../../contract/channel-subject.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { openSmsProvider } from "../../support/targets/machines.ts";
import { objectIn, openPlatform } from "../../support/targets/platform.ts";
import { failureOf } from "./support.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const clock = createFakeClock();
const secret = "an-app-key";

function aChannel(origin: string, more: object = {}) {
  const settings = targetSettings.parse({
    ...{ type: "sms", url: `${origin}/send`, secret, headers: { authorization: "AppKey {secret}" } },
    body: { mobile: "{phone}", content: "{text}" },
    taken: { field: "result.code", is: "OK" },
    ...more,
  }) as TargetOf<"sms">;
  const manner = { language: "zh", zone: "+08:00" } as const;
  return createSmsChannel({ settings, secret, manner, outbound: outboundTo({ clock }), clock });
}

async function aProvider() {
  const provider = await openSmsProvider({ secret });
  cleanups.push(provider.close);
  return provider;
}

const person = (address: string) => ({ contact: "c1", name: '张"三\\', address });
const link = "https://gw.example/a/7f";

describe("a message to a phone", () => {
  test("is one line that says what, where, and where to answer", async () => {
    const { origin, taken } = await aProvider();
    await aChannel(origin).send({ notification: aFire(), recipient: person("+86 138-0013-8000"), link });
    expect(objectIn(taken[0]!)).toEqual({
      mobile: "+8613800138000",
      content:
        `【火警】桶内起火 · 东门厨余桶。新发小区 7号楼 3层。东门厨余桶 (waste-bin/bin-7)。如确有火情，立即拨打 119。` +
        `2026-01-15 16:00:00。温度 90 °C。用干粉灭火器。 ${link}`,
    });
  });

  test("by voice has no brackets and no link, and says what to do", async () => {
    const { origin, taken } = await aProvider();
    const send = aChannel(origin, {
      voice: true,
      body: { mobile: "{phone}", content: "{text}", at: "{link}" },
    }).send;
    await send({ notification: aFire({ drill: "d1" }), recipient: person("13800138000"), link });
    const { content, at } = objectIn(taken[0]!)!;
    expect(content).toMatch(/^演练。火警。桶内起火 · 东门厨余桶。这是演练，没有火情。/);
    expect(content).toMatch(/请立即到场查看，并在系统中接警。$/);
    expect(at).toBe("");
  });

  test("fills a form as well as JSON, and what it fills in breaks neither", async () => {
    const { origin, taken } = await aProvider();
    const body = { mobile: "{phone}", content: "{text}", who: "{name}", list: "a", drill: "{drill}", x: 1 };
    const form = aChannel(origin, { format: "form", body });
    const json = aChannel(origin, { body: { ...body, list: [{ who: "{name}" }, null, true] } });
    for (const { send } of [form, json])
      await send({ notification: aFire(), recipient: person("13800138000") });
    expect(Object.fromEntries(new URLSearchParams(taken[0]!.body))).toMatchObject({
      ...{ mobile: "13800138000", who: '张"三\\', drill: "false", x: "1" },
    });
    expect(objectIn(taken[1]!)).toMatchObject({
      who: '张"三\\',
      list: [{ who: '张"三\\' }, null, true],
      x: 1,
    });
  });

  test.each(["call me", "", "1388001<script>"])("whose number is %j is not even tried", async (address) => {
    const { origin, taken } = await aProvider();
    const error = await failureOf(
      aChannel(origin).send({ notification: aFire(), recipient: person(address) }),
    );
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringContaining("c1 has no such number"),
    });
    expect(taken).toEqual([]);
  });

  test("that is for nobody in particular is not even tried", async () => {
    const error = await failureOf(aChannel("http://127.0.0.1:1").send({ notification: aFire() }));
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringContaining("nobody in particular"),
    });
  });
});

describe("a provider", () => {
  test.each([
    [{ result: { code: "LIMIT", key: secret } }, /result\.code is LIMIT$/],
    [{ result: { code: secret } }, /result\.code is \[removed\]$/],
    [{ code: "OK" }, /there is no result\.code in its answer/],
    [{ result: null }, /there is no result\.code in its answer/],
  ])("that answers 200 and %j has not taken it", async (body, says) => {
    const platform = await openPlatform(() => ({ taken: true, body }));
    cleanups.push(platform.close);
    const sent = aChannel(platform.origin).send({ notification: aFire(), recipient: person("119") });
    const error = await failureOf(sent);
    expect(error).toMatchObject({ code: "notify-failed", retryable: true });
    expect(error.message).toMatch(says);
  });

  test("whose answers nobody described takes it with any 2xx", async () => {
    const platform = await openPlatform(() => ({ taken: true, status: 202, body: "queued" }));
    cleanups.push(platform.close);
    const { send } = aChannel(platform.origin, { taken: undefined });
    await send({ notification: aFire(), recipient: person("13800138000") });
    expect(platform.taken).toHaveLength(1);
  });
});
