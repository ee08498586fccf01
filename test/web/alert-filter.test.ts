import { expect, test } from "vitest";
import type { LocationQuery } from "vue-router";
import { isNarrowed, matches, readFilter } from "../../dashboards/web/property/alerts/filter.ts";
import type { Alert } from "../../gateway/api/contract.ts";

const alert = {
  state: "raised",
  site: "a",
  severity: "critical",
  kind: "k",
  device: "a/k/1",
  acknowledgedAt: null,
} as Alert;

test("an address without conditions lists the open alerts of every site", () => {
  const filter = readFilter({});
  expect(isNarrowed(filter)).toBe(false);
  expect(matches(alert, filter, undefined)).toBe(true);
  expect(matches({ ...alert, state: "cleared" }, filter, undefined)).toBe(false);
});

test("every condition narrows the list by itself", () => {
  expect(matches(alert, readFilter({}), "b")).toBe(false);
  const narrowing: LocationQuery[] = [
    { severity: "minor" },
    { kind: "x" },
    { device: "a/k/2" },
    { acknowledged: "true" },
  ];
  for (const query of narrowing) {
    expect(isNarrowed(readFilter(query))).toBe(true);
    expect(matches(alert, readFilter(query), "a")).toBe(false);
  }
  const all = { severity: "critical", kind: "k", device: "a/k/1", acknowledged: "false" };
  expect(matches(alert, readFilter(all), "a")).toBe(true);
});

test("what an address says wrongly is no condition", () => {
  expect(isNarrowed(readFilter({ severity: "terrible", acknowledged: "maybe", state: "lost" }))).toBe(false);
});
