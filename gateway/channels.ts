import { readFileSync } from "node:fs";
import type { Config } from "./config.ts";
import { GatewayError, messageOf } from "./errors.ts";
import { createAlertmanagerChannel } from "./notify/alertmanager.ts";
import type { Channel, Target } from "./notify/contract.ts";
import { createDingtalkChannel, dingtalkUrl } from "./notify/dingtalk.ts";
import { createEmailChannel } from "./notify/email.ts";
import { createFeishuChannel } from "./notify/feishu.ts";
import { createMqttChannel, type PublishAlert } from "./notify/mqtt.ts";
import { createOutbound, type Outbound } from "./notify/outbound.ts";
import { createSmsChannel } from "./notify/sms.ts";
import { readSecret, type TargetOf, type TargetSettings } from "./notify/target-settings.ts";
import { createWebhookChannel } from "./notify/webhook.ts";
import { createWecomChannel, wecomUrl } from "./notify/wecom.ts";
import type { SharedParts } from "./shared-parts.ts";

/**
 * Opens every target of the settings. `publish` reaches the gateway's own broker. Throws `settings-invalid` when the file of a
 * secret cannot be read or holds none.
 */
export function openTargets(
  { config, clock, closers }: Pick<SharedParts, "config" | "clock" | "closers">,
  publish: PublishAlert,
): readonly Target[] {
  const outbound = createOutbound({ settings: config.notify, clock });
  const tools = { outbound, clock, zone: config.ingest.zone, publish };
  return config.notify.targets.map((settings, index) => {
    const place = `notify.targets.${index}`;
    const channel = makers[settings.type](settings as never, place, tools);
    if (channel.close !== undefined) closers.add(place, () => channel.close?.());
    return { ...traitsOf(settings), channel };
  });
}

/** The targets of the settings, for who writes down how a contact is reached. */
export function knownTargets({
  notify,
}: Pick<Config, "notify">): readonly Pick<Target, "name" | "isAddressed">[] {
  return notify.targets.map(traitsOf);
}

interface Tools {
  readonly outbound: Outbound;
  readonly clock: SharedParts["clock"];
  readonly zone: string;
  readonly publish: PublishAlert;
}

/** One line for each type of target. */
const makers: {
  [T in TargetSettings["type"]]: (settings: TargetOf<T>, place: string, tools: Tools) => Channel;
} = {
  webhook: (settings, place, tools) =>
    createWebhookChannel({ ...tools, url: settings.url, key: keyOf(settings, place) }),
  wecom: (settings, place, tools) =>
    createWecomChannel({
      ...tools,
      ...mannerOf(settings, tools),
      url: robotUrl(settings, place, "key", wecomUrl),
    }),
  dingtalk: (settings, place, tools) =>
    createDingtalkChannel({
      ...tools,
      ...mannerOf(settings, tools),
      url: robotUrl(settings, place, "accessToken", dingtalkUrl),
      secret: given(settings, "secret", place),
    }),
  feishu: (settings, place, tools) =>
    createFeishuChannel({
      ...tools,
      ...mannerOf(settings, tools),
      url: urlOf(settings, place),
      secret: given(settings, "secret", place),
    }),
  email: (settings, place, tools) =>
    createEmailChannel({
      ...tools,
      ...mannerOf(settings, tools),
      settings,
      password: given(settings, "password", place),
    }),
  mqtt: (_, __, tools) => createMqttChannel(tools),
  alertmanager: (settings, place, tools) =>
    createAlertmanagerChannel({
      ...tools,
      ...mannerOf(settings, tools),
      url: settings.url,
      authorization: authorizationOf(settings, place),
    }),
  sms: (settings, place, tools) =>
    createSmsChannel({
      ...tools,
      ...mannerOf(settings, tools),
      settings,
      secret: given(settings, "secret", place),
    }),
};

/** What the dispatcher goes by. */
function traitsOf(settings: TargetSettings): Omit<Target, "channel"> {
  const { name, sites, least, type } = settings;
  return {
    ...{ name, sites, least },
    refusesFire: type === "alertmanager",
    isAddressed: type === "sms" || (type === "email" && settings.to === undefined),
    perMinute: "perMinute" in settings ? settings.perMinute : Number.POSITIVE_INFINITY,
    merges: "perMinute" in settings,
  };
}

function mannerOf({ language }: { language: "zh" | "en" }, { zone }: Tools) {
  return { manner: { language, zone } };
}

function keyOf(settings: TargetOf<"webhook">, place: string): Buffer {
  const key = readSecret(given(settings, "secret", place) ?? "");
  if (key !== undefined) return key;
  throw wrong(place, "secretFile", `${settings.secretFile} must hold whsec_ and 24 to 64 bytes in base 64`);
}

/** The whole address of a robot, which may be made of its key alone. */
function robotUrl(settings: object, place: string, key: string, base: string): string {
  const own = given(settings, key, place);
  return own === undefined ? urlOf(settings, place) : `${base}${encodeURIComponent(own)}`;
}

function urlOf(settings: object, place: string): string {
  const url = given(settings, "url", place) ?? "";
  const isFine = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (isFine) return url;
  throw wrong(place, "urlFile", "the file must hold an https URL and nothing else");
}

function authorizationOf(settings: TargetOf<"alertmanager">, place: string): string | undefined {
  const token = given(settings, "token", place);
  if (token !== undefined) return `Bearer ${token}`;
  const password = given(settings, "password", place);
  if (password === undefined) return undefined;
  return `Basic ${Buffer.from(`${settings.user}:${password}`).toString("base64")}`;
}

/** A setting that stands in the settings themselves or in the file that `…File` names. */
function given(settings: object, name: string, place: string): string | undefined {
  const all = settings as Readonly<Record<string, string | undefined>>;
  const file = all[`${name}File`];
  if (file === undefined) return all[name];
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new GatewayError("settings-invalid", `${place}.${name}File: ${messageOf(cause)}`, { cause });
  }
  if (text !== "") return text;
  throw wrong(place, `${name}File`, `${file} is empty`);
}

function wrong(place: string, setting: string, message: string): GatewayError {
  return new GatewayError("settings-invalid", `${place}.${setting}: ${message}`);
}
