import { expect, test } from "vitest";
import type { LocationQuery } from "vue-router";
import { isNarrowed, matches, queryOf, readFilter } from "../../dashboards/web/property/alerts/filter.ts";
import type { Alert } from "../../gateway/api/contract.ts";

const alert = {
  state: "raised",
  site: "a",
  severity: "critical",
  kind: "k",
  rule: "r",
  device: "a/k/1",
  acknowledgedAt: null,
  assignee: "王",
  raisedAt: new Date(2026, 2, 5, 23, 30).toISOString(),
  clearedAt: null,
} as Alert;
const everywhere = { site: undefined, me: "王" };
const here = { site: "a", me: "王" };

test("an address without conditions lists the open alerts of every site", () => {
  const filter = readFilter({});
  expect(isNarrowed(filter)).toBe(false);
  expect(matches(alert, filter, everywhere)).toBe(true);
  expect(matches({ ...alert, state: "cleared" }, filter, everywhere)).toBe(false);
});

test("every condition narrows the list by itself", () => {
  expect(matches(alert, readFilter({}), { site: "b", me: "王" })).toBe(false);
  const narrowing: LocationQuery[] = [
    { severity: "minor" },
    { kind: "x" },
    { kind: "k", rule: "other" },
    { device: "a/k/2" },
    { acknowledged: "true" },
    { assignee: "none" },
    { to: "2026-03-04" },
  ];
  for (const query of narrowing) {
    expect(isNarrowed(readFilter(query))).toBe(true);
    expect([query, matches(alert, readFilter(query), here)]).toEqual([query, false]);
  }
  const all = { severity: "critical", kind: "k", rule: "r", device: "a/k/1", acknowledged: "false" };
  const days = { from: "2026-03-06", to: "2026-03-05" };
  expect(matches(alert, readFilter({ ...all, ...days, assignee: "me" }), here)).toBe(true);
  expect(matches(alert, readFilter({ assignee: "me" }), { site: "a", me: "李" })).toBe(false);
});

test("what the gateway says about itself is shown whatever site is looked at", () => {
  const own = { ...alert, site: "gateway", device: "gateway/gateway/self" } as Alert;
  expect(matches(own, readFilter({}), here)).toBe(true);
  expect(matches(own, readFilter({ kind: "k", device: "a/k/1" }), here)).toBe(false);
});

test("days are whole days where the reader is, and an alert belongs to each on which it held", () => {
  const past = { ...alert, state: "cleared", clearedAt: new Date(2026, 2, 6, 0, 10).toISOString() } as Alert;
  const on = (from: string, to: string) =>
    matches(past, readFilter({ state: "cleared", from, to }), everywhere);
  expect(on("2026-03-05", "2026-03-05")).toBe(true);
  expect(on("2026-03-06", "2026-03-06")).toBe(true);
  expect(on("2026-03-07", "")).toBe(false);
  expect(on("", "2026-03-04")).toBe(false);
});

test("the API is asked for the same", () => {
  const query = queryOf(
    readFilter({ state: "cleared", assignee: "me", from: "2026-03-05", to: "2026-03-06" }),
    here,
  );
  expect(query).toMatchObject({
    ...{ state: "cleared", site: "a", assignee: "王", assigned: undefined },
    from: new Date(2026, 2, 5).toISOString(),
    to: new Date(2026, 2, 7).toISOString(),
  });
  expect(queryOf(readFilter({ assignee: "none" }), here)).toMatchObject({
    assignee: undefined,
    assigned: "false",
  });
});

test("what an address says wrongly is no condition", () => {
  const wrong = { severity: "terrible", acknowledged: "maybe", state: "lost", assignee: "x", from: "soon" };
  expect(isNarrowed(readFilter(wrong))).toBe(false);
  // Ids of rules are their kind's own.
  expect(isNarrowed(readFilter({ rule: "r" }))).toBe(false);
});
