import { expect, test } from "vitest";
import { readRetryAfter } from "../../../gateway/notify/refusal.ts";

const now = Date.parse("2026-01-15T08:00:00Z");

test.each([
  ["7", 7000],
  ["0", 0],
  ["Thu, 15 Jan 2026 08:00:30 GMT", 30_000],
  // In the past, and longer than anybody may silence an alarm.
  ["Thu, 15 Jan 2026 07:00:00 GMT", 0],
  ["999999", 3_600_000],
  ["Fri, 16 Jan 2026 08:00:00 GMT", 3_600_000],
  ["-5", undefined],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("Retry-After %j is a wait of %j ms", (text, wait) => {
  expect(readRetryAfter(text, now)).toBe(wait);
});
