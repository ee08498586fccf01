import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openTargets } from "../../../gateway/channels.ts";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createClosers } from "../../../gateway/closers.ts";
import { configSchema, secretsOf } from "../../../gateway/config.ts";
import { notifySettings } from "../../../gateway/notify/settings.ts";
import { aFire } from "../../contract/channel-subject.ts";
import { openWecom } from "../../support/targets/robots.ts";

const secret = `whsec_${"A".repeat(40)}`;
const webhook = { type: "webhook", url: "https://example.com/hook", secret };
const sms = { type: "sms", url: "https://sms.example/", body: { to: "{phone}", text: "{text}" } };
const email = { type: "email", host: "mail.example.com", from: "linli@example.com" };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function aFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "linli-targets-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "secret");
  writeFileSync(file, text);
  return file;
}

const faultsOf = (targets: unknown, more: object = {}) =>
  (notifySettings.safeParse({ targets, ...more }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

function open(targets: unknown, more: object = {}) {
  const config = configSchema.parse({ notify: { targets, ...more } });
  const closers = createClosers({ error() {} });
  return openTargets({ config, clock: createSystemClock(), closers }, () => 0);
}

describe("the settings of targets", () => {
  test.each([
    ["a type that nobody knows", [{ type: "fax" }], /^targets\.0\.type: must be one of webhook, wecom/],
    [
      "no secret",
      [{ ...webhook, secret: undefined }],
      /^targets\.0: needs one of secret, secretFile, and not more$/,
    ],
    ["two secrets", [{ ...webhook, secretFile: "/run/s" }], /^targets\.0: needs one of secret, secretFile/],
    [
      "a short secret",
      [{ ...webhook, secret: "whsec_AAAA" }],
      /^targets\.0\.secret: must be whsec_ and 24 to 64/,
    ],
    [
      "plain HTTP",
      [{ ...webhook, url: "http://a.b/" }],
      /^targets\.0\.url: must be https; plain text is only for/,
    ],
    [
      "a password in a URL",
      [{ ...webhook, url: "https://a:b@c.d/" }],
      /^targets\.0\.url: must not carry a user name/,
    ],
    ["another protocol", [{ ...webhook, url: "ftp://a.b/" }], /^targets\.0\.url: must be an https URL$/],
    ["a name with spaces", [{ ...webhook, name: "my hook" }], /^targets\.0\.name: must be 1 to 64 letters/],
    ["a setting that is none", [{ ...webhook, colour: 1 }], /^targets\.0: Unrecognized key/],
    ["two without a name", [webhook, webhook], /^targets\.1\.name: "webhook" is the name of another target/],
    [
      "a robot without an address",
      [{ type: "wecom" }],
      /^targets\.0: needs one of url, urlFile, key, keyFile/,
    ],
    [
      "a robot with two",
      [{ type: "feishu", url: "https://a.b/", urlFile: "f" }],
      /needs one of url, urlFile/,
    ],
    ["a user without password", [{ ...email, user: "me" }], /^targets\.0: needs a password or passwordFile/],
    [
      "a sender that is none",
      [{ ...email, from: "linli" }],
      /^targets\.0\.from: must be an address of e-mail/,
    ],
    [
      "a plain mail server",
      [{ ...email, tls: "none" }],
      /^targets\.0\.tls: must be tls or starttls; plain text/,
    ],
    ["a body without a number", [{ ...sms, body: { text: "{text}" } }], /^targets\.0\.body: needs \{phone\}/],
    [
      "a wrong placeholder",
      [{ ...sms, body: { a: ["{phone} {text} {txt}"] } }],
      /^targets\.0\.body\.a\.0: \{txt\} is no/,
    ],
    ["a secret that is not used", [{ ...sms, secret: "hush" }], /^targets\.0\.body: the secret is not used/],
    ["a secret that is missing", [{ ...sms, headers: { a: "{secret}" } }], /^targets\.0\.secret: is missing/],
    [
      "a name in a header",
      [{ ...sms, headers: { a: "{name}" } }],
      /^targets\.0\.headers\.a: takes letters of ASCII/,
    ],
    [
      "a form with groups",
      [{ ...sms, format: "form", body: { a: { b: "{phone}{text}" } } }],
      /a form has no groups/,
    ],
    ["33 of them", Array.from({ length: 33 }, (_, n) => ({ ...webhook, name: `n${n}` })), /^targets: /],
  ])("refuse %s, and say where", (_, targets, fault) => {
    expect(faultsOf(targets)).toEqual([expect.stringMatching(fault)]);
  });

  test("list the faults of all targets", () => {
    expect(faultsOf([{ type: "fax" }, { ...webhook, secret: "x" }, email])).toHaveLength(2);
  });

  test("take plain text for hosts that are listed", () => {
    const targets = [
      { ...webhook, url: "http://10.0.0.5/" },
      { ...email, tls: "none", host: "mail.lan" },
    ];
    expect(faultsOf(targets, { allowedHosts: ["10.0.0.0/24", "mail.lan"] })).toEqual([]);
    expect(faultsOf([], { allowedHosts: ["http://nvr.lan"] })).toHaveLength(1);
  });

  test("give every secret to the log's list of what it never writes", () => {
    const key = "693a91f6-7000-4bc4";
    const config = configSchema.parse({
      notify: {
        targets: [
          webhook,
          { type: "wecom", url: `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${key}` },
          {
            type: "feishu",
            url: `https://open.feishu.cn/open-apis/bot/v2/hook/${key}-f`,
            secret: "sign-secret",
          },
          { type: "dingtalk", accessToken: "an-access-token", secret: "SEC123" },
          { ...email, user: "me", password: "hush-mail" },
          { ...sms, secret: "hush-sms", headers: { authorization: "{secret}" } },
        ],
      },
    });
    const secrets = [
      secret,
      key,
      `${key}-f`,
      "sign-secret",
      "an-access-token",
      "SEC123",
      "hush-mail",
      "hush-sms",
    ];
    expect(secretsOf(config)).toEqual(expect.arrayContaining(secrets));
  });
});

describe("opening targets", () => {
  test("gives the dispatcher what it goes by", () => {
    const targets = open([
      { ...webhook, sites: ["xinfa"], least: "critical" },
      { type: "wecom", key: "k".repeat(20) },
      { type: "dingtalk", accessToken: "t", perMinute: 5 },
      { type: "feishu", url: "https://open.feishu.cn/open-apis/bot/v2/hook/x" },
      email,
      { ...email, name: "everybody", to: ["a@example.com"] },
      { type: "mqtt" },
      { type: "alertmanager", url: "https://am.example" },
      sms,
      { ...sms, name: "calls", voice: true },
    ]);
    const rows = targets.map(({ name, channel, sites, least, refusesFire, isAddressed, perMinute, merges }) =>
      [name, channel.type, sites?.join(), least, refusesFire, isAddressed, perMinute, merges]
        .map(String)
        .join(" "),
    );
    expect(rows).toEqual([
      "webhook webhook xinfa critical false false Infinity false",
      "wecom wecom undefined major false false 20 true",
      "dingtalk dingtalk undefined major false false 5 true",
      "feishu feishu undefined major false false 100 true",
      "email email undefined major false true 60 true",
      "everybody email undefined major false false 60 true",
      "mqtt mqtt undefined major false false Infinity false",
      "alertmanager alertmanager undefined minor true false Infinity false",
      "sms sms undefined major false true 60 true",
      "calls voice undefined major false true 60 true",
    ]);
  });

  test("reads secrets from files: the whole address of a robot too", async () => {
    const key = "693a91f6-7000-4bc4-97a0-0ec2d5fa5aaa";
    const platform = await openWecom({ key });
    cleanups.push(platform.close);
    const urlFile = aFile(`${platform.origin}/cgi-bin/webhook/send?key=${key}\n`);
    const [target] = open([{ type: "wecom", urlFile }], { allowedHosts: ["127.0.0.1"] });
    await target!.channel.send({ notification: aFire() });
    expect(platform.taken).toHaveLength(1);
  });

  test.each([
    [
      "is not there",
      { ...webhook, secret: undefined, secretFile: "/nowhere/secret" },
      /0\.secretFile: ENOENT/,
    ],
    ["is empty", { type: "wecom", keyFile: () => "\n" }, /0\.keyFile: \S+ is empty/],
    ["holds no secret", { ...webhook, secret: undefined, secretFile: () => "hush" }, /must hold whsec_/],
    [
      "holds no URL",
      { type: "feishu", urlFile: () => "hush" },
      /0\.urlFile: the file must hold an https URL/,
    ],
  ])(
    "a file that %s is a fault of the settings, which is told without what it holds",
    (_, target, message) => {
      const written = Object.fromEntries(
        Object.entries(target).map(([name, value]) => [
          name,
          typeof value === "function" ? aFile(value()) : value,
        ]),
      );
      const opened = () => open([written]);
      expect(opened).toThrow(
        expect.objectContaining({ code: "settings-invalid", message: expect.stringMatching(message) }),
      );
      expect(opened).not.toThrow(/hush/);
    },
  );
});
