import { describe, expect, test } from "vitest";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { sayFault } from "../../dashboards/web/property/duty/faults.ts";
import type { Chain, ContactFields, CrewFields } from "../../gateway/duty/contract.ts";
import { at, someDuty } from "../unit/duty/support.ts";

const hour = 3_600_000;
const targets = [
  { name: "sms", isAddressed: true },
  { name: "group", isAddressed: false },
];

/** People and duty with one full crew, where every bound is near. */
function aSite() {
  const settings = { maxContacts: 3, maxCrews: 2, maxWays: 1, maxShifts: 1, maxStages: 6 };
  const made = someDuty({ targets, settings });
  const { crews, contacts } = made.duty;
  crews.add("xinfa", { id: "east", name: "东区" });
  contacts.add("xinfa", { id: "wang", name: "王建国", role: "leader", crew: "east", person: "person-1" });
  made.shift("wang", "east", at(20, "08:00"), at(20, "20:00"));
  return made.duty;
}

/** What the gateway says when it refuses. */
function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "was taken";
}

describe("what the gateway refuses is said in Chinese and English", () => {
  const person = { name: "李秀兰", role: "member", crew: "east" } as const;
  const contact = (more: Partial<ContactFields>) =>
    refusalOf(() => aSite().contacts.add("xinfa", { ...person, ...more }));
  const crew = (more: Partial<CrewFields>) =>
    refusalOf(() => aSite().crews.add("xinfa", { name: "西区", ...more }));
  const way = { target: "sms", address: "1" };
  const fill = (times: number, work: () => unknown) => {
    for (let index = 0; index < times; index++) work();
  };

  test.each([
    ["a name that is too long", contact({ name: "长".repeat(65) }), "1 到 64 个字"],
    ["an invisible character", contact({ name: "a\u0000b" }), "看不见的字符"],
    ["a member without a crew", contact({ crew: undefined }), "选一个消防队"],
    ["a crew that is gone", contact({ crew: "no" }), "没有“no”这个消防队"],
    ["a log-in that is gone", contact({ person: "no" }), "登录账号已不存在"],
    ["a log-in of another", contact({ person: "person-1" }), "已经是“王建国”的"],
    ["too many ways", contact({ ways: [way, way] }), "最多保留 1 种"],
    ["an unknown channel", contact({ ways: [{ ...way, target: "fax" }] }), "没有“fax”这个渠道"],
    ["a group", contact({ ways: [{ ...way, target: "group" }] }), "“group”发到群里"],
    ["a way without an address", contact({ ways: [{ ...way, address: " " }] }), "1 到 256 个字"],
    ["a crew's name twice", crew({ name: "东区" }), "同名的消防队"],
    ["an unknown station", crew({ station: "no" }), "没有“no”这台设备"],
    ["an unknown building", crew({ buildings: ["9号楼"] }), "9号楼"],
    ["an unknown neighbour", crew({ neighbours: ["no"] }), "邻队已不存在"],
    ["nobody in a shift", crew({ least: 0 }), "1 到 100 人"],
    ["a time that is none", crew({ checks: { planned: ["25:00"], random: undefined } }), "24 小时制"],
    [
      "more random checks than fit",
      crew({ checks: { planned: [], random: { times: 9, from: "22:00", to: "06:00" } } }),
      "22:00 至 06:00 之间最多再随机查 8 次",
    ],
    ["a crew that has members", refusalOf(() => aSite().crews.remove("xinfa", "east")), "“东区”还有联系人"],
  ])("%s", (_, message, said) => expectSaid(message, said));

  test("what is full", () => {
    const duty = aSite();
    const addContact = () => duty.contacts.add("xinfa", { name: "李", role: "supervisor" });
    expectSaid(
      refusalOf(() => fill(4, addContact)),
      "最多 3 个联系人",
    );
    let count = 0;
    const addCrew = () => duty.crews.add("xinfa", { name: `队 ${++count}` });
    expectSaid(
      refusalOf(() => fill(3, addCrew)),
      "最多 2 个消防队",
    );
  });

  const shift = (contact: string, from: number, to: number) =>
    refusalOf(() => aSite().shifts.add("xinfa", { crew: "east", contact, from, to, leads: false }));
  test.each([
    ["somebody who is gone", shift("no", at(21), at(21, "08:00")), "没有“no”这个联系人"],
    ["an end before the beginning", shift("wang", at(21, "08:00"), at(21)), "结束要晚于开始"],
    ["three days", shift("wang", at(21), at(21) + 72 * hour), "最长 48 小时"],
    ["somebody who is busy", shift("wang", at(20, "09:00"), at(20, "10:00")), "王建国 在 "],
    ["a full roster", shift("wang", at(21), at(21, "08:00")), "排班表最多 1 班"],
    [
      "the same week",
      refusalOf(() => aSite().shifts.copyWeek("xinfa", { from: "2026-01-19", to: "2026-01-19" })),
      "请选另一周",
    ],
  ])("a shift: %s", (_, message, said) => expectSaid(message, said));

  function lineFaults(...cells: string[][]): string[] {
    const header = ["crew", "contact", "date", "from", "to", "leads"];
    const rows = cells.length === 1 && cells[0]?.[0] === "header" ? [cells[0].slice(1)] : [header, ...cells];
    const lines = rows.map((row, index) => ({ line: index + 1, cells: row }));
    const options = { isReplacing: false, isTrial: true, maxRows: 2 };
    return aSite()
      .shifts.import("xinfa", lines, options)
      .faults.map(({ message }) => message);
  }
  const good = ["east", "wang", "2026-01-21", "08:00", "20:00", "yes"];
  const but = (index: number, cell: string) =>
    lineFaults(good.map((one, at) => (at === index ? cell : one)))[0];
  test.each([
    ["an unknown crew", but(0, "北区"), "没有“北区”这个消防队"],
    ["an empty cell", but(1, ""), "请填写此项"],
    ["no date", but(2, "明天"), "这里是“明天”"],
    ["no time", but(3, "8点"), "这里是“8点”"],
    ["neither yes nor no", but(5, "也许"), "这里是“也许”"],
    ["too many lines", lineFaults(good, good, good)[0], "一次最多导入 2 班"],
    ["an unknown column", lineFaults(["header", ...["crew", "谁"]])[0], "不认识这一列"],
    ["a column twice", lineFaults(["header", ...["crew", "crew"]])[0], "出现了两次"],
    ["a column that is missing", lineFaults(["header", "crew"])[0], "缺少这一列"],
  ])("a roster: %s", (_, message, said) => expectSaid(message ?? "was taken", said));

  test("a roster: nothing in it", () => {
    const options = { isReplacing: false, isTrial: true, maxRows: 2 };
    expectSaid(aSite().shifts.import("xinfa", [], options).faults[0]?.message ?? "", "文件是空的");
  });

  const duty = [{ who: "duty", way: "first" }] as const;
  const stage = (after: number, call: Chain["stages"][number]["call"] = duty) =>
    ({ after, call, until: "acknowledged" }) as const;
  const above = stage(0, [{ who: "supervisor", way: "all" }]);
  const chain = (of: "fire" | "critical", stages: Chain["stages"], repeatMs?: number) =>
    refusalOf(() => aSite().chains.set("xinfa", of, { stages, repeatMs }));
  test.each([
    ["that begins late", chain("fire", [stage(1000), above], 60_000), "上一步在 1 秒"],
    ["of a fire that begins late", chain("fire", [stage(1000)], 60_000), "第一步必须立即呼叫"],
    ["without somebody above", chain("fire", [stage(0)], 60_000), "90 秒之内必须叫到值班经理"],
    ["of a fire that calls once", chain("fire", [above]), "至少每 5 分钟再呼叫一次"],
    ["that repeats nothing", chain("critical", [], 60_000), "无从重复"],
    ["that leaves no time to answer", chain("critical", [stage(0)], 1000), "至少间隔 10 秒"],
    ["that calls nobody", chain("critical", [stage(0, [])]), "没有呼叫任何人"],
    ["of two days", chain("critical", [stage(48 * hour)]), "一天之内"],
    [
      "of many steps",
      chain(
        "critical",
        [1, 2, 3, 4, 5, 6, 7].map((n) => stage(n)),
      ),
      "最多 6 步",
    ],
  ])("a chain %s", (_, message, said) => expectSaid(message, said));
});

/** In both languages, and never in the gateway's own words. */
function expectSaid(message: string, said: string): void {
  setLanguage("zh");
  expect(sayFault(message), message).toContain(said);
  setLanguage("en");
  expect(sayFault(message)).not.toMatch(/[{}]|[\u4e00-\u9fff]{9}/);
  setLanguage("zh");
}
