import { expect, test } from "vitest";
import { applyReading, createTwin } from "../../../gateway/state/twin.ts";
import type { Reading } from "../../../gateway/types.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse("2026-01-15T08:00:00Z");

function aReading(reading: Partial<Reading> & Pick<Reading, "at">): Reading {
  const { at } = reading;
  return {
    device: "elm/lamp/a",
    stream: "telemetry",
    event: undefined,
    ts: at,
    quality: "good",
    values: {},
    ...reading,
  };
}

test("a reading that tells of long ago is history and leaves the present as it is", () => {
  const twin = createTwin();
  expect(applyReading(twin, aReading({ at: start, values: { lux: 5 } }), 5 * minute)).toBe(true);
  const late = aReading({ at: start + 1, ts: start - hour, values: { lux: 1 } });
  expect(applyReading(twin, late, 5 * minute)).toBe(false);
  expect(twin.values).toEqual({ lux: 5 });
});

test("when the gateway's clock stepped back, what a device says is the present at once", () => {
  const twin = createTwin();
  applyReading(twin, aReading({ at: start + 24 * hour, values: { lux: 5 } }), 5 * minute);
  expect(applyReading(twin, aReading({ at: start, values: { lux: 9 } }), 5 * minute)).toBe(true);
  expect(twin.values).toEqual({ lux: 9 });
  const late = aReading({ at: start + 1, ts: start - hour, values: { lux: 1 } });
  expect(applyReading(twin, late, 5 * minute)).toBe(false);
});
