import { expect, test } from "vitest";
import { applyReading, createTwin, qualityNow } from "../../../gateway/state/twin.ts";
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

/** A device that reported once in time and then `later`, one reading a minute; `n` of `later` counts from 1. */
function aTwinThatHeard(later: (n: number) => Pick<Reading, "at" | "ts" | "quality">) {
  const twin = createTwin();
  applyReading(twin, aReading({ at: start, values: { lux: 0 } }), 5 * minute);
  for (let n = 1; n <= 4; n++) applyReading(twin, aReading({ ...later(n), values: { lux: n } }), 5 * minute);
  return twin;
}

test("a clock that was set back is followed once it stays the same time behind, marked as suspect", () => {
  const twin = aTwinThatHeard((n) => {
    const at = start + n * minute;
    return { at, ts: at - 8 * hour, quality: "suspect" };
  });
  expect([twin.values.lux, twin.stamps.lux?.quality]).toEqual([4, "suspect"]);
});

test("a backlog catches up: it leaves the present as it is, and does not make it look fresh", () => {
  const twin = aTwinThatHeard((n) => {
    const at = start + n * minute;
    return { at, ts: start - 8 * hour + n * hour, quality: "suspect" };
  });
  expect(twin.values.lux).toBe(0);
  const now = start + 4 * minute;
  expect(qualityNow(twin.stamps.lux!, true, minute, twin.freshAt, now)).toBe("stale");
});
