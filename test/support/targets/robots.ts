import { createHmac } from "node:crypto";
import { z } from "zod";
import { objectIn, openPlatform, type Platform } from "./platform.ts";

const bytes = (most: number) => z.string().refine((text) => Buffer.byteLength(text) <= most);

/** What the page on group robots says: https://developer.work.weixin.qq.com/document/path/91770 */
const wecomMessage = z.discriminatedUnion("msgtype", [
  z.strictObject({ msgtype: z.literal("markdown"), markdown: z.strictObject({ content: bytes(4096) }) }),
  z.strictObject({
    msgtype: z.literal("text"),
    text: z.strictObject({
      content: bytes(2048),
      mentioned_list: z.array(z.string()).optional(),
      mentioned_mobile_list: z.array(z.string()).optional(),
    }),
  }),
]);

/** A WeCom server with one robot. */
export function openWecom({ key }: { key: string }): Promise<Platform> {
  return openPlatform((got) => {
    const refuse = (errcode: number, errmsg: string) => ({ taken: false, body: { errcode, errmsg } });
    if (got.url.pathname !== "/cgi-bin/webhook/send") return { taken: false, status: 404 };
    const given = got.url.searchParams.get("key");
    if (given !== key) return refuse(93000, `invalid webhook url, hint: [${given}], from ip: 10.0.0.1`);
    const parsed = wecomMessage.safeParse(objectIn(got));
    if (!parsed.success) return refuse(40058, `invalid message: ${parsed.error.message}`);
    return { taken: true, body: { errcode: 0, errmsg: "ok" } };
  });
}

const dingtalkMessage = z.strictObject({
  msgtype: z.literal("markdown"),
  markdown: z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
  at: z.strictObject({ isAtAll: z.literal(false), atMobiles: z.array(z.string().regex(/^1\d{10}$/)) }),
});

interface DingtalkRobot {
  readonly accessToken: string;
  readonly secret: string;
  readonly now: () => number;
}

/** A DingTalk server with one robot, which is protected by a signature. */
export function openDingtalk({ accessToken, secret, now }: DingtalkRobot): Promise<Platform> {
  return openPlatform((got) => {
    const refuse = (errcode: number, errmsg: string) => ({ taken: false, body: { errcode, errmsg } });
    const query = got.url.searchParams;
    if (got.url.pathname !== "/robot/send") return { taken: false, status: 404 };
    if (query.get("access_token") !== accessToken) return refuse(300_001, "token is not exist");
    const timestamp = query.get("timestamp") ?? "";
    const expected = createHmac("sha256", secret).update(`${timestamp}\n${secret}`, "utf8").digest("base64");
    if (Math.abs(Number(timestamp) - now()) > 3_600_000 || query.get("sign") !== expected) {
      return refuse(
        310_000,
        `description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳;token=${accessToken}`,
      );
    }
    if (Buffer.byteLength(got.body) > 20_000) return refuse(460_101, "message too long, exceed 20000 bytes");
    const parsed = dingtalkMessage.safeParse(objectIn(got));
    if (!parsed.success) return refuse(400_105, `unsupported msgtype: ${parsed.error.message}`);
    return { taken: true, body: { errcode: 0, errmsg: "ok" } };
  });
}

const plain = z.strictObject({ tag: z.literal("plain_text"), content: z.string().min(1) });
const feishuMessage = z.strictObject({
  timestamp: z.string().optional(),
  sign: z.string().optional(),
  msg_type: z.literal("interactive"),
  card: z.strictObject({
    config: z.strictObject({ wide_screen_mode: z.boolean() }),
    header: z.strictObject({ template: z.enum(["red", "orange", "blue", "green", "grey"]), title: plain }),
    elements: z
      .array(
        z.union([
          z.strictObject({
            tag: z.literal("div"),
            text: z.union([plain, z.strictObject({ tag: z.literal("lark_md"), content: z.string() })]),
          }),
          z.strictObject({
            tag: z.literal("action"),
            actions: z.array(
              z.strictObject({
                tag: z.literal("button"),
                text: plain,
                type: z.literal("danger"),
                url: z.url(),
              }),
            ),
          }),
        ]),
      )
      .min(1),
  }),
});

interface FeishuRobot {
  readonly hook: string;
  readonly secret: string;
  readonly now: () => number;
}

/** A Feishu server with one robot, which is protected by a signature. */
export function openFeishu({ hook, secret, now }: FeishuRobot): Promise<Platform> {
  return openPlatform((got) => {
    const refuse = (code: number, msg: string) => ({ taken: false, body: { code, msg, data: {} } });
    if (got.url.pathname !== `/open-apis/bot/v2/hook/${hook}`) {
      return refuse(19_001, "param invalid: incoming webhook access token invalid");
    }
    if (Buffer.byteLength(got.body) > 20_480) return refuse(19_036, "request body too large");
    const parsed = feishuMessage.safeParse(objectIn(got));
    if (!parsed.success) return { ...refuse(9499, "Bad Request"), status: 400 };
    const { timestamp = "", sign } = parsed.data;
    const expected = createHmac("sha256", Buffer.from(`${timestamp}\n${secret}`)).digest("base64");
    if (Math.abs(Number(timestamp) * 1000 - now()) > 3_600_000 || sign !== expected) {
      return refuse(19_021, "sign match fail or timestamp is not within one hour from current time");
    }
    return {
      taken: true,
      body: { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" },
    };
  });
}
