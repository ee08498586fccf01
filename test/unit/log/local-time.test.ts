import { expect, test } from "vitest";
import { localTime, zoneName } from "../../../gateway/zone.ts";

const at = Date.parse("2026-01-15T20:30:15.999Z");

test.each([
  ["+08:00", "2026-01-16 04:30:15", "UTC+08:00"],
  ["-03:30", "2026-01-15 17:00:15", "UTC-03:30"],
  ["+00:00", "2026-01-15 20:30:15", "UTC"],
  ["-00:00", "2026-01-15 20:30:15", "UTC"],
])("in the zone %s it is %s", (zone, time, name) => {
  expect(localTime(at, zone)).toBe(time);
  expect(zoneName(zone)).toBe(name);
});
