import { describe, expect, test } from "vitest";
import { aDevice, aGateway, day, hour, minute } from "./availability-support.ts";

/** The gateway of these tests begins at local midnight of 15 January. */
const first = "2026-01-15";

const rows = ({ database }: ReturnType<typeof aGateway>, table: string) =>
  Number(database.db.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count);

test("a device that never came is unknown, and one that came is known since then", () => {
  const gateway = aGateway();
  gateway.pass(2 * hour);
  gateway.turn("a", true);
  gateway.pass(3 * hour);
  const none = { offlineMs: 0, outages: 0, longestMs: 0 };
  expect(gateway.figures("a", first, "2026-01-16")).toEqual({
    ...{ ...none, onlineMs: 3 * hour, unknownMs: 2 * hour },
    knownSince: gateway.clock.now() - 3 * hour,
  });
  expect(gateway.figures("b", first, "2026-01-16")).toEqual({
    ...{ ...none, onlineMs: 0, unknownMs: 5 * hour, knownSince: undefined },
  });
});

test("what lies before the registration, or in the future, is no time of the device", () => {
  const gateway = aGateway();
  gateway.pass(hour);
  gateway.devices.set("elm/bin/late", aDevice("late", gateway.clock.now()));
  gateway.turn("late", true);
  gateway.pass(hour);
  expect(gateway.figures("late", "2026-01-01", "2026-02-01")).toMatchObject({ onlineMs: hour, unknownMs: 0 });
  expect(gateway.figures("late", "2026-02-01", "2026-03-01")).toMatchObject({ onlineMs: 0, unknownMs: 0 });
});

describe("outages", () => {
  test("over midnight are one, with their time on the days that it lies on", () => {
    const gateway = aGateway();
    gateway.turn("a", true);
    gateway.pass(23 * hour);
    gateway.turn("a", false);
    gateway.pass(2 * hour);
    gateway.turn("a", true);
    gateway.pass(hour);
    gateway.flush();
    expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({
      offlineMs: hour,
      outages: 1,
      longestMs: hour,
    });
    expect(gateway.figures("a", "2026-01-16", "2026-01-17")).toMatchObject({
      offlineMs: hour,
      longestMs: 2 * hour,
    });
    expect(gateway.figures("a", first, "2026-01-17")).toMatchObject({ offlineMs: 2 * hour, outages: 1 });
  });

  test("of a year are one row, and many of one day are one row", () => {
    const gateway = aGateway();
    gateway.turn("a", true);
    gateway.turn("b", true);
    gateway.turn("a", false);
    for (let count = 0; count < 50; count++) {
      gateway.turn("b", false);
      gateway.pass(minute);
      gateway.turn("b", true);
    }
    gateway.pass(365 * day);
    gateway.turn("a", true);
    gateway.flush();
    expect([rows(gateway, "availability_days"), rows(gateway, "availability_outages")]).toEqual([1, 1]);
    expect(gateway.figures("b", first, "2026-01-16")).toMatchObject({ outages: 50, offlineMs: 50 * minute });
    expect(gateway.figures("a", "2026-06-01", "2026-07-01")).toMatchObject({
      offlineMs: 30 * day,
      outages: 1,
    });
  });

  test("of a device that hangs up to sleep begin only when it is missed", () => {
    const gateway = aGateway({ sleepMs: { a: 2 * hour } });
    gateway.turn("a", true);
    gateway.turn("a", false, "closed");
    gateway.pass(2 * hour);
    expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({ onlineMs: 2 * hour, outages: 0 });
    gateway.turn("a", true);
    gateway.turn("a", false, "closed");
    gateway.pass(3 * hour);
    expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({ offlineMs: 3 * hour, outages: 1 });
    gateway.turn("a", true);
    // A will is no sleep.
    gateway.turn("a", false, "will");
    gateway.pass(hour);
    gateway.turn("a", true);
    expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({ offlineMs: 4 * hour, outages: 2 });
  });
});

describe("a gateway that did not run", () => {
  test("knows nothing of that time, and the outage that it lies in stays one", () => {
    const gateway = aGateway();
    gateway.turn("a", true);
    gateway.turn("b", true);
    gateway.pass(hour);
    gateway.turn("a", false);
    gateway.pass(hour);
    gateway.restart("stop", 4 * hour);
    gateway.pass(hour);
    gateway.turn("a", true);
    const report = gateway.view.report({ devices: [], from: first, to: "2026-01-16" });
    expect(report.gapMs).toBe(4 * hour);
    expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({
      ...{ onlineMs: hour, offlineMs: 2 * hour, unknownMs: 4 * hour, outages: 1, longestMs: 2 * hour },
    });
    expect(gateway.figures("b", first, "2026-01-16")).toMatchObject({
      onlineMs: 3 * hour,
      unknownMs: 4 * hour,
    });
  });

  test("says so in the journal after standing still, and not after a busy moment", () => {
    const gateway = aGateway({ stallMs: 30_000 });
    gateway.pass(20_000);
    expect(gateway.journal).toEqual([]);
    const from = gateway.clock.now();
    gateway.pass(2 * hour);
    expect(gateway.journal).toEqual([{ from, at: from + 2 * hour }]);
  });

  test("writes that it runs every ten seconds, so that kill -9 leaves no more unknown", () => {
    const gateway = aGateway({ stallMs: 30_000 });
    gateway.turn("a", true);
    for (let second = 0; second < 95; second++) {
      gateway.pass(1_000);
      gateway.flush();
    }
    gateway.restart("kill", minute);
    const { unknownMs } = gateway.figures("a", first, "2026-01-16");
    expect(unknownMs).toBeGreaterThanOrEqual(minute);
    expect(unknownMs).toBeLessThan(minute + 10_000);
  });

  test("learns at its first start with this view how devices stand", () => {
    const gateway = aGateway();
    gateway.pass(hour);
    gateway.view.settle("elm/bin/a", true, 7);
    gateway.view.settle("elm/bin/b", false, 7);
    gateway.pass(hour);
    expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({ onlineMs: hour, unknownMs: hour });
    expect(gateway.figures("b", first, "2026-01-16")).toMatchObject({ offlineMs: hour, outages: 1 });
    // The records that it knew by then.
    gateway.view.apply({ device: "elm/bin/a", online: false, at: gateway.clock.now(), reason: "will" }, 7);
    expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({ outages: 0 });
  });
});

test("a removed device is forgotten, also when it comes again under its name", () => {
  const gateway = aGateway();
  gateway.turn("a", true);
  gateway.turn("a", false);
  gateway.pass(hour);
  gateway.turn("a", true);
  gateway.flush();
  gateway.pass(hour);
  gateway.devices.delete("elm/bin/a");
  gateway.view.forget("elm/bin/a");
  gateway.devices.set("elm/bin/a", aDevice("a", gateway.clock.now()));
  gateway.turn("a", true);
  gateway.pass(hour);
  const anew = { offlineMs: 0, outages: 0, knownSince: gateway.clock.now() - hour };
  expect(gateway.figures("a", first, "2026-01-16")).toMatchObject({ ...anew, onlineMs: hour });
  // The database still has the row of the one before.
  gateway.restart("kill", 0);
  expect(gateway.figures("a", first, "2026-01-16")).toMatchObject(anew);
  gateway.flush();
  expect(rows(gateway, "availability_devices")).toBe(1);
});

test("a device whose registration is gone after a start leaves no row", () => {
  const gateway = aGateway();
  gateway.turn("a", true);
  gateway.turn("b", true);
  gateway.devices.delete("elm/bin/a");
  gateway.restart("stop", minute);
  gateway.flush();
  expect(rows(gateway, "availability_devices")).toBe(1);
});

test("ten thousand devices that go at once are written in slices, and count at once", () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `d${i}`);
  const gateway = aGateway({ devices: ids });
  for (const id of ids) gateway.turn(id, true);
  let slices = 0;
  for (; gateway.view.position() !== Number.POSITIVE_INFINITY; slices++) gateway.flush();
  expect(slices).toBe(5);
  gateway.pass(hour);
  for (const id of ids) gateway.turn(id, false);
  gateway.pass(hour);
  for (const id of ids) gateway.turn(id, true);
  gateway.flush();
  expect(rows(gateway, "availability_days")).toBe(2_000);
  const { items } = gateway.view.report({ devices: gateway.devices.values(), from: first, to: "2026-01-16" });
  expect(items.filter(({ offlineMs, outages }) => offlineMs === hour && outages === 1)).toHaveLength(10_000);
  // The slices that were written count once, and the others come again.
  gateway.restart("kill", minute);
  const after = gateway.view.report({ devices: gateway.devices.values(), from: first, to: "2026-01-16" });
  expect(after.items.filter(({ offlineMs, outages }) => offlineMs === hour && outages === 1)).toHaveLength(
    10_000,
  );
});

test("a database that refuses leaves what is too much in the journal", () => {
  const gateway = aGateway({ maxWaitingOutages: 100 });
  gateway.turn("a", true);
  for (let night = 0; night < 100; night++) {
    gateway.turn("a", false);
    gateway.pass(day);
    gateway.turn("a", true);
  }
  expect(() => gateway.turn("b", true)).toThrow(/100 outages of devices wait/);
  expect(gateway.figures("a", first, "2026-02-01")).toMatchObject({ outages: 17 });
  gateway.flush();
  gateway.view.apply(gateway.journal.at(-1)!, gateway.journal.length);
  expect(gateway.figures("b", "2026-04-25", "2026-04-26")).toMatchObject({ unknownMs: 0 });
});

describe("what is old", () => {
  test("is removed in small steps, and is unknown from then on", () => {
    const gateway = aGateway();
    gateway.turn("a", true);
    for (let count = 0; count < 30; count++) {
      gateway.turn("a", false);
      gateway.pass(hour);
      gateway.turn("a", true);
      gateway.pass(23 * hour);
    }
    gateway.flush();
    const before = gateway.clock.now() - 10 * day + hour;
    expect(gateway.view.expire(before, 15)).toBe(15);
    expect(gateway.view.expire(before, 15)).toBe(5);
    expect(gateway.view.expire(before, 15)).toBe(0);
    const kept = { onlineMs: 10 * 23 * hour, offlineMs: 10 * hour, outages: 10, unknownMs: 20 * day };
    expect(gateway.figures("a", first, "2026-02-14")).toMatchObject(kept);
    gateway.restart("stop", 0);
    expect(gateway.figures("a", first, "2026-02-14")).toMatchObject(kept);
  });

  test("goes earlier when the gateway starts and stops too often", () => {
    const gateway = aGateway({ maxGaps: 3 });
    gateway.turn("a", true);
    for (let count = 0; count < 5; count++) {
      gateway.pass(23 * hour);
      gateway.restart("stop", hour);
    }
    gateway.flush();
    gateway.view.expire(gateway.clock.now() - 400 * day, 500);
    // The last three gaps end on the 18th, 19th and 20th at midnight.
    const { keptFrom, gapMs } = gateway.view.report({ devices: [], from: first, to: "2026-01-21" });
    expect([new Date(keptFrom).toISOString(), gapMs]).toEqual(["2026-01-16T16:00:00.000Z", 3 * hour]);
  });
});
