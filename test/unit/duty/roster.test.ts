import { describe, expect, test } from "vitest";
import type { RosterLine } from "../../../gateway/duty/contract.ts";
import { at, someDuty } from "./support.ts";

const header = ["crew", "contact", "date", "from", "to", "leads"];
const lines = (...rows: string[]): RosterLine[] =>
  [header, ...rows.map((row) => row.split(","))].map((cells, index) => ({ line: index + 1, cells }));
const take = { isReplacing: false, isTrial: false, maxRows: 100 };
const january = { from: at(1), to: at(31) };

function aRoster() {
  const all = someDuty();
  all.crew("a", ["*ann", "abe"]);
  all.crew("b", ["bob"]);
  return all;
}

describe("the roster", () => {
  test("takes shifts, and is the same after a restart", () => {
    const all = aRoster();
    const day = all.shift("abe", "a", at(15, "08:00"), at(15, "20:00"));
    const night = all.shift("ann", "a", at(15, "20:00"), at(16, "08:00"), true);
    const gone = all.shift("bob", "b", at(15, "20:00"), at(16, "08:00"));
    const moved = all.duty.shifts.change("xinfa", day.id, { to: at(15, "21:00") });
    all.duty.shifts.remove("xinfa", gone.id);
    const { duty } = all.restart();
    expect(duty.shifts.of("xinfa", january)).toEqual([moved, night]);
    expect(duty.shifts.of("xinfa", { from: at(15, "21:00"), to: at(16) })).toEqual([night]);
    expect(duty.shifts.of("xinfa", { ...january, crew: "b" })).toEqual([]);
    expect(duty.onDuty("a", at(15, "20:59")).map(({ contact }) => contact.id)).toEqual(["abe", "ann"]);
  });

  test("refuses what cannot be: twice at once, backwards, endless, strangers", () => {
    const all = aRoster();
    all.shift("abe", "a", at(15, "08:00"), at(15, "20:00"));
    const refusals: [() => unknown, string, string][] = [
      [() => all.shift("abe", "b", at(15, "19:59"), at(15, "23:00")), "conflict", "contact"],
      [() => all.shift("ann", "a", at(15, "09:00"), at(15, "09:00")), "invalid-request", "to"],
      [() => all.shift("ann", "a", at(15), at(18)), "invalid-request", "to"],
      [() => all.shift("zoe", "a", at(15), at(16)), "not-found", "contact"],
      [() => all.shift("ann", "z", at(15), at(16)), "not-found", "crew"],
    ];
    for (const [act, code, path] of refusals) expect(act).toThrow(expect.objectContaining({ code, path }));
    expect(all.shift("abe", "a", at(15, "20:00"), at(16, "08:00")).contact).toBe("abe");
    expect(all.duty.shifts.of("xinfa", january)).toHaveLength(2);
  });

  test("forgets what is older than it is kept, and is no larger than it may be", () => {
    const all = someDuty({ settings: { maxShifts: 100, keepShiftsMs: 184 * 86_400_000 } });
    all.crew("a", ["abe"]);
    const old = all.clock.now() - 185 * 86_400_000;
    all.shift("abe", "a", old - 3_600_000, old);
    for (let hour = 0; hour < 100; hour++)
      all.shift("abe", "a", at(1) + hour * 3_600_000, at(1) + (hour + 1) * 3_600_000);
    expect(all.duty.shifts.of("xinfa", { from: 0, to: at(31) })).toHaveLength(100);
    expect(() => all.shift("abe", "a", at(20), at(21))).toThrow(
      expect.objectContaining({ code: "limit-reached" }),
    );
  });
});

describe("a roster file", () => {
  test("is read by name or id, with ends on the next day and times as spreadsheets write them", () => {
    const { duty } = aRoster();
    const rows = lines("crew a,abe,2026-01-15,8:00,20:00,", "a,ann,2026/01/15,20:00:00,08:00,是");
    expect(duty.shifts.import("xinfa", rows, take).faults).toEqual([]);
    expect(duty.shifts.of("xinfa", january)).toEqual([
      expect.objectContaining({
        crew: "a",
        contact: "abe",
        from: at(15, "08:00"),
        to: at(15, "20:00"),
        leads: false,
      }),
      expect.objectContaining({
        crew: "a",
        contact: "ann",
        from: at(15, "20:00"),
        to: at(16, "08:00"),
        leads: true,
      }),
    ]);
  });

  test("with a wrong line is not taken at all, and each fault is told with its line", () => {
    const { duty } = aRoster();
    for (const crew of ["a", "b"]) duty.contacts.add("xinfa", { name: "amy", role: "member", crew });
    const rows = lines(
      "a,abe,2026-01-15,08:00,20:00,",
      "z,abe,2026-01-16,08:00,20:00,",
      "a,amy,2026-01-16,08:00,20:00,",
      "a,abe,2026-02-30,08:00,20:00,",
      "a,ann,2026-01-16,8,25:00,maybe",
      "a,abe,2026-01-15,19:00,21:00,",
      "a,,2026-01-16,08:00,20:00,",
    );
    const { faults } = duty.shifts.import("xinfa", rows, take);
    expect(faults.map(({ line, path }) => `${line} ${path}`)).toEqual([
      ...["3 crew", "4 contact", "5 date", "6 from", "6 to", "6 leads", "7 contact", "8 contact"],
    ]);
    expect(duty.shifts.of("xinfa", january)).toEqual([]);
  });

  test("without its columns, with unknown ones, or too long is refused", () => {
    const { duty } = aRoster();
    const faultsOf = (rows: RosterLine[], maxRows = 100) =>
      duty.shifts
        .import("xinfa", rows, { ...take, maxRows })
        .faults.map(({ line, path }) => `${line} ${path}`);
    expect(faultsOf([])).toEqual(["1 "]);
    expect(faultsOf([{ line: 1, cells: ["班组", "姓名", "日期", "上班", "colour", "日期"] }])).toEqual([
      ...["1 colour", "1 日期", "1 to"],
    ]);
    expect(faultsOf(lines("a,abe,2026-01-15,08:00,20:00,", "a,abe,2026-01-16,08:00,20:00,"), 1)).toEqual([
      "3 ",
    ]);
  });

  test("replaces what the same crews had on its days, when that is asked for", () => {
    const all = aRoster();
    const other = all.shift("bob", "b", at(15, "08:00"), at(15, "20:00"));
    const before = all.shift("abe", "a", at(14, "20:00"), at(15, "08:00"));
    all.shift("abe", "a", at(15, "20:00"), at(16, "08:00"));
    const rows = lines("a,ann,2026-01-15,20:00,08:00,yes");
    const trial = all.duty.shifts.import("xinfa", rows, { ...take, isReplacing: true, isTrial: true });
    expect(trial.replaced).toBe(1);
    expect(all.duty.shifts.of("xinfa", january)).toHaveLength(3);
    const done = all.duty.shifts.import("xinfa", rows, { ...take, isReplacing: true });
    for (const { duty } of [all, all.restart()])
      expect(duty.shifts.of("xinfa", january)).toEqual([before, other, ...done.shifts]);
  });
});

test("a week is copied to another, without those who are gone or on duty then", () => {
  const all = aRoster();
  all.shift("abe", "a", at(12, "08:00"), at(12, "20:00"), true);
  all.shift("ann", "a", at(18, "20:00"), at(19, "08:00"));
  all.shift("bob", "b", at(13, "08:00"), at(13, "20:00"));
  all.shift("ann", "a", at(19, "08:00"), at(19, "09:00"));
  all.duty.contacts.change("xinfa", "bob", { isActive: false });
  const week = { from: "2026-01-12", to: "2026-01-19" };
  expect(all.duty.shifts.copyWeek("xinfa", week)).toEqual({
    shifts: [
      expect.objectContaining({ contact: "abe", from: at(19, "08:00"), to: at(19, "20:00"), leads: true }),
      expect.objectContaining({ contact: "ann", from: at(25, "20:00"), to: at(26, "08:00") }),
    ],
    skipped: 1,
  });
  expect(all.duty.shifts.copyWeek("xinfa", week)).toMatchObject({ shifts: [], skipped: 3 });
  expect(() => all.duty.shifts.copyWeek("xinfa", { from: "2026-01-12", to: "12 Jan" })).toThrow(/date/);
});

test("gaps and small shifts of the coming days are told, people counted once", () => {
  const all = someDuty({ settings: { lookAheadMs: 86_400_000 } });
  all.crew("a", ["abe", "ada", "amy"]);
  all.duty.crews.change("xinfa", "a", { least: 2 });
  all.shift("abe", "a", at(15, "08:00"), at(16, "08:00"));
  all.shift("ada", "a", at(15, "12:00"), at(15, "20:00"));
  all.shift("amy", "a", at(16, "08:00"), at(16, "20:00"));
  all.duty.contacts.change("xinfa", "amy", { isActive: false });
  expect(all.duty.warnings("xinfa", at(15, "16:00"))).toEqual([
    { crew: "a", from: at(15, "20:00"), to: at(16, "08:00"), people: 1, least: 2 },
    { crew: "a", from: at(16, "08:00"), to: at(16, "16:00"), people: 0, least: 2 },
  ]);
});
