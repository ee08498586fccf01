import { createHmac } from "node:crypto";
import type { Channel, Delivery } from "./contract.ts";
import { fitted } from "./fitted.ts";
import { plainOf } from "./markdown.ts";
import { type CodeMeaning, refuseCode, refuseStatus } from "./refusal.ts";
import { secretsOfUrl } from "./target-settings.ts";
import { type Manner, tell } from "./text.ts";
import type { Told, Tone } from "./told.ts";
import type { RobotParts } from "./wecom.ts";

interface FeishuParts extends RobotParts {
  /** Of the robot's security setting 签名校验; undefined when it has none. */
  readonly secret: string | undefined;
}

/**
 * The whole request may have 20 KB, and a card less by what it is wrapped in:
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
const mostBytes = 12_000;

/**
 * The robot of a Feishu or Lark group (飞书自定义机器人). Texts are `plain_text`, which no markup acts in. A recipient is mentioned
 * by his open id or user id. 100 messages a minute and 5 a second.
 */
export function createFeishuChannel({ url, secret, manner, outbound, clock }: FeishuParts): Channel {
  const { host } = new URL(url);
  const secrets = [...secretsOfUrl(url), ...(secret === undefined ? [] : [secret])];
  return {
    type: "feishu",
    async send(delivery) {
      const now = clock.now();
      const answer = await outbound.post(url, {
        headers: { "content-type": "application/json; charset=utf-8", "user-agent": "linli" },
        body: JSON.stringify({
          ...(secret !== undefined && signatureOf(secret, now)),
          msg_type: "interactive",
          card: cardOf(delivery, manner, now),
        }),
      });
      // It says in the body what is wrong, with a status of 400 as well.
      if (answer.status !== 400) refuseStatus(answer, { host, now, mend });
      refuseCode(answer, host, { fields: ["code", "StatusCode"], reason: "msg", meaningOf, secrets });
    },
  };
}

/** The key is what other platforms sign, and the text that is signed is empty. */
function signatureOf(secret: string, now: number) {
  const timestamp = String(Math.floor(now / 1000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64") };
}

function cardOf(delivery: Delivery, manner: Manner, now: number): object {
  const told = tell(delivery, manner, now);
  const address = delivery.recipient?.address;
  // `all` would mention everybody.
  const isId = address !== undefined && /^(?!all$)[A-Za-z0-9_-]{1,64}$/.test(address);
  const content = fitted(told, bodyOf, { most: mostBytes, unit: "bytes" });
  return {
    config: { wide_screen_mode: true },
    header: { template: colours[told.tone], title: { tag: "plain_text", content: told.title } },
    elements: [
      ...(isId ? [{ tag: "div", text: { tag: "lark_md", content: `<at id=${address}></at>` } }] : []),
      { tag: "div", text: { tag: "plain_text", content } },
      ...(told.link === undefined ? [] : [buttonOf(told.link)]),
    ],
  };
}

/** Title and link have places of their own on a card. */
function bodyOf(told: Told): string {
  return plainOf({ ...told, link: undefined })
    .split("\n")
    .slice(1)
    .join("\n");
}

function buttonOf({ text, url }: NonNullable<Told["link"]>): object {
  const button = { tag: "button", text: { tag: "plain_text", content: text }, type: "danger", url };
  return { tag: "action", actions: [button] };
}

const colours: Readonly<Record<Tone, string>> = {
  fire: "red",
  urgent: "orange",
  calm: "blue",
  good: "green",
  drill: "grey",
};

const mend = "copy the robot's address from the group's settings once more";

/** https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
const codes: Readonly<Record<number, CodeMeaning>> = {
  11232: {
    retryable: true,
    retryAfterMs: 5_000,
    says: "more than 5 messages in a second or 100 in a minute",
  },
  19001: { retryable: false, says: `there is no robot at this address; ${mend}` },
  19002: { retryable: false, says: "the message has a part that it does not take" },
  19021: {
    retryable: false,
    says: "the signature is wrong; set the robot's secret, and look whether this machine's clock is right",
  },
  19022: { retryable: false, says: "the robot takes nothing from this address; add it to the robot's list" },
  19024: {
    retryable: false,
    says: "the robot asks for a keyword; protect it with a signature (签名校验) instead",
  },
  19036: { retryable: false, says: "the message is too long" },
};

/** 9499 says both that there were too many and that something is wrong with one. */
function meaningOf(code: number, reason: string): CodeMeaning | undefined {
  if (code !== 9499) return codes[code];
  if (/too many|frequen|limit/i.test(reason)) return codes[11_232];
  return codes[19_002];
}
