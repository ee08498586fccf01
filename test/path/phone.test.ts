import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type AnswerFire, anAnswerFire } from "../support/answer-fire.ts";
import { chromiumPath, openPhone, type PhonePage } from "../support/browser.ts";

/** Where pictures of the pages go, to be looked at; nowhere when it is not set. */
const pictures = process.env.LINLI_TEST_PICTURES;

let fire: AnswerFire;
let phone: PhonePage;

async function look(name: string): Promise<void> {
  if (pictures !== undefined) writeFileSync(join(pictures, `${name}.png`), await phone.screenshot());
}

/** The gateway under a name, as people in a house reach it. */
const at = (path: string) => `http://gate.example:${new URL(fire.gateway.url).port}${path}`;

describe.skipIf(chromiumPath === undefined)("on a real phone browser without scripts", () => {
  afterEach(async () => {
    await phone.close();
    await fire.gateway.stop();
  });

  test.each([
    ["zh-CN", "接警", "待接警", "已记录"],
    ["en-GB", "Acknowledge", "nobody has acknowledged", "Recorded"],
  ])(
    "with the language %s a thumb acknowledges, and goes on to 'on scene'",
    async (language, button, before, done) => {
      fire = await anAnswerFire();
      phone = await openPhone({ language });
      fire.clock.advance(95_000);
      await phone.open(at(fire.linkFor("c-zhang")));
      await look(`answer-${language}-1`);
      const text = await phone.text();
      expect(text).toContain(button);
      expect(text).toContain(before);
      const box = await phone.boxOf("button");
      expect(box.height).toBeGreaterThanOrEqual(60);
      expect(box.width).toBeGreaterThan(300);
      // It is there without scrolling, and nothing makes the page wider than the screen.
      expect(box.y + box.height).toBeLessThan(720);
      expect((await phone.boxOf("html")).width).toBeLessThanOrEqual(360);

      await phone.tap("button");
      await look(`answer-${language}-2`);
      expect(phone.status()).toBe(200);
      expect(await phone.text()).toContain(done);
      fire.clock.advance(120_000);
      await phone.tap('button[value="arrived"]');
      expect((await fire.shown()).times).toMatchObject({
        acknowledged: { by: "张伟" },
        arrived: { by: "张伟" },
      });
      await phone.tap("button");
      await look(`answer-${language}-3`);
      expect((await fire.shown()).state).toBe("controlled");
      for (const { headers } of phone.requests()) expect(headers.referer ?? "").not.toContain("/a/");
    },
  );

  test("somebody who is logged in answers by link too", async () => {
    // The browser goes by its own clock when it drops a cookie.
    fire = await anAnswerFire({ at: Date.now() });
    phone = await openPhone({ language: "zh-CN" });
    const { body } = await fire.gateway.call<{ link: { url: string } }>("POST", "/people", {
      ...{ login: "wang", name: "王芳", grants: [{ role: "firefighter" }] },
    });
    await phone.open(at(new URL(body.link.url).pathname));
    await phone.type('input[type="password"]', "a sentence of some length");
    await phone.tap("button");
    // The printed record is for who has logged in.
    await phone.open(at(`/incidents/${fire.incident.id}`));
    expect(await phone.text()).toContain("火警记录");
    await phone.open(at(fire.linkFor("c-li")));
    await phone.tap("button");
    expect((await fire.shown()).times).toMatchObject({ acknowledged: { by: "李娜" } });
  });

  test("a second phone is told who was first", async () => {
    fire = await anAnswerFire();
    phone = await openPhone({ language: "zh-CN" });
    await phone.open(at(fire.linkFor("c-li")));
    await fetch(fire.gateway.url + fire.linkFor("c-zhang"), { method: "POST" });
    await phone.tap("button");
    await look("answer-taken");
    expect(phone.status()).toBe(409);
    expect(await phone.text()).toMatch(/张伟 15:06:40 已接警. 已有人处理。 您这次按下没有记录/);
  });
});
