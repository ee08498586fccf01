import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { type Area, defineArea, wordsOf } from "../../dashboards/web/i18n/words.ts";
import { readSources, root } from "../house/sources.ts";

const files = readSources("dashboards/web").filter(
  ({ path, text }) => path.endsWith(".ts") && /export const \w+ = defineArea\(/.test(text),
);
const areas = (
  await Promise.all(
    files.map(async ({ path, text }) => {
      const [, name = ""] = /export const (\w+) = defineArea\(/.exec(text) ?? [];
      const module = (await import(relative(import.meta.dirname, `${root}/${path}`))) as Record<string, Area>;
      return Object.entries(module[name] ?? {}).map(([key, words]) => ({ key: `${path} ${key}`, ...words }));
    }),
  )
).flat();

describe("the dictionaries", () => {
  test("say everything in both languages, with the same values in it", () => {
    expect(areas.length).toBeGreaterThan(60);
    const faults = areas.flatMap(({ key, zh, en }) => {
      if (zh.trim() === "" || en.trim() === "") return [`${key} is empty`];
      return String(holesOf(zh)) === String(holesOf(en)) ? [] : [`${key}: ${holesOf(zh)} / ${holesOf(en)}`];
    });
    expect(faults).toEqual([]);
  });

  test("have Chinese in the Chinese texts and none in the English ones", () => {
    const han = /[\u4e00-\u9fff]/;
    const faults = areas.filter(({ zh, en }) => han.test(en) || (!han.test(zh) && /[a-z]{4}/i.test(zh)));
    expect(faults.map(({ key }) => key)).toEqual([]);
  });

  test("fill in values, and follow the language", () => {
    const t = wordsOf(defineArea({ left: { zh: "还剩 {count} 个，共 {all}", en: "{count} of {all} left" } }));
    setLanguage("zh");
    expect(t("left", { count: 2, all: 5 })).toBe("还剩 2 个，共 5");
    setLanguage("en");
    expect(t("left", { count: 0, all: 5 })).toBe("0 of 5 left");
  });
});

function holesOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).toSorted();
}
