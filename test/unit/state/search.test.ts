import { expect, test } from "vitest";
import type { DeviceQuery } from "../../../gateway/state/contract.ts";
import { aState } from "./support.ts";

function aTown(parts: Parameters<typeof aState>[0] = {}) {
  const { registry } = aState(parts);
  for (const id of ["a", "a-b", "a_c"]) registry.addSite({ id, name: id });
  const names = ["东门路灯", "西门路灯", "Main Gate", "３号楼"];
  for (const site of ["a", "a-b", "a_c"]) {
    const rows = names.map((name, i) => ({
      kind: i % 2 === 0 ? "lamp" : "box",
      id: `dev-${i}`,
      name,
      building: `${i}号楼`,
    }));
    registry.addDevices(site, rows, { dryRun: false });
  }
  const find = (query: Partial<DeviceQuery>) =>
    registry.search({ limit: 100, ...query }).items.map(({ site, id }) => `${site}/${id}`);
  return { registry, find };
}

test.each<[string, Partial<DeviceQuery>, string[]]>([
  ["part of a Chinese name", { text: "门路", site: "a" }, ["a/dev-0", "a/dev-1"]],
  ["a name in other letters", { text: "mAIN", site: "a" }, ["a/dev-2"]],
  ["part of an id", { text: "V-3", site: "a" }, ["a/dev-3"]],
  ["digits of another width", { text: "3号", site: "a" }, ["a/dev-3"]],
  ["several words in any order", { text: "gate main", site: "a" }, ["a/dev-2"]],
  ["a site whose id begins another's", { site: "a", kind: "box" }, ["a/dev-1", "a/dev-3"]],
  ["a building", { building: "2号楼" }, ["a-b/dev-2", "a/dev-2", "a_c/dev-2"]],
  ["all conditions together", { site: "a_c", kind: "lamp", text: "东" }, ["a_c/dev-0"]],
  ["nothing", { text: "不存在" }, []],
])("devices are found by %s", (_, query, expected) => {
  expect(aTown().find(query)).toEqual(expected);
});

test("pages of any size list every device once, in one order", () => {
  const { registry, find } = aTown();
  const everything = find({});
  expect(everything).toHaveLength(12);
  for (const limit of [1, 2, 5, 11, 12, 13]) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = registry.search({ limit, cursor });
      seen.push(...page.items.map(({ site, id }) => `${site}/${id}`));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(everything);
  }
});

test("paging neither repeats nor skips while devices come and go", () => {
  const { registry } = aTown();
  const first = registry.search({ site: "a", limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual(["dev-0", "dev-1"]);
  registry.addDevice("a", { kind: "box", id: "aaa" });
  registry.addDevice("a", { kind: "box", id: "dev-1a" });
  registry.removeDevice("a/box/dev-1");
  const second = registry.search({ site: "a", limit: 100, cursor: first.next });
  expect(second.items.map(({ id }) => id)).toEqual(["dev-1a", "dev-2", "dev-3"]);
  expect(second.next).toBeUndefined();
});

test("a cursor of another list begins the site from its first device", () => {
  const { registry } = aTown();
  const { next } = registry.search({ limit: 1 });
  const page = registry.search({ site: "a_c", limit: 1, cursor: next });
  expect(page.items.map(({ site, id }) => `${site}/${id}`)).toEqual(["a_c/dev-0"]);
});

test("a changed name is found and the old one is not", () => {
  const { registry, find } = aTown();
  registry.updateDevice("a/lamp/dev-0", { name: "北门路灯" });
  expect(find({ text: "北门" })).toEqual(["a/dev-0"]);
  expect(find({ text: "东门", site: "a" })).toEqual([]);
});

test("a page has no more devices than the settings allow", () => {
  const { registry } = aTown({ settings: { maxPage: 3 } });
  expect(registry.search({ limit: 1_000 }).items).toHaveLength(3);
});

test("a cursor that was made up is refused", () => {
  const { registry } = aTown();
  expect(() => registry.search({ limit: 1, cursor: "nonsense" })).toThrow(
    expect.objectContaining({ code: "invalid-request", path: "cursor" }),
  );
});
