import { z } from "zod";
import { parseRange } from "./address.ts";
import { dispatchFields } from "./dispatch-settings.ts";
import { bareHost, isListed, readAllowed } from "./outbound.ts";

/** One target of the webhook channel. */
const webhook = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "must be an https URL" }).refine((text) => {
      const { username, password } = new URL(text);
      return username === "" && password === "";
    }, "must not carry a user name or password; the signature tells who sends"),
    secret: z
      .string()
      .refine((text) => readSecret(text) !== undefined, "must be whsec_ and 24 to 64 bytes in base 64")
      .optional(),
    secretFile: z.string().min(1).optional(),
  })
  .refine(({ secret, secretFile }) => (secret === undefined) !== (secretFile === undefined), {
    message: "needs a secret or a secretFile, and not both",
  });

/** The key in a Standard Webhooks secret; undefined when it is none. */
export function readSecret(text: string): Buffer | undefined {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const bytes = Buffer.from(key ?? "", "base64");
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

const count = (value: number, text: string) => z.int().min(1).default(value).describe(text);

/** Settings of the channels that tell people of alarms. */
export const notifySettings = z
  .object({
    webhooks: z
      .array(webhook)
      .max(16)
      .default([])
      .describe(
        "Targets that critical changes are sent to, up to 16: `url`, and `secret` (whsec_…) or `secretFile` to sign them with.",
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
  .superRefine(({ webhooks, allowedHosts }, context) => {
    const allowed = readAllowed(allowedHosts);
    for (const [index, host] of allowedHosts.entries()) {
      if (parseRange(host) !== undefined || /^[a-z0-9_.-]+$/i.test(host)) continue;
      const message = "must be a host's name, an address, or a range of addresses, without a port";
      context.addIssue({ code: "custom", path: ["allowedHosts", index], message });
    }
    for (const [index, { url }] of webhooks.entries()) {
      if (!URL.canParse(url) || new URL(url).protocol !== "http:") continue;
      if (isListed(bareHost(new URL(url)), allowed)) continue;
      const message = "must be https; plain HTTP is only for hosts in notify.allowedHosts";
      context.addIssue({ code: "custom", path: ["webhooks", index, "url"], message });
    }
  });

/** Parsed settings of the notify folder. */
export type NotifySettings = z.infer<typeof notifySettings>;
