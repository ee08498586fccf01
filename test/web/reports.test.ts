import { expect, test } from "vitest";
import { figuresOf, monthOf, spanOf } from "../../dashboards/web/property/reports/month.ts";
import { anAlert } from "./live-support.ts";

test("a month is the time from its first day to the next month's, where the reader is", () => {
  const span = spanOf("2026-02")!;
  expect([new Date(span.from).getDate(), new Date(span.to).getDate()]).toEqual([1, 1]);
  expect(monthOf(span.from)).toBe("2026-02");
  expect(monthOf(span.to)).toBe("2026-03");
  for (const wrong of ["", "2026-13", "2026-00", "soon"]) expect(spanOf(wrong), wrong).toBeUndefined();
});

test("alerts are counted by severity, rule, device and day, with medians; drills are none", () => {
  const span = spanOf("2026-02")!;
  const at = (day: number, seconds = 0) =>
    new Date(span.from + (day - 1) * 86_400_000 + 43_200_000 + seconds * 1000).toISOString();
  const figures = figuresOf(
    [
      anAlert({ raisedAt: at(1), acknowledgedAt: at(1, 10), clearedAt: at(1, 100) }),
      anAlert({ raisedAt: at(1), acknowledgedAt: at(1, 30) }),
      anAlert({
        raisedAt: at(3),
        severity: "critical",
        rule: "fire",
        device: "xinfa/bin/2",
        deviceName: "bin 2",
      }),
      anAlert({ raisedAt: at(3), drill: "d1" }),
    ],
    span,
  );
  expect(figures.bySeverity).toEqual(
    new Map([
      ["minor", 2],
      ["critical", 1],
    ]),
  );
  expect(figures.byRule.map(({ count }) => count)).toEqual([2, 1]);
  expect(figures.byDevice).toMatchObject([
    { name: "bin 1", count: 2 },
    { name: "bin 2", count: 1 },
  ]);
  expect(figures.byDay).toHaveLength(28);
  expect(figures.byDay.filter(({ count }) => count > 0)).toEqual([
    { day: 1, count: 2 },
    { day: 3, count: 1 },
  ]);
  expect([figures.acknowledgeMs, figures.clearMs]).toEqual([20_000, 100_000]);
  expect(figuresOf([], span)).toMatchObject({ byRule: [], acknowledgeMs: undefined });
});
