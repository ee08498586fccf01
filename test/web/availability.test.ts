import { afterEach, expect, test } from "vitest";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { daysOfMonth, percentOf } from "../../dashboards/web/property/reports/availability.ts";

afterEach(() => setLanguage("zh"));

test("a month ends where the next one begins, also in December", () => {
  expect(daysOfMonth("2026-02")).toEqual({ from: "2026-02-01", to: "2026-03-01" });
  expect(daysOfMonth("2026-12")).toEqual({ from: "2026-12-01", to: "2027-01-01" });
});

test.each([
  [1, "100%"],
  [0.99999, "99.99%"],
  [0.9912, "99.12%"],
  [0.5, "50%"],
  [0.98765, "98.8%"],
  [0, "0%"],
  [null, "—"],
])("a share of %s is said as %s", (ratio, text) => {
  expect(percentOf(ratio)).toBe(text);
});
