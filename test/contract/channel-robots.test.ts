import { createDingtalkChannel } from "../../gateway/notify/dingtalk.ts";
import { createFeishuChannel } from "../../gateway/notify/feishu.ts";
import { createWecomChannel } from "../../gateway/notify/wecom.ts";
import { objectIn, type Platform } from "../support/targets/platform.ts";
import { openDingtalk, openFeishu, openWecom } from "../support/targets/robots.ts";
import { channelContract } from "./channel.contract.ts";
import { type OpenSubject, outboundTo, type SubjectOptions } from "./channel-subject.ts";

const key = "693a91f6-7000-4bc4-97a0-0ec2d5fa5aaa";
const sign = "SEC0123456789abcdef0123456789abcdef";
const wrong = "00000000-wrong-wrong-wrong-000000000000";

/** What all robots have in common; `textOf` digs out what people read. */
function subjectOf(
  platform: Platform,
  channel: OpenSubject["channel"],
  textOf: (message: Record<string, unknown>) => string,
): OpenSubject {
  const texts = () => platform.taken.map((got) => textOf(objectIn(got)!));
  return {
    ...{ channel, texts, behave: platform.behave, asked: platform.asked, close: platform.close },
    longest: () => Math.max(...texts().map((text) => Buffer.byteLength(text))),
    secrets: [key, sign, wrong],
  };
}

function partsOf({ clock, language }: SubjectOptions) {
  return { manner: { language, zone: "+08:00" }, outbound: outboundTo({ clock }), clock };
}

const robot = { isForPeople: true, readsAnswers: true, busyMs: 7000, timeoutMs: 5000 } as const;

channelContract("wecom", {
  ...robot,
  markup: "markdown",
  most: 4096,
  async open(options) {
    const platform = await openWecom({ key });
    const url = `${platform.origin}/cgi-bin/webhook/send?key=${options.secret === "right" ? key : wrong}`;
    const channel = createWecomChannel({ ...partsOf(options), url });
    return subjectOf(platform, channel, ({ markdown }) => (markdown as { content: string }).content);
  },
});

channelContract("wecom, to a person with a number", {
  ...robot,
  most: 2048,
  recipient: { contact: "c1", name: "张三", address: "138 0013 8000".replaceAll(" ", "") },
  async open(options) {
    const platform = await openWecom({ key });
    const url = `${platform.origin}/cgi-bin/webhook/send?key=${options.secret === "right" ? key : wrong}`;
    const channel = createWecomChannel({ ...partsOf(options), url });
    return subjectOf(platform, channel, ({ text }) => (text as { content: string }).content);
  },
});

channelContract("dingtalk", {
  ...robot,
  markup: "markdown",
  most: 20_000,
  async open(options) {
    const platform = await openDingtalk({ accessToken: key, secret: sign, now: options.clock.now });
    const url = `${platform.origin}/robot/send?access_token=${key}`;
    const secret = options.secret === "right" ? sign : wrong;
    const channel = createDingtalkChannel({ ...partsOf(options), url, secret });
    return subjectOf(platform, channel, ({ markdown }) => (markdown as { text: string }).text);
  },
});

channelContract("feishu", {
  ...robot,
  most: 20_000,
  async open(options) {
    const platform = await openFeishu({ hook: key, secret: sign, now: options.clock.now });
    const url = `${platform.origin}/open-apis/bot/v2/hook/${key}`;
    const secret = options.secret === "right" ? sign : wrong;
    const channel = createFeishuChannel({ ...partsOf(options), url, secret });
    return subjectOf(platform, channel, ({ card }) => plainTexts(card).join("\n"));
  },
});

/** All texts of a card; those that markup acts in are the channel's own. */
function plainTexts(card: unknown): string[] {
  if (typeof card !== "object" || card === null) return [];
  const { tag, content } = card as { tag?: string; content?: string };
  if (tag === "plain_text") return [content ?? ""];
  if (tag === "lark_md") return [content ?? ""];
  return Object.values(card).flatMap(plainTexts);
}
