import { afterEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createEmailChannel } from "../../../gateway/notify/email.ts";
import { createOutbound } from "../../../gateway/notify/outbound.ts";
import { type TargetOf, targetSettings } from "../../../gateway/notify/target-settings.ts";
import { aFire, hostileName } from "../../contract/channel-subject.ts";
import { openMailServer } from "../../support/targets/mail.ts";
import { failureOf, someSettings } from "./support.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Options {
  readonly more?: object;
  readonly isSecure?: boolean;
  readonly allowedHosts?: string[];
}

async function aMailbox({ more = {}, isSecure = false, allowedHosts = ["127.0.0.1"] }: Options = {}) {
  const server = await openMailServer({ user: "linli", password: "p", isSecure });
  cleanups.push(server.close);
  const settings = targetSettings.parse({
    ...{ type: "email", host: "127.0.0.1", port: server.port, tls: "none", user: "linli", password: "p" },
    from: "邻里 <linli@example.com>",
    ...more,
  }) as TargetOf<"email">;
  const clock = createSystemClock();
  const outbound = createOutbound({ settings: someSettings({ allowedHosts }), clock });
  const manner = { language: "zh", zone: "+08:00" } as const;
  const channel = createEmailChannel({ settings, password: settings.password, manner, outbound, clock });
  return { ...server, channel };
}

const person = (address: string) => ({ contact: "c1", name: "张三", address });

describe("a mail", () => {
  test("to a person has a text, the same as a page, and says that a program sent it", async () => {
    const { channel, mails } = await aMailbox();
    const link = "https://gw.example/a/7f?x=1&y=2";
    await channel.send({ notification: aFire(), recipient: person("zhang@example.com"), link });
    const [mail] = mails;
    expect(mail).toMatchObject({ from: "linli@example.com", to: ["zhang@example.com"] });
    expect(mail!.headers.get("subject")).toBe("【火警】桶内起火 · 东门厨余桶");
    expect(mail!.headers.get("from")).toBe("邻里 <linli@example.com>");
    expect(mail!.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail!.headers.get("x-priority")).toMatch(/^1/);
    expect(mail!.text).toContain(link);
    expect(mail!.html).toContain('<a href="https://gw.example/a/7f?x=1&#38;y=2">');
  });

  test("to a group goes to its list in one piece", async () => {
    const { channel, mails } = await aMailbox({ more: { to: ["a@example.com", "b@example.com"] } });
    await channel.send({ notification: aFire() });
    expect(mails.map(({ to }) => to)).toEqual([["a@example.com", "b@example.com"]]);
  });

  test("is the same mail when it is sent again, and refers to its incident like the others of it", async () => {
    const { channel, mails } = await aMailbox({ more: { to: ["a@example.com"] } });
    await channel.send({ notification: aFire() });
    await channel.send({ notification: aFire() });
    await channel.send({ notification: aFire({ id: "0199-ack", step: "acknowledged" }) });
    const ids = mails.map(({ headers }) => headers.get("message-id"));
    expect(ids).toEqual(["<0198-fire@example.com>", "<0198-fire@example.com>", "<0199-ack@example.com>"]);
    expect(new Set(mails.map(({ headers }) => headers.get("references")))).toEqual(
      new Set(["<incident-inc-1@example.com>"]),
    );
  });

  test("has no header and no recipient of a name's making", async () => {
    const { channel, mails } = await aMailbox({ more: { to: ["a@example.com"] } });
    await channel.send({ notification: aFire({ id: `x>\r\nBcc: y@evil.example`, deviceName: hostileName }) });
    const [mail] = mails;
    expect(mail!.to).toEqual(["a@example.com"]);
    expect([...mail!.headers.keys()]).not.toContain("bcc");
    expect(mail!.headers.get("message-id")).toBe("<x___Bcc__y_evil.example@example.com>");
  });
});

describe("a mail that is not taken", () => {
  test("because nobody has the address is not sent again", async () => {
    const { channel } = await aMailbox();
    const error = await failureOf(
      channel.send({ notification: aFire(), recipient: person("x@elsewhere.example") }),
    );
    expect(error).toMatchObject({ code: "notify-failed", retryable: false });
    expect(error.message).toContain("no such user here");
  });

  test("because it is for nobody says what the settings lack", async () => {
    const { channel } = await aMailbox();
    const error = await failureOf(channel.send({ notification: aFire() }));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining("no list `to`") });
  });

  test("because the server's certificate is not trusted says where to look", async () => {
    const { channel, mails } = await aMailbox({
      isSecure: true,
      more: { tls: "tls", to: ["a@example.com"] },
    });
    const error = await failureOf(channel.send({ notification: aFire() }));
    expect(error.message).toMatch(/certificate.*; look at its certificate, and at `tls` and `port`/);
    expect(mails).toEqual([]);
  });

  test("because the server offers no encryption sends no password", async () => {
    const { channel, mails } = await aMailbox({ more: { tls: "starttls", to: ["a@example.com"] } });
    const error = await failureOf(channel.send({ notification: aFire() }));
    expect(error.message).toMatch(/look at its certificate, and at `tls` and `port`/);
    expect(mails).toEqual([]);
  });

  test("because the server is inside and not listed is not even tried", async () => {
    const { channel } = await aMailbox({ more: { tls: "tls", to: ["a@example.com"] }, allowedHosts: [] });
    const error = await failureOf(channel.send({ notification: aFire() }));
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringContaining("not in the internet"),
    });
  });

  test("in plain text is only for hosts that are listed", async () => {
    const { channel } = await aMailbox({ more: { to: ["a@example.com"] }, allowedHosts: [] });
    const error = await failureOf(channel.send({ notification: aFire() }));
    expect(error.message).toContain("plain text is only for hosts in notify.allowedHosts");
  });
});
