import { describe, expect, test } from "vitest";
import type { Answer } from "../../../gateway/api/answer/answering.ts";
import { answerPage } from "../../../gateway/api/answer/page.ts";
import type { Subject } from "../../../gateway/api/answer/subject.ts";
import { languageOf } from "../../../gateway/api/language.ts";
import { apiSettings } from "../../../gateway/api/settings.ts";

const at = Date.parse("2026-01-15T07:06:40Z");
const alarm = { title: { zh: "火警", en: "Fire" }, deviceName: "烟感 1", floor: "3层", at };

function pageOf(
  more: Partial<Subject> = {},
  answer: { name?: string; next?: string } = { next: "token" },
): string {
  const subject: Subject = {
    ...{ target: "incident:i1", site: "xinfa", siteName: "新发小区", building: "12号楼", first: alarm },
    ...{ advice: { zh: "立即拨打119", en: "Call 119" }, others: [], state: "detected", isCleared: false },
    ...{ taken: [], offered: ["acknowledged"], isFire: true, isDrill: false, ...more },
  };
  const shown: Answer = { result: "open", subject, name: "张伟", next: undefined, ...answer };
  return answerPage(shown, { language: "zh", zone: "+08:00", now: at + 3 * 3_600_000 + 120_000 });
}

describe("the page of an alarm", () => {
  test("of a drill says so first, and neither the advice nor a link makes anybody call 119", () => {
    const page = pageOf({ isDrill: true });
    expect(page).toMatch(/<body class="alarm">\s*<p class="drill">【演练】/);
    expect(page).not.toMatch(/tel:119|立即拨打/);
    expect(pageOf()).toMatch(/立即拨打119.*tel:119/s);
    expect(pageOf({ state: "controlled", offered: [] })).not.toContain("tel:119");
    expect(pageOf({ isFire: false })).not.toContain("tel:119");
  });

  test("shows names as texts, whatever stands in them", () => {
    const evil = '"><script>alert(1)</script>';
    const page = pageOf(
      {
        ...{ siteName: evil, building: evil, advice: { zh: evil, en: evil } },
        first: { ...alarm, deviceName: evil, floor: evil, title: { zh: evil, en: evil } },
        others: [{ ...alarm, deviceName: evil }],
        taken: [{ step: "acknowledged", by: evil, at }],
      },
      { name: evil, next: evil },
    );
    expect(page).not.toContain("<script");
    expect(page.match(/&#60;script&#62;/g)?.length).toBeGreaterThan(7);
  });

  test("lists the newest of many further alarms and says how many more there are", () => {
    const others = Array.from({ length: 50 }, (_, n) => ({ ...alarm, deviceName: `烟感-${n + 2}.` }));
    const page = pageOf({ others });
    expect(page.match(/烟感-\d+\./g)).toHaveLength(20);
    expect(page).toMatch(/烟感-51\..*烟感-32\..*\+30/s);
  });

  test("says how long ago, who did what, and that a condition that is over must still be looked at", () => {
    const page = pageOf({ isCleared: true, taken: [{ step: "acknowledged", by: "张伟", at }] });
    for (const text of ["3 小时 2 分钟前", "张伟 (您) 15:06:40 已接警", "仍需现场确认", "UTC+08:00"]) {
      expect(page).toContain(text);
    }
  });
});

test.each([
  [undefined, "zh"],
  ["zh-CN,zh;q=0.9", "zh"],
  ["en", "en"],
  ["en-US,en;q=0.9,zh-CN;q=0.8", "en"],
  ["zh;q=0.5, en ; q=0.4", "zh"],
  ["fr,en;q=0.1", "en"],
  ["fr-FR", "zh"],
  ["en;q=0", "zh"],
  ["en;q=x,;;,", "en"],
  [`${"de,".repeat(400)}en`, "zh"],
])("with the languages %s pages are in %s", (header, language) => {
  expect(languageOf({ headers: header === undefined ? {} : { "accept-language": header } })).toBe(language);
});

test.each([
  ["https://gate.example", true],
  ["http://10.0.0.5:8080/", true],
  ["https://Gate.Example:8443", true],
  ["ftp://gate.example", false],
  ["javascript:alert(1)", false],
  ["https://gate.example/a", false],
  ["https://gate.example/..", false],
  ["https://user@gate.example", false],
  ["https://gate.example?x=1", false],
  ["https://gate.example#x", false],
  ["https://gate.example\\evil.example", false],
  ["gate.example", false],
])("that %s is an address for links is %s", (publicUrl, isRight) => {
  expect(apiSettings.safeParse({ publicUrl }).success).toBe(isRight);
});
