import { describe, expect, test } from "vitest";
import type { CallWho } from "../../../gateway/duty/contract.ts";
import { at, someDuty } from "./support.ts";

/** Two crews of xinfa and one of yida, which is a neighbour; somebody above; day shift of a on the 15th from 8 to 20. */
function aSite() {
  const all = someDuty();
  all.crew("y", ["yan"], { site: "yida" });
  all.crew("a", ["*ann", "abe", "ada"], { buildings: ["1号楼"], neighbours: ["y"] });
  all.crew("b", ["*bea", "bob"], { buildings: [] });
  const above = { role: "supervisor", ways: [{ target: "voice", address: "000" }] } as const;
  all.duty.contacts.add("xinfa", { id: "sue", name: "sue", ...above });
  all.duty.contacts.add("xinfa", { id: "stu", name: "stu", ...above, role: "station" });
  all.duty.contacts.add("xinfa", { id: "dot", name: "dot", ...above, role: "district" });
  all.shift("abe", "a", at(15, "08:00"), at(15, "20:00"));
  all.shift("ada", "a", at(15, "19:00"), at(16, "08:00"), true);
  all.shift("yan", "y", at(15, "08:00"), at(15, "20:00"));
  const { calling } = all.duty;
  return {
    ...all,
    who: (who: CallWho, when: number, building?: string, site = "xinfa") =>
      calling
        .people({ site, building }, { who, way: "first" }, when)
        .map(({ contact }) => contact.id)
        .sort(),
  };
}

describe("who is called", () => {
  const site = aSite();
  test.each<[string, CallWho, number, string | undefined, string[]]>([
    ["those on duty in the crew of the building", "duty", at(15, "12:00"), "1号楼", ["abe"]],
    ["from the moment at which the shift begins", "duty", at(15, "08:00"), "1号楼", ["abe"]],
    ["both while shifts overlap", "duty", at(15, "19:30"), "1号楼", ["abe", "ada"]],
    ["not who goes off duty at this very moment", "duty", at(15, "20:00"), "1号楼", ["ada"]],
    ["the whole crew when the roster has nobody", "duty", at(16, "08:00"), "1号楼", ["abe", "ada", "ann"]],
    ["the crew of the whole site for another building", "duty", at(15, "12:00"), "2号楼", ["bea", "bob"]],
    [
      "the crew of the whole site where no building is known",
      "duty",
      at(15, "12:00"),
      undefined,
      ["bea", "bob"],
    ],
    ["who leads the shift", "leader", at(15, "19:30"), "1号楼", ["ada"]],
    ["the crew's leaders when nobody leads the shift", "leader", at(15, "12:00"), "1号楼", ["ann"]],
    ["those on duty in a neighbouring crew of another site", "neighbours", at(15, "12:00"), "1号楼", ["yan"]],
    ["the whole neighbouring crew at night", "neighbours", at(16, "03:00"), "1号楼", ["yan"]],
    ["nobody where a crew has no neighbours", "neighbours", at(15, "12:00"), "2号楼", []],
    ["supervisors at any time", "supervisor", at(16, "03:00"), "2号楼", ["sue"]],
    ["the small fire station", "station", at(16, "03:00"), undefined, ["stu"]],
    ["the district", "district", at(16, "03:00"), undefined, ["dot"]],
    ["no person for targets", "targets", at(15, "12:00"), "1号楼", []],
  ])("%s", (_, who, when, building, expected) => {
    expect(site.who(who, when, building)).toEqual(expected);
  });
});

test("a contact who is inactive or has no way is not called, and others of the crew are in his place", () => {
  const { duty, who } = aSite();
  duty.contacts.change("xinfa", "abe", { isActive: false });
  expect(who("duty", at(15, "12:00"), "1号楼")).toEqual(["ada", "ann"]);
  duty.contacts.change("xinfa", "ada", { ways: [] });
  expect(who("duty", at(15, "22:00"), "1号楼")).toEqual(["ann"]);
  expect(who("leader", at(15, "22:00"), "1号楼")).toEqual(["ann"]);
});

test("where nobody of the crews can be reached, every contact of the site is called", () => {
  const { duty, who } = aSite();
  for (const id of ["ann", "abe", "ada", "bea", "bob"]) duty.contacts.remove("xinfa", id);
  expect(who("duty", at(15, "12:00"), "1号楼")).toEqual(["dot", "stu", "sue"]);
  expect(who("duty", at(15, "12:00"), "1号楼", "nowhere")).toEqual([]);
});

test("where no crew serves the place, any crew of the site is called", () => {
  const all = someDuty();
  all.crew("a", ["abe"], { buildings: ["1号楼"] });
  const people = all.duty.calling.people(
    { site: "xinfa", building: "3号楼" },
    { who: "duty", way: "first" },
    at(15),
  );
  expect(people.map(({ contact }) => contact.id)).toEqual(["abe"]);
});

test("a person on duty in two shifts is called once", () => {
  const all = someDuty();
  all.crew("a", ["abe"], { buildings: ["1号楼"] });
  all.crew("b", ["bob"], { buildings: ["1号楼"] });
  all.shift("abe", "a", at(15, "08:00"), at(15, "12:00"));
  all.shift("bob", "b", at(15, "08:00"), at(15, "12:00"));
  const call = { who: "duty", way: "first" } as const;
  const ids = all.duty.calling.people({ site: "xinfa", building: "1号楼" }, call, at(15, "09:00"));
  expect(ids.map(({ contact }) => contact.id)).toEqual(["abe", "bob"]);
});

test("the second way of who has one is that one", () => {
  const all = someDuty();
  all.crew("a", ["abe"]);
  const two = [
    { target: "voice", address: "1" },
    { target: "sms", address: "2" },
  ];
  all.duty.contacts.add("xinfa", { id: "amy", name: "amy", role: "member", crew: "a", ways: two });
  const targets = (way: "first" | "second" | "all") =>
    Object.fromEntries(
      all.duty.calling
        .people({ site: "xinfa", building: undefined }, { who: "duty", way }, at(15))
        .map(({ contact, ways }) => [contact.id, ways.map(({ target }) => target).join()]),
    );
  expect(targets("first")).toEqual({ abe: "voice", amy: "voice" });
  expect(targets("second")).toEqual({ abe: "voice", amy: "sms" });
  expect(targets("all")).toEqual({ abe: "voice", amy: "voice,sms" });
});
