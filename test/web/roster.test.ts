import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../../dashboards/web/api/api-error.ts";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { addShifts, keyOf, shiftsOf } from "../../dashboards/web/property/duty/roster/adding.ts";
import { placeAfter } from "../../dashboards/web/property/duty/roster/arrows.ts";
import { gapsOf } from "../../dashboards/web/property/duty/roster/gaps.ts";
import { groupsOn, type Shift, usualHours } from "../../dashboards/web/property/duty/roster/groups.ts";
import {
  decodeFile,
  exampleRows,
  firstDate,
  rosterRows,
  sayColumn,
} from "../../dashboards/web/property/duty/roster/roster-file.ts";
import {
  addDays,
  daysOf,
  hoursOf,
  momentOf,
  readWeek,
  spanOf,
} from "../../dashboards/web/property/duty/roster/week.ts";
import type { Contact, Crew } from "../../gateway/api/contract.ts";
import { findWarnings } from "../../gateway/duty/roster-warnings.ts";

let zone: string | undefined;
beforeEach(() => {
  zone = process.env.TZ;
  process.env.TZ = "Asia/Shanghai";
  setLanguage("zh");
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const hour = 3_600_000;
const week = "2026-11-23";
const crew: Crew = {
  ...{ id: "east", name: "东区", station: null, buildings: [], neighbours: [], least: 2 },
  checks: { planned: [], random: null },
};

function aContact(id: string, more: Partial<Contact> = {}): Contact {
  const fixed = { role: "member", crew: "east", person: null, ways: [], active: true, warnings: [] } as const;
  return { id, name: `${id}名`, ...fixed, ways: [], warnings: [], ...more };
}

/** A shift by local times: `23T08:00`. */
function aShift(contact: string, from: string, to: string, more: Partial<Shift> = {}): Shift {
  const iso = (text: string) => new Date(`2026-11-${text}`).toISOString();
  const fixed = { crew: "east", contactName: `${contact}名`, leads: false };
  return { id: `${contact} ${from}`, contact, from: iso(from), to: iso(to), ...fixed, ...more };
}

describe("a week", () => {
  test("begins on the Monday of whatever day the address names, and is the present one where it names none", () => {
    const now = momentOf("2026-11-29", "23:30");
    expect(
      ["2026-11-23", "2026-11-26", "2026-11-29", "", "soon", "2026-13-01"].map((day) => readWeek(day, now)),
    ).toEqual(Array.from({ length: 6 }, () => week));
    expect(readWeek("2026-11-30", now)).toBe("2026-11-30");
    expect(addDays("2026-12-28", 7)).toBe("2027-01-04");
  });

  test("has seven days that follow each other, also where clocks are put back", () => {
    process.env.TZ = "Europe/Berlin";
    const days = daysOf("2026-10-19");
    expect(days.map(({ to, from }) => (to - from) / hour)).toEqual([24, 24, 24, 24, 24, 24, 25]);
    for (const [index, { from }] of days.slice(1).entries()) expect(from).toBe(days[index]?.to);
  });
});

describe("the hours of a shift", () => {
  test("end on the next day unless they end later on the same", () => {
    const length = (from: string, to: string) => {
      const span = spanOf({ date: week, from, to });
      return span === undefined ? undefined : (span.to - span.from) / hour;
    };
    expect([length("08:00", "20:00"), length("20:00", "08:00"), length("08:00", "08:00")]).toEqual([
      12, 12, 24,
    ]);
    expect([length("", "20:00"), length("08:00", "")]).toEqual([undefined, undefined]);
    expect(spanOf({ date: "", from: "08:00", to: "20:00" })).toBeUndefined();
  });

  test("are typed as they were written, however long they are", () => {
    for (const hours of [1, 12, 24, 36, 48]) {
      const from = momentOf(week, "08:00");
      expect(spanOf(hoursOf(from, from + hours * hour))).toEqual({ from, to: from + hours * hour });
    }
  });

  test("that are usual stand first: those of the week, else a day and a night", () => {
    expect(usualHours([])).toEqual([
      { from: "08:00", to: "20:00" },
      { from: "20:00", to: "08:00" },
    ]);
    const shifts = [aShift("a", "23T07:00", "23T19:00"), aShift("b", "24T07:00", "24T19:00")];
    expect(usualHours(shifts)).toEqual([{ from: "07:00", to: "19:00" }]);
  });
});

describe("shifts that are added", () => {
  const wish = {
    ...{ crew: "east", contacts: ["a", "b"], leader: "b", date: "2026-11-30", until: "2026-12-01" },
    ...{ from: "20:00", to: "08:00" },
  };

  test("are those of every person on every day", () => {
    const shifts = shiftsOf(wish) ?? [];
    expect(shifts.map(({ contact, leads, from, to }) => [contact, leads, from, to])).toEqual([
      ["a", false, "2026-11-30T12:00:00.000Z", "2026-12-01T00:00:00.000Z"],
      ["b", true, "2026-11-30T12:00:00.000Z", "2026-12-01T00:00:00.000Z"],
      ["a", false, "2026-12-01T12:00:00.000Z", "2026-12-02T00:00:00.000Z"],
      ["b", true, "2026-12-01T12:00:00.000Z", "2026-12-02T00:00:00.000Z"],
    ]);
    expect(new Set(shifts.map(keyOf)).size).toBe(4);
    expect(shiftsOf({ ...wish, until: "" })).toHaveLength(2);
  });

  test("are none while days or hours are not right", () => {
    expect(shiftsOf({ ...wish, until: "2026-11-29" })).toBeUndefined();
    expect(shiftsOf({ ...wish, until: "2026-12-31" })).toBeUndefined();
    expect(shiftsOf({ ...wish, until: "2026-12-30" })).toHaveLength(62);
    expect(shiftsOf({ ...wish, from: "" })).toBeUndefined();
    expect(shiftsOf({ ...wish, date: "" })).toBeUndefined();
  });

  test("go in one by one: who is refused is told once, and the others are there", async () => {
    const shifts = shiftsOf(wish) ?? [];
    const { added, faults } = await addShifts(shifts, async ({ contact }) => {
      const detail = "the roster of site xinfa may have 9 shifts";
      if (contact === "a") throw new ApiError({ status: 409, code: "limit-reached", detail });
    });
    expect(added.map(({ contact }) => contact)).toEqual(["b", "b"]);
    expect(faults).toEqual({ a: "排班表最多 9 班" });
  });
});

describe("the days of a crew", () => {
  test("show a shift on the day on which it begins, grouped by its hours, who leads first", () => {
    const shifts = [
      aShift("b", "24T08:00", "24T20:00"),
      aShift("a", "24T08:00", "24T20:00", { leads: true }),
      aShift("c", "24T20:00", "25T08:00"),
    ];
    const days = groupsOn(daysOf(week), shifts);
    expect(days.map((groups) => groups.length)).toEqual([0, 2, 0, 0, 0, 0, 0]);
    expect(days[1]?.map((group) => group.shifts.map(({ contact }) => contact))).toEqual([["a", "b"], ["c"]]);
  });

  test("begin with the night that reaches into the week", () => {
    const [monday] = groupsOn(daysOf(week), [
      aShift("a", "22T20:00", "23T08:00"),
      aShift("b", "21T08:00", "22T08:00"),
    ]);
    expect(monday?.map(({ shifts }) => shifts.length)).toEqual([1]);
  });
});

describe("the arrow keys", () => {
  const lengths = [3, 0, 1];
  const from = (key: string, column: number, place: number) => placeAfter(key, { column, place }, lengths);

  test("lead from day to day and from shift to shift, past days without any", () => {
    expect(from("ArrowRight", 0, 2)).toEqual({ column: 2, place: 0 });
    expect(from("ArrowLeft", 2, 0)).toEqual({ column: 0, place: 0 });
    expect(from("ArrowDown", 0, 1)).toEqual({ column: 0, place: 2 });
    expect(from("ArrowUp", 0, 1)).toEqual({ column: 0, place: 0 });
  });

  test("lead nowhere at the edges, and other keys do not move", () => {
    expect([
      from("ArrowDown", 0, 2),
      from("ArrowUp", 0, 0),
      from("ArrowLeft", 0, 0),
      from("Enter", 0, 0),
    ]).toEqual([...[undefined, undefined, undefined, undefined]]);
  });
});

describe("what a crew lacks", () => {
  const contacts = [aContact("a"), aContact("b"), aContact("ill", { active: false })];
  const day = { from: momentOf(week, "00:00"), to: momentOf("2026-11-24", "00:00") };
  const shifts = [
    aShift("a", "23T08:00", "23T20:00"),
    aShift("b", "23T12:00", "24T08:00"),
    aShift("ill", "23T00:00", "24T00:00"),
    aShift("b", "23T12:00", "23T14:00", { crew: "west" }),
  ];

  test("is told by the hour, without those who are not called and those of other crews", () => {
    const told = gapsOf(crew, shifts, contacts, day).map(({ from, to, missing, isEmpty }) => [
      ...[(from - day.from) / hour, (to - day.from) / hour, missing, isEmpty],
    ]);
    expect(told).toEqual([
      [0, 8, 2, true],
      [8, 12, 1, false],
      [20, 24, 1, false],
    ]);
  });

  test("is what the gateway warns of", () => {
    const warned = findWarnings({
      crews: [
        { ...crew, site: "xinfa", station: undefined, checks: { planned: [], random: undefined, since: 0 } },
      ],
      shifts: () =>
        shifts
          .filter((one) => one.crew === "east" && one.contact !== "ill")
          .map((one) => ({ ...one, from: Date.parse(one.from), to: Date.parse(one.to) })),
      ...{ ...day, most: 10 },
    });
    expect(
      gapsOf(crew, shifts, contacts, day).map(({ from, to, missing }) => [from, to, crew.least - missing]),
    ).toEqual(warned.map(({ from, to, people }) => [from, to, people]));
  });

  test("is nothing in a time that has passed", () => {
    expect(gapsOf(crew, [], contacts, { from: day.to, to: day.to })).toEqual([]);
  });
});

describe("a roster file", () => {
  test("says people by their names, and by their ids where two share one", () => {
    const contacts = [aContact("a"), aContact("b", { name: "李" }), aContact("c", { name: "李" })];
    const shifts = [
      aShift("a", "23T20:00", "24T08:00", { leads: true }),
      aShift("b", "24T08:00", "24T20:00"),
    ];
    expect(rosterRows(shifts, [crew], contacts)).toEqual([
      ["班组", "人员", "日期", "上班", "下班", "带班"],
      ["东区", "a名", "2026-11-23", "20:00", "08:00", "是"],
      ["东区", "b", "2026-11-24", "08:00", "20:00", "否"],
    ]);
    setLanguage("en");
    expect(sayColumn("from")).toBe("from");
    expect(sayColumn("谁")).toBe("谁");
  });

  test("has an example with the people of the crews", () => {
    const contacts = ["a", "b", "c"].map((id) => aContact(id));
    const rows = exampleRows([crew], contacts, week).slice(1);
    expect(rows.map((row) => row.slice(1).join(" "))).toEqual([
      "a名 2026-11-23 08:00 20:00 是",
      "b名 2026-11-23 08:00 20:00 否",
      "c名 2026-11-23 20:00 08:00 是",
    ]);
  });

  test("is read in the encodings of spreadsheets, and shows its first week", () => {
    expect(decodeFile(new TextEncoder().encode("班组"))).toBe("班组");
    expect(decodeFile(Uint8Array.from([0xb0, 0xe0, 0xd7, 0xe9]))).toBe("班组");
    expect(decodeFile(Uint8Array.from([0xff, 0xfe, 0xed, 0x73]))).toBe("班");
    expect(firstDate("a,b\n东区,王,2026/1/5,08:00")).toBe("2026-01-05");
    expect(firstDate("a,b")).toBeUndefined();
  });
});
