import { randomBytes } from "node:crypto";
import { createAlertmanagerChannel } from "../../gateway/notify/alertmanager.ts";
import { readSecret } from "../../gateway/notify/target-settings.ts";
import { createWebhookChannel } from "../../gateway/notify/webhook.ts";
import { openAlertmanager, openReceiver } from "../support/targets/machines.ts";
import type { Platform } from "../support/targets/platform.ts";
import { channelContract } from "./channel.contract.ts";
import { type OpenSubject, outboundTo } from "./channel-subject.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const other = `whsec_${randomBytes(32).toString("base64")}`;
const password = "a-password-of-monitoring";

function subjectOf(platform: Platform, channel: OpenSubject["channel"]): OpenSubject {
  return {
    ...{ channel, behave: platform.behave, asked: platform.asked, close: platform.close },
    texts: () => platform.taken.map(({ body }) => body),
    longest: () => 0,
    secrets: [secret, other, password, "in-the-path"],
  };
}

const machine = { isForPeople: false, readsAnswers: false, busyMs: 7000, timeoutMs: 5000 } as const;

channelContract("webhook", {
  ...machine,
  async open({ clock, secret: which }) {
    const platform = await openReceiver({ secret, now: clock.now });
    const key = readSecret(which === "right" ? secret : other)!;
    const url = `${platform.origin}/hook/in-the-path`;
    return subjectOf(platform, createWebhookChannel({ url, key, outbound: outboundTo({ clock }), clock }));
  },
});

channelContract("alertmanager", {
  ...machine,
  async open({ clock, language, secret: which }) {
    const platform = await openAlertmanager({ password });
    const given = Buffer.from(`linli:${which === "right" ? password : "no"}`).toString("base64");
    const channel = createAlertmanagerChannel({
      url: `${platform.origin}/am/`,
      authorization: `Basic ${given}`,
      manner: { language, zone: "+08:00" },
      ...{ outbound: outboundTo({ clock }), clock },
    });
    return subjectOf(platform, channel);
  },
});
