import { createHmac } from "node:crypto";
import { cutCharacters } from "./clean.ts";
import type { Channel, Delivery } from "./contract.ts";
import { fitted } from "./fitted.ts";
import { markdownOf, mobileOf } from "./markdown.ts";
import { type CodeMeaning, refuseCode, refuseStatus } from "./refusal.ts";
import { secretsOfUrl } from "./target-settings.ts";
import { type Manner, tell } from "./text.ts";
import type { RobotParts } from "./wecom.ts";

interface DingtalkParts extends RobotParts {
  /** `SEC…` of the robot's security setting 加签; undefined when it is protected by a keyword or an address. */
  readonly secret: string | undefined;
}

/** Where an access token of a group's robot is used. */
export const dingtalkUrl = "https://oapi.dingtalk.com/robot/send?access_token=";

/** Bytes of the whole message: https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages */
const mostBytes = 19_000;

/**
 * The robot of a DingTalk group (钉钉自定义机器人). A recipient whose address is a number is mentioned. More than 20 messages in
 * a minute, and the robot is silent for 10 minutes: https://open.dingtalk.com/document/orgapp/custom-robot-access
 */
export function createDingtalkChannel({ url, secret, manner, outbound, clock }: DingtalkParts): Channel {
  const { host } = new URL(url);
  const secrets = [...secretsOfUrl(url), ...(secret === undefined ? [] : [secret])];
  return {
    type: "dingtalk",
    async send(delivery) {
      const now = clock.now();
      const answer = await outbound.post(secret === undefined ? url : signed(url, secret, now), {
        headers: { "content-type": "application/json; charset=utf-8", "user-agent": "linli" },
        body: JSON.stringify(messageOf(delivery, manner, now)),
      });
      refuseStatus(answer, { host, now, mend });
      const meaningOf = (code: number, reason: string) =>
        code === 310_000 ? protectionOf(reason) : codes[code];
      refuseCode(answer, host, { fields: ["errcode"], reason: "errmsg", meaningOf, secrets });
    },
  };
}

/** The address with the time and its signature, as the platform's page on 加签 has it. */
function signed(url: string, secret: string, now: number): string {
  const target = new URL(url);
  const signature = createHmac("sha256", secret).update(`${now}\n${secret}`).digest("base64");
  target.searchParams.set("timestamp", String(now));
  target.searchParams.set("sign", signature);
  return target.href;
}

function messageOf(delivery: Delivery, manner: Manner, now: number): object {
  const told = tell(delivery, manner, now);
  const mobile = mobileOf(delivery.recipient?.address);
  // A number is mentioned only when it stands in the text too.
  const mention = mobile === undefined ? "" : `@${mobile}\n\n`;
  const text = fitted(told, (one) => mention + markdownOf(one, "\n\n"), { most: mostBytes, unit: "bytes" });
  return {
    msgtype: "markdown",
    markdown: { title: cutCharacters(told.title, 100), text },
    at: { isAtAll: false, atMobiles: mobile === undefined ? [] : [mobile] },
  };
}

const mend = "look at the robot's address in the group's settings, and set its accessToken";
const mutedMs = 600_000;

/** One code for everything that the robot's security settings refuse. */
function protectionOf(reason: string): CodeMeaning {
  if (/keyword/i.test(reason) || reason.includes("关键词")) {
    return {
      retryable: false,
      says: "the robot asks for a keyword; protect it with a signature (加签) instead",
    };
  }
  if (/\bip\b|whitelist/i.test(reason)) {
    return {
      retryable: false,
      says: "the robot takes nothing from this address; add it to the robot's list",
    };
  }
  return {
    retryable: false,
    says: "the signature is wrong; set the robot's secret (SEC…), and look whether this machine's clock is right",
  };
}

/** https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages and the errors of `/robot/send`. */
const codes: Readonly<Record<number, CodeMeaning>> = {
  130101: {
    retryable: true,
    retryAfterMs: mutedMs,
    says: "more than 20 messages in a minute; it is silent for 10",
  },
  660026: {
    retryable: true,
    retryAfterMs: mutedMs,
    says: "more than 20 messages in a minute; it is silent for 10",
  },
  90030: {
    retryable: true,
    retryAfterMs: 3_600_000,
    says: "the company's messages by robots are used up; buy more, or wait for the next period",
  },
  300001: { retryable: false, says: `there is no robot with this token; ${mend}` },
  300005: { retryable: false, says: `there is no robot with this token; ${mend}` },
  400013: { retryable: false, says: "the group was dissolved" },
  400101: { retryable: false, says: `there is no robot with this token; ${mend}` },
  400102: { retryable: false, says: "the robot was switched off; switch it on in the group's settings" },
  400105: { retryable: false, says: "it does not know this type of message" },
};
