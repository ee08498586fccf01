import { createEmailChannel } from "../../gateway/notify/email.ts";
import { createSmsChannel } from "../../gateway/notify/sms.ts";
import { type TargetOf, targetSettings } from "../../gateway/notify/target-settings.ts";
import { openSmsProvider } from "../support/targets/machines.ts";
import { type Mail, openMailServer } from "../support/targets/mail.ts";
import { objectIn } from "../support/targets/platform.ts";
import { channelContract } from "./channel.contract.ts";
import { outboundTo } from "./channel-subject.ts";

const password = "a-password-of-the-mailbox";
const secret = "an-app-key-of-the-provider";

const parts = [
  ["plain", (mail: Mail) => mail.text],
  ["html", (mail: Mail) => mail.html],
] as const;

for (const [markup, partOf] of parts)
  channelContract(`email, the part in ${markup}`, {
    isForPeople: true,
    markup,
    most: 100_000,
    readsAnswers: false,
    busyMs: undefined,
    timeoutMs: 30_000,
    recipient: { contact: "c1", name: "张三", address: "zhang@example.com" },
    async open({ clock, language, secret: which }) {
      const server = await openMailServer({ user: "linli", password });
      const settings = targetSettings.parse({
        ...{ type: "email", host: "127.0.0.1", port: server.port, tls: "none", user: "linli", password },
        from: "邻里 <linli@example.com>",
      }) as TargetOf<"email">;
      const channel = createEmailChannel({
        ...{ settings, outbound: outboundTo({ clock }), clock },
        password: which === "right" ? password : "wrong-password",
        manner: { language, zone: "+08:00" },
      });
      const texts = () => server.mails.map(partOf);
      return {
        ...{ channel, texts, behave: server.behave, asked: server.asked, close: server.close },
        longest: () => Math.max(...texts().map((text) => Buffer.byteLength(text))),
        secrets: [password, "wrong-password"],
      };
    },
  });

for (const voice of [false, true]) {
  channelContract(voice ? "voice" : "sms", {
    isForPeople: true,
    most: 300,
    readsAnswers: true,
    busyMs: 7000,
    timeoutMs: 5000,
    recipient: { contact: "c1", name: "张三", address: "+86 138-0013-8000" },
    async open({ clock, language, secret: which }) {
      const provider = await openSmsProvider({ secret });
      const settings = targetSettings.parse({
        ...{ type: "sms", voice, url: `${provider.origin}/send`, secret },
        headers: { authorization: "AppKey {secret}" },
        body: { mobile: "{phone}", content: "{text}", ref: "{id}" },
        taken: { field: "result.code", is: "OK" },
      }) as TargetOf<"sms">;
      const channel = createSmsChannel({
        ...{ settings, outbound: outboundTo({ clock }), clock },
        secret: which === "right" ? secret : "wrong-app-key",
        manner: { language, zone: "+08:00" },
      });
      const texts = () => provider.taken.map((got) => String(objectIn(got)?.content));
      return {
        ...{ channel, texts, behave: provider.behave, asked: provider.asked, close: provider.close },
        longest: () => Math.max(...texts().map((text) => [...text].length)),
        secrets: [secret, "wrong-app-key"],
      };
    },
  });
}
