import { z } from "zod";
import { parseRange } from "./address.ts";
import { dispatchFields } from "./dispatch-settings.ts";
import { bareHost, isListed, readAllowed } from "./outbound.ts";
import { type TargetSettings, targetSettings } from "./target-settings.ts";

const count = (value: number, text: string) => z.int().min(1).default(value).describe(text);

/** Settings of the channels that tell people of alarms. */
export const notifySettings = z
  .object({
    targets: z
      .array(targetSettings)
      .max(32)
      .default([])
      .describe(
        "Where people and machines are told of alerts, up to 32: `type` (webhook, wecom, dingtalk, feishu, email, mqtt, alertmanager, sms) and what each needs; docs/notifications.md shows them.",
      ),
    allowedHosts: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "Hosts that targets may have although they are inside: names, addresses, ranges such as 192.168.1.0/24. They may be plain HTTP.",
      ),
    timeoutMs: count(5_000, "Longest time of one attempt, from resolving the name to the whole answer, ms."),
    answerBytes: count(16_384, "Bytes of a target's answer that are read; the rest is cut off."),
    ...dispatchFields,
  })
  .superRefine(({ targets, allowedHosts }, context) => {
    const allowed = readAllowed(allowedHosts);
    for (const [index, host] of allowedHosts.entries()) {
      if (parseRange(host) !== undefined || /^[a-z0-9_.-]+$/i.test(host)) continue;
      const message = "must be a host's name, an address, or a range of addresses, without a port";
      context.addIssue({ code: "custom", path: ["allowedHosts", index], message });
    }
    for (const [index, target] of targets.entries()) {
      if (targets.some((other, at) => at < index && other.name === target.name)) {
        const message = `"${target.name}" is the name of another target; each needs its own`;
        context.addIssue({ code: "custom", path: ["targets", index, "name"], message });
      }
      const plain = plainHostOf(target);
      if (plain === undefined || isListed(plain.host, allowed)) continue;
      const message = `${plain.right}; plain text is only for hosts in notify.allowedHosts`;
      context.addIssue({ code: "custom", path: ["targets", index, plain.setting], message });
    }
  });

/** The host that a target speaks to in plain text, by its settings. */
function plainHostOf(target: TargetSettings) {
  if (target.type === "email") {
    return target.tls === "none"
      ? { host: target.host, setting: "tls", right: "must be tls or starttls" }
      : undefined;
  }
  if (!("url" in target) || target.url === undefined || !URL.canParse(target.url)) return undefined;
  const url = new URL(target.url);
  return url.protocol === "http:"
    ? { host: bareHost(url), setting: "url", right: "must be https" }
    : undefined;
}

/** Parsed settings of the notify folder. */
export type NotifySettings = z.infer<typeof notifySettings>;
