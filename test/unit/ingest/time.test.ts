import { describe, expect, test } from "vitest";
import { readTime } from "../../../gateway/ingest/time.ts";

const at = Date.parse("2026-01-15T08:00:00Z");
const ts = Date.parse("2026-01-15T07:59:00Z");

describe("device time", () => {
  test.each([
    [ts, ts, undefined],
    [ts / 1000, ts, "time-from-seconds"],
    [ts * 1000, ts, "time-from-microseconds"],
    [ts * 1e6, ts, "time-from-nanoseconds"],
    [String(ts), ts, "time-from-text"],
    ["2026-01-15T07:59:00Z", ts, "time-from-rfc3339"],
    ["2026-01-15T15:59:00+08:00", ts, "time-from-rfc3339"],
    ["2026-01-15 15:59:00", ts, "time-without-zone"],
    ["2026-13-45T00:00:00Z", at, "time-unreadable"],
    ["yesterday", at, "time-unreadable"],
    [-5, at, "time-unreadable"],
    [{}, at, "time-unreadable"],
    [null, at, "time-missing"],
    [" ", at, "time-missing"],
    [undefined, at, undefined],
  ])("%j is understood, and how is named", (value, expected, coercion) => {
    expect(readTime(value, at, "+08:00")).toMatchObject({ ts: expected, coercion });
  });
});
