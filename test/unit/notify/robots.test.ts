import { afterEach, describe, expect, test } from "vitest";
import type { Channel } from "../../../gateway/notify/contract.ts";
import { createDingtalkChannel } from "../../../gateway/notify/dingtalk.ts";
import { createFeishuChannel } from "../../../gateway/notify/feishu.ts";
import { createWecomChannel } from "../../../gateway/notify/wecom.ts";
import { aFire, outboundTo } from "../../contract/channel-subject.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { objectIn, openPlatform, type Platform } from "../../support/targets/platform.ts";
import { failureOf } from "./support.ts";

const platforms: Platform[] = [];
afterEach(async () => {
  for (const platform of platforms.splice(0)) await platform.close();
});

const clock = createFakeClock();
const parts = { manner: { language: "zh", zone: "+08:00" }, outbound: outboundTo({ clock }), clock } as const;
const makers = {
  wecom: (url: string) => createWecomChannel({ ...parts, url }),
  dingtalk: (url: string) => createDingtalkChannel({ ...parts, url, secret: undefined }),
  feishu: (url: string) => createFeishuChannel({ ...parts, url, secret: undefined }),
};

/** A robot that answers this to everything. */
async function aRobot(type: keyof typeof makers, body: unknown, status = 200) {
  const platform = await openPlatform(() => ({ taken: true, status, body }));
  platforms.push(platform);
  const channel: Channel = makers[type](`${platform.origin}/robot?key=a-key-of-the-robot`);
  return { channel, message: () => objectIn(platform.taken[0]!)!, got: platform.taken };
}

const person = (address: string) => ({ contact: "c1", name: "张三", address });

describe("an answer of a robot", () => {
  test.each([
    ["wecom", { errcode: 45009, errmsg: "api freq out of limit" }, true, 60_000, /20 messages in a minute/],
    ["wecom", { errcode: 45033, errmsg: "" }, true, 1000, /at the same time/],
    ["wecom", { errcode: 93000, errmsg: "invalid webhook url" }, false, undefined, /set its key/],
    ["wecom", { errcode: -1, errmsg: "system busy" }, true, undefined, /code -1: system busy/],
    ["dingtalk", { errcode: 130101, errmsg: "send too fast" }, true, 600_000, /silent for 10/],
    ["dingtalk", { errcode: 660026, errmsg: "send too fast" }, true, 600_000, /silent for 10/],
    ["dingtalk", { errcode: 90030, errmsg: "webhook over limit" }, true, 3_600_000, /used up/],
    ["dingtalk", { errcode: 310000, errmsg: "keywords not in content" }, false, undefined, /加签/],
    [
      "dingtalk",
      { errcode: 310000, errmsg: "ip 1.2.3.4 not in whitelist" },
      false,
      undefined,
      /robot's list/,
    ],
    ["dingtalk", { errcode: 310000, errmsg: "sign not match" }, false, undefined, /clock is right/],
    ["dingtalk", { errcode: 400102, errmsg: "" }, false, undefined, /switch it on/],
    ["feishu", { code: 11232, msg: "frequency limited" }, true, 5000, /5 messages in a second/],
    ["feishu", { code: 9499, msg: "too many request" }, true, 5000, /5 messages in a second/],
    ["feishu", { code: 9499, msg: "Bad Request" }, false, undefined, /does not take/],
    ["feishu", { code: 19024, msg: "Key Words Not Found" }, false, undefined, /签名校验/],
    ["feishu", { code: 19001, msg: "param invalid" }, false, undefined, /copy the robot's address/],
    ["feishu", { code: 77777, msg: "never seen" }, true, undefined, /code 77777: never seen/],
    ["wecom", [], true, undefined, /no answer of such a robot/],
    ["wecom", { errcode: "0" }, true, undefined, /no answer of such a robot/],
    ["wecom", { code: 0 }, true, undefined, /no answer of such a robot/],
    ["feishu", null, true, undefined, /no answer of such a robot/],
  ] as const)("%s: %j", async (type, answer, retryable, retryAfterMs, says) => {
    const { channel } = await aRobot(type, answer);
    const error = await failureOf(channel.send({ notification: aFire() }));
    expect(error).toMatchObject({ code: "notify-failed", retryable, retryAfterMs });
    expect(error.message).toMatch(says);
  });

  test("is repeated without a key that stands in it, in one short line", async () => {
    const errmsg = `bad a-key-of-the-robot\n${"x".repeat(900)}`;
    const { channel } = await aRobot("wecom", { errcode: 7, errmsg });
    const { message } = await failureOf(channel.send({ notification: aFire() }));
    expect(message).not.toContain("a-key-of-the-robot");
    expect(message).toMatch(/^127\.0\.0\.1:\d+ refused it with code 7: bad \[removed\] x+…$/);
    expect(message.length).toBeLessThan(200);
  });

  test("of Feishu that says what is wrong with status 400 is read", async () => {
    const { channel } = await aRobot("feishu", { code: 19021, msg: "sign match fail" }, 400);
    expect((await failureOf(channel.send({ notification: aFire() }))).message).toContain(
      "the signature is wrong",
    );
  });
});

describe("a recipient", () => {
  test("of WeCom with a number is mentioned in a text", async () => {
    const { channel, message } = await aRobot("wecom", { errcode: 0 });
    await channel.send({ notification: aFire(), recipient: person("+86 13800138000") });
    expect(message()).toMatchObject({ msgtype: "text", text: { mentioned_mobile_list: ["13800138000"] } });
  });

  test("of WeCom with a user id is mentioned in the Markdown", async () => {
    const { channel, message } = await aRobot("wecom", { errcode: 0 });
    await channel.send({ notification: aFire(), recipient: person("zhang.san") });
    expect((message().markdown as { content: string }).content).toMatch(/^<@zhang\.san>\n\*\*【火警】/);
  });

  test("of DingTalk with a number is mentioned where the platform wants it: in the list and in the text", async () => {
    const { channel, message } = await aRobot("dingtalk", { errcode: 0 });
    await channel.send({ notification: aFire(), recipient: person("13800138000") });
    expect(message()).toMatchObject({ at: { isAtAll: false, atMobiles: ["13800138000"] } });
    expect((message().markdown as { text: string }).text).toMatch(/^@13800138000\n\n/);
  });

  test("of Feishu with an id is mentioned on the card", async () => {
    const { channel, message } = await aRobot("feishu", { code: 0 });
    await channel.send({ notification: aFire(), recipient: person("ou_7d8a") });
    expect(JSON.stringify(message())).toContain("<at id=ou_7d8a></at>");
  });

  test.each(["all", "@all", "x> <@all", "x></at><at id=all"])(
    "called %j mentions nobody",
    async (address) => {
      for (const type of ["wecom", "dingtalk", "feishu"] as const) {
        const { channel, message } = await aRobot(type, { errcode: 0, code: 0 });
        await channel.send({ notification: aFire(), recipient: person(address) });
        expect(JSON.stringify(message())).not.toMatch(/<@|<at |"atMobiles":\["|@all/);
      }
    },
  );
});

describe("where a person answers", () => {
  const link = "https://gw.example/answer/7f";

  test.each([
    ["wecom", `[点此确认（无需登录）](${link})`],
    ["dingtalk", `[点此确认（无需登录）](${link})`],
    ["feishu", `"url":"${link}"`],
  ] as const)("%s shows it", async (type, shown) => {
    const { channel, message } = await aRobot(type, { errcode: 0, code: 0 });
    await channel.send({ notification: aFire(), link });
    expect(JSON.stringify(message())).toContain(shown);
  });
});

test("a robot of DingTalk without a secret is asked at its own address", async () => {
  const { channel, got } = await aRobot("dingtalk", { errcode: 0 });
  await channel.send({ notification: aFire() });
  expect(got[0]!.url.search).toBe("?key=a-key-of-the-robot");
});
