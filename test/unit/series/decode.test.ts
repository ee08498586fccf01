import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { createDecode } from "../../../gateway/series/decode.ts";
import { seriesFields } from "../../../gateway/series/fields.ts";
import { dayMs, fields, midnight } from "./support.ts";

const decode = createDecode(fields, { maxFutureMs: 300_000, maxPastMs: 90 * dayMs });

function line(message: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  const facts = {
    at: midnight,
    ts: midnight - 500,
    device: "xinfa/bin/b1",
    stream: "telemetry",
    quality: "good",
  };
  return JSON.stringify({ type: "reading", ...facts, ...more, message });
}

describe("a journal record", () => {
  test("becomes the values of a reading at the device's time", () => {
    expect(decode(line({ ts: 1, seq: 7, boot: "b", fill: 0.5, open: true, mode: "idle" }), 42)).toEqual({
      ...{ sequence: 42, site: "xinfa", kind: "bin", id: "b1", quality: "good" },
      ...{ time: midnight - 500, receivedAt: midnight, values: { fill: 0.5, open: true, mode: "idle" } },
    });
  });

  test("of an event names it among the values", () => {
    expect(decode(line({ event: "emptied", fill: 0 }, { stream: "event" }), 1)?.values).toEqual({
      event: "emptied",
      fill: 0,
    });
  });

  test("says at the receive time what a wrong clock would put where nobody looks", () => {
    const timeAt = (ts: number) => decode(line({ fill: 1 }, { ts }), 1)?.time;
    expect(timeAt(midnight + 300_000)).toBe(midnight + 300_000);
    expect(timeAt(midnight + 300_001)).toBe(midnight);
    expect(timeAt(midnight - 90 * dayMs)).toBe(midnight - 90 * dayMs);
    expect(timeAt(0)).toBe(midnight);
  });

  test("keeps of a kind that changed what still fits", () => {
    expect(decode(line({ fill: "half", open: 1, mode: "idle", gone: 3 }), 1)?.values).toEqual({
      mode: "idle",
    });
    expect(decode(line({ fill: 1 }, { device: "xinfa/lift/l1" }), 1)).toBeUndefined();
  });

  test("that is no reading says nothing", () => {
    expect(decode('{"type":"presence","device":"xinfa/bin/b1","online":true}', 1)).toBeUndefined();
  });
});

test("the types of a kind follow from its fields", async () => {
  const types = seriesFields(await loadCatalogue());
  expect(types["access-gate"]).toMatchObject({
    state: "state",
    tamper: "boolean",
    battery: "number",
    person: "text",
  });
  expect(types["waste-bin"]).toMatchObject({ fill: "number", burning: "boolean", event: "state" });
});
