import type { Channel, Delivery } from "./contract.ts";
import { fitted } from "./fitted.ts";
import { markdownOf, mobileOf, plainOf } from "./markdown.ts";
import type { Outbound } from "./outbound.ts";
import { type CodeMeaning, refuseCode, refuseStatus } from "./refusal.ts";
import { secretsOfUrl } from "./target-settings.ts";
import { type Manner, tell } from "./text.ts";

/** What a channel to a robot is made of. */
export interface RobotParts {
  /** The whole address, with its key. */
  readonly url: string;
  readonly manner: Manner;
  readonly outbound: Pick<Outbound, "post">;
  readonly clock: { now(): number };
}

/** Where a key of a group's robot is used. */
export const wecomUrl = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=";

/** Bytes of UTF-8 in one message: https://developer.work.weixin.qq.com/document/path/91770 */
const most = { markdown: 4096, text: 2048 } as const;

/**
 * The robot of a WeCom group (企业微信群机器人). A recipient is mentioned: by the number of his mobile, or else by his user id.
 * 20 messages a minute; more are refused with 45009.
 */
export function createWecomChannel({ url, manner, outbound, clock }: RobotParts): Channel {
  const { host } = new URL(url);
  const secrets = secretsOfUrl(url);
  return {
    type: "wecom",
    async send(delivery) {
      const now = clock.now();
      const answer = await outbound.post(url, {
        headers: { "content-type": "application/json; charset=utf-8", "user-agent": "linli" },
        body: JSON.stringify(messageOf(delivery, manner, now)),
      });
      refuseStatus(answer, { host, now, mend });
      refuseCode(answer, host, {
        fields: ["errcode"],
        reason: "errmsg",
        meaningOf: (code) => codes[code],
        secrets,
      });
    },
  };
}

function messageOf(delivery: Delivery, manner: Manner, now: number): object {
  const told = tell(delivery, manner, now);
  const address = delivery.recipient?.address;
  const mobile = mobileOf(address);
  // Only texts can mention a number.
  if (mobile !== undefined) {
    const content = fitted(told, plainOf, { most: most.text, unit: "bytes" });
    return { msgtype: "text", text: { content: withoutMentions(content), mentioned_mobile_list: [mobile] } };
  }
  // `all` would mention everybody.
  const isId = address !== undefined && /^(?!@?all$)[\w.@-]{1,64}$/.test(address);
  const mention = isId ? `<@${address}>\n` : "";
  const content = fitted(told, (one) => mention + markdownOf(one, "\n"), {
    most: most.markdown,
    unit: "bytes",
  });
  return { msgtype: "markdown", markdown: { content } };
}

/** `<@user>` mentions in a text as well. */
function withoutMentions(content: string): string {
  return content.replaceAll("<", "＜").replaceAll(">", "＞");
}

const mend = "look at the robot's address in the group's settings, and set its key";

/** https://developer.work.weixin.qq.com/document/path/90313 */
const codes: Readonly<Record<number, CodeMeaning>> = {
  45009: { retryable: true, retryAfterMs: 60_000, says: "more than 20 messages in a minute" },
  45033: { retryable: true, retryAfterMs: 1_000, says: "too many messages at the same time" },
  93000: { retryable: false, says: `there is no robot with this key; ${mend}` },
  93004: { retryable: false, says: "the robot was switched off; let it in again in the group's settings" },
  93008: { retryable: false, says: `the robot is not in the group; ${mend}` },
  40008: { retryable: false, says: "it does not know this type of message" },
  40058: { retryable: false, says: "the message has a part that it does not take" },
};
