import { describe, expect, test } from "vitest";
import { clean, cutBytes, cutCharacters, withoutMarkup } from "../../../gateway/notify/clean.ts";
import type { Notification } from "../../../gateway/notify/contract.ts";
import { fitted } from "../../../gateway/notify/fitted.ts";
import { plainOf } from "../../../gateway/notify/markdown.ts";
import { tell } from "../../../gateway/notify/text.ts";
import { aFire } from "../../contract/channel-subject.ts";

const at = Date.parse("2026-01-15T08:00:00Z");

function said(more: Partial<Notification>, language: "zh" | "en" = "zh", now = at, link?: string): string {
  const delivery = { notification: aFire(more), ...(link !== undefined && { link }) };
  return plainOf(tell(delivery, { language, zone: "+08:00" }, now));
}

describe("a message", () => {
  test("of a fire, in Chinese", () => {
    expect(said({ by: undefined, link: undefined } as object, "zh", at, "https://gw.example/a/7f")).toBe(
      [
        "【火警】桶内起火 · 东门厨余桶",
        "点此确认（无需登录）: https://gw.example/a/7f",
        "地点: 新发小区 7号楼 3层",
        "设备: 东门厨余桶 (waste-bin/bin-7)",
        "如确有火情，立即拨打 119。",
        "时间: 2026-01-15 16:00:00",
        "读数: 温度 90 °C",
        "建议: 用干粉灭火器",
      ].join("\n"),
    );
  });

  test("of a call in a drill, in English, with how long nobody has answered", () => {
    const more = {
      kind: "call",
      step: "2",
      round: 1,
      drill: "d1",
      during: "maintenance",
      note: "n",
    } as const;
    expect(said(more, "en", at + 400_000)).toBe(
      [
        "[DRILL] [FIRE, nobody has answered] Fire in the bin · 东门厨余桶",
        "This is an exercise, nothing burns.",
        "Place: 新发小区 7号楼 3层",
        "Device: 东门厨余桶 (waste-bin/bin-7)",
        "unanswered for 6 min (stage 2, round 2)",
        "Time: 2026-01-15 16:00:00",
        "Readings: Temperature 90 °C",
        "It came during maintenance; check it.",
        "Note: n",
        "What to do: Use a powder extinguisher",
      ].join("\n"),
    );
  });

  test.each([
    [{ kind: "alert", urgency: "normal", severity: "major", step: "raised" }, "【重要】", false],
    [{ kind: "alert", urgency: "critical", severity: "critical", step: "raised" }, "【紧急】", false],
    [{ kind: "alert", step: "raised" }, "【火警】", true],
    [{ kind: "alert", step: "cleared" }, "【已恢复】", false],
    [{ step: "joined" }, "【火警又起】", true],
    [{ step: "escalated" }, "【火警无人响应】", true],
    [{ step: "acknowledged" }, "【已接警】", false],
    [{ step: "controlled" }, "【火情已控制】", false],
    [{ step: "false-alarm" }, "【误报】", false],
    [{ kind: "call", step: "1" }, "【火警无人应答】", true],
    [{ kind: "call", step: "1", urgency: "critical" }, "【报警无人应答】", false],
    [{ kind: "duty-check", step: "due", urgency: "normal" }, "【值班查岗】", false],
    [{ kind: "test", step: "test", urgency: "normal" }, "【测试】", false],
  ] satisfies [Partial<Notification>, string, boolean][])("of %j begins with %s", (more, head, calls119) => {
    expect(said(more)).toMatch(new RegExp(`^${head}`));
    expect(said(more).includes("119")).toBe(calls119);
    expect(said({ ...more, drill: "d1" })).toMatch(new RegExp(`^【演练】${head}`));
    expect(said({ ...more, drill: "d1" })).not.toContain("119");
  });

  test("that is a test or a duty check says that it is no alarm", () => {
    expect(said({ kind: "test", step: "test", urgency: "normal" })).toContain("没有发生报警");
    expect(said({ kind: "duty-check", step: "due", urgency: "normal" }, "en")).toContain("This is no alarm");
  });
});

describe("a summary", () => {
  const parts = [
    aFire({ id: "1", kind: "alert", step: "raised", urgency: "normal", severity: "major" }),
    aFire({ id: "2", deviceName: "烟感 5" }),
    aFire({ id: "3", kind: "alert", step: "raised", urgency: "normal", severity: "major" }),
    aFire({ id: "4", kind: "alert", step: "cleared", urgency: "normal", severity: "major" }),
    aFire({ id: "5", deviceName: "烟感 6", drill: "d1" }),
  ];
  const summary = { kind: "summary", step: "summary", urgency: "critical", parts } as const;

  test("names each fire with its place, then counts the rest by what it is and where", () => {
    const lines = said(summary).split("\n");
    expect(lines[0]).toBe("【汇总】5 条通知 · 东门厨余桶");
    expect(lines.filter((line) => line.startsWith("·"))).toEqual([
      "· 火警: 桶内起火 新发小区 7号楼 3层 烟感 5",
      "· 【演练】火警: 桶内起火 新发小区 7号楼 3层 烟感 6",
      "· 重要: 桶内起火 × 2 · 新发小区 7号楼",
      "· 已恢复: 桶内起火 × 1 · 新发小区 7号楼",
    ]);
    expect(said(summary)).toContain("119");
  });

  test("of which all are drills, or none is a fire, says nothing of 119", () => {
    expect(said({ ...summary, parts: parts.slice(4) })).not.toContain("119");
    expect(said({ ...summary, parts: [parts[0]!] })).not.toContain("119");
  });

  test("takes as many as there is room for, and counts the others", () => {
    const told = tell({ notification: aFire(summary) }, { language: "zh", zone: "+08:00" }, at);
    const whole = plainOf(told);
    const text = fitted(told, plainOf, { most: [...whole].length - 1, unit: "characters" });
    expect(text).toContain("重要: 桶内起火 × 2");
    expect(text).toMatch(/另有 1 条，请看值班屏幕$/);
    const tiny = fitted(told, plainOf, { most: 80, unit: "characters" });
    expect(tiny).toMatch(/另有 5 条，请看值班屏幕$/);
    expect(tiny).toContain("119");
    expect(tiny).not.toContain("建议");
  });
});

describe("a text of people", () => {
  test.each([
    ["two\r\nlines\u2028and\u0085more", "two lines and more"],
    ["\u202eturned\u2066 \u200bwriting\ufeff", "turned writing"],
    ["see http://evil.example/x", "see http：//evil．example/x"],
    ["me@evil.example", "me＠evil．example"],
    ["www.坏.cn", "www．坏．cn"],
    ["3.5 kPa, V2.1", "3.5 kPa, V2.1"],
    ["7#楼（东）-2_a", "7#楼（东）-2_a"],
  ])("%j is shown as %j", (text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  test("has no markup left", () => {
    expect(withoutMarkup("**b** [a](b) <@x> `c` ~s~ a|b \\ &lt; _i_")).not.toMatch(/[*<>[\]`~|\\&_@]/);
  });

  test("is cut between two characters", () => {
    expect(cutBytes("火火火", 9)).toBe("火火火");
    expect(cutBytes("火火火火", 11)).toBe("火火…");
    expect(cutBytes("a𠮷𠮷", 8)).toBe("a𠮷…");
    expect(cutCharacters("𠮷𠮷𠮷", 2)).toBe("𠮷…");
  });
});
