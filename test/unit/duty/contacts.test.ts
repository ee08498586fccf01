import { describe, expect, test } from "vitest";
import { at, someDuty } from "./support.ts";

const voice = [
  { name: "voice", isAddressed: true },
  { name: "group", isAddressed: false },
];
const way = (target: string) => ({ target, address: "000-1" });

describe("a contact", () => {
  test("and a crew are as they were after a restart", () => {
    const before = someDuty({ targets: voice });
    before.crew("a", ["*ann", "abe"], { buildings: ["1号楼"] });
    before.duty.crews.change("xinfa", "a", { station: "station-1", least: 3 });
    before.duty.contacts.change("xinfa", "abe", { person: "person-1", isActive: false });
    const seen = [before.duty.contacts.of("xinfa"), before.duty.crews.of("xinfa")];
    const { duty } = before.restart();
    expect([duty.contacts.of("xinfa"), duty.crews.of("xinfa")]).toEqual(seen);
    expect(duty.contacts.ofPerson("xinfa", "person-1")?.id).toBe("abe");
    expect(duty.crews.atStation("xinfa", "station-1").map(({ id }) => id)).toEqual(["a"]);
  });

  test("who is removed is called no more and loses what is to come of his shifts; records keep his name", () => {
    const all = someDuty();
    all.crew("a", ["abe", "ada"]);
    const past = all.shift("abe", "a", at(14, "08:00"), at(14, "20:00"));
    all.shift("abe", "a", at(15, "08:00"), at(15, "20:00"));
    all.shift("abe", "a", at(16, "08:00"), at(16, "20:00"));
    all.duty.contacts.remove("xinfa", "abe");
    const left = { from: at(1), to: at(31) };
    const wanted = [past, expect.objectContaining({ from: at(15, "08:00"), to: all.clock.now() })];
    expect(all.duty.shifts.of("xinfa", left)).toEqual(wanted);
    const { duty } = all.restart();
    expect(duty.shifts.of("xinfa", left)).toEqual(wanted);
    expect(duty.contacts.of("xinfa").map(({ id }) => id)).toEqual(["ada"]);
    expect(duty.contacts.nameOf("abe")).toBe("abe");
    expect(() => duty.contacts.add("xinfa", { id: "abe", name: "x", role: "district" })).toThrow(/taken/);
  });

  test.each([
    ["a member without a crew", { role: "member" }, "crew"],
    ["a supervisor with a crew", { role: "supervisor", crew: "a" }, "crew"],
    ["a crew of another site", { role: "member", crew: "y" }, "crew"],
    ["a person who is not there", { role: "district", person: "nobody" }, "person"],
    ["a person who is another contact", { role: "district", person: "person-1" }, "person"],
    ["a target that is not there", { role: "district", ways: [way("fax")] }, "ways[0].target"],
    [
      "a target that reaches nobody by an address",
      { role: "district", ways: [way("voice"), way("group")] },
      "ways[1].target",
    ],
    [
      "more ways than may be",
      { role: "district", ways: Array.from({ length: 6 }, () => way("voice")) },
      "ways",
    ],
    ["an empty name", { role: "district", name: " " }, "name"],
    ["a name with a line break", { role: "district", name: "a\nb" }, "name"],
  ] as const)("is refused: %s", (_, fields, path) => {
    const all = someDuty({ targets: voice });
    all.crew("a", ["abe"]);
    all.crew("y", [], { site: "yida" });
    all.duty.contacts.change("xinfa", "abe", { person: "person-1" });
    expect(() => all.duty.contacts.add("xinfa", { name: "somebody", ...fields })).toThrow(
      expect.objectContaining({ path }),
    );
    expect(all.duty.contacts.of("xinfa")).toHaveLength(1);
  });

  test("beyond the most of a site is refused", () => {
    const { duty } = someDuty({ settings: { maxContacts: 1 } });
    duty.contacts.add("xinfa", { name: "sue", role: "supervisor" });
    expect(() => duty.contacts.add("xinfa", { name: "sam", role: "supervisor" })).toThrow(
      expect.objectContaining({ code: "limit-reached" }),
    );
    expect(duty.contacts.add("yida", { name: "sam", role: "supervisor" }).site).toBe("yida");
  });

  test("whose target went out of the settings is kept, and told at the start", () => {
    const before = someDuty({ targets: voice });
    before.crew("a", ["abe"]);
    const { duty, log } = before.restart({ targets: [{ name: "sms", isAddressed: true }] });
    expect(duty.waysAmiss(duty.contacts.of("xinfa")[0]!)).toEqual([
      '"voice" is no target of the settings (notify.targets); there are sms',
    ]);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", facts: { site: "xinfa", contacts: 1, targets: ["voice"] } }),
    );
    expect(duty.contacts.change("xinfa", "abe", { name: "abel" }).ways).toHaveLength(1);
  });
});

test("a contact whose person, and a crew whose station is gone, can still be changed", () => {
  const before = someDuty();
  before.crew("a", ["abe"]);
  before.duty.contacts.change("xinfa", "abe", { person: "person-1" });
  before.duty.crews.change("xinfa", "a", { station: "station-1" });
  before.database.db.prepare("DELETE FROM people").run();
  before.lose();
  expect(before.duty.contacts.change("xinfa", "abe", { name: "abel" })).toMatchObject({ person: undefined });
  expect(before.duty.crews.change("xinfa", "a", { least: 2 })).toMatchObject({ station: "station-1" });
  expect(() => before.duty.crews.add("xinfa", { name: "b", station: "station-1" })).toThrow(/no device/);
});

describe("a crew", () => {
  test.each([
    ["a station that is not registered", { station: "nothing" }, "station"],
    ["a building that the site does not have", { buildings: ["9号楼"] }, "buildings"],
    ["a neighbour that is not there", { neighbours: ["z"] }, "neighbours"],
    ["itself as a neighbour", { id: "b", neighbours: ["b"] }, "neighbours"],
    ["nobody as least", { least: 0 }, "least"],
    ["a name that is taken", { name: "crew a" }, "name"],
    ["a time that is none", { checks: { planned: ["25:00"], random: undefined } }, "checks.planned"],
    [
      "more random checks than have an hour each",
      { checks: { planned: ["09:00"], random: { times: 2, from: "08:00", to: "10:00" } } },
      "checks.random.times",
    ],
  ] as const)("is refused: %s", (_, fields, path) => {
    const all = someDuty();
    all.crew("a", []);
    expect(() => all.duty.crews.add("xinfa", { name: "crew b", ...fields })).toThrow(
      expect.objectContaining({ path }),
    );
  });

  test("with contacts stays; without, it leaves the lists of its neighbours too", () => {
    const all = someDuty();
    all.crew("a", ["abe"]);
    all.crew("b", [], { site: "yida", neighbours: ["a"] });
    expect(() => all.duty.crews.remove("xinfa", "a")).toThrow(expect.objectContaining({ code: "conflict" }));
    all.duty.contacts.remove("xinfa", "abe");
    all.duty.crews.remove("xinfa", "a");
    expect(all.duty.crews.anywhere("b")?.neighbours).toEqual([]);
    expect(all.restart().duty.crews.anywhere("b")?.neighbours).toEqual([]);
  });

  test("goes with its site", () => {
    const all = someDuty();
    all.crew("a", ["abe"]);
    all.shift("abe", "a", at(15, "08:00"), at(15, "20:00"));
    all.database.db.prepare("DELETE FROM sites WHERE id = 'xinfa'").run();
    all.duty.forgetSite("xinfa");
    for (const { duty } of [all, all.restart()]) {
      expect(duty.contacts.of("xinfa")).toEqual([]);
      expect(duty.crews.of("xinfa")).toEqual([]);
      expect(duty.onDuty("a", at(15, "12:00"))).toEqual([]);
    }
  });
});
