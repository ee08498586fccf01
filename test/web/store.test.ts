import { describe, expect, test } from "vitest";
import { computed, effect } from "vue";
import type { LiveEvent } from "../../dashboards/web/live/store.ts";
import {
  aDevice,
  anAlert,
  anAlertStep,
  aPresence,
  aReading,
  aSnapshot,
  aStore,
  at,
  start,
} from "./live-support.ts";

describe("the live store", () => {
  test("takes a snapshot, and what happens after it", () => {
    const { store } = aStore();
    store.apply([aSnapshot([aDevice("1"), aDevice("2")]), aReading("1", 5, { fill: 0.75, lid: true })]);
    const device = store.devices.get("xinfa/bin/1")!;
    expect(device.values.fill).toMatchObject({ value: 0.75, unit: "ratio", at: start + 5000 });
    expect(device.values.lid).toMatchObject({ value: true, unit: null });
    expect(device.lastAt).toBe(start + 5000);
    expect(store.recent.value[0]).toMatchObject({ device: "xinfa/bin/1", values: { fill: 0.75, lid: true } });
    expect(store.isFilled.value).toBe(true);
  });

  test("tells only who shows the device that changed, and once for each batch", () => {
    const { store } = aStore();
    store.apply([aSnapshot([aDevice("1"), aDevice("2")])]);
    const seen: string[] = [];
    for (const id of ["1", "2"]) {
      const device = store.devices.get(`xinfa/bin/${id}`)!;
      effect(() => void seen.push(`${id} ${device.values.fill?.value}`));
    }
    const tally = store.tallies.all.value[0]!;
    let tallyRuns = 0;
    effect(() => {
      void tally.value;
      tallyRuns++;
    });
    seen.length = 0;
    store.apply([aReading("2", 1, { fill: 0.6 }), aReading("2", 2, { fill: 0.7 })]);
    expect(seen.at(-1)).toBe("2 0.7");
    expect(seen.some((line) => line.startsWith("1 "))).toBe(false);
    expect(tallyRuns).toBe(2);
  });

  test("counts by kind as devices, values, presence and alerts change", () => {
    const { store } = aStore();
    const second = aDevice("2", { presence: "unknown", values: {} });
    store.apply([aSnapshot([aDevice("1"), second])]);
    store.apply([
      aReading("1", 1, { fill: 0.9, lid: true }),
      aReading("2", 1, { fill: 0.3, lid: true }),
      aReading("2", 2, { lid: false }),
      aPresence("2", true),
      anAlertStep({ change: "c1" }),
    ]);
    const tally = store.tallies.all.value[0]!.value;
    expect(tally).toMatchObject({ total: 2, presence: { online: 2, offline: 0, unknown: 0 } });
    expect(tally.fields.get("fill")).toMatchObject({ count: 2, sum: expect.closeTo(1.2) });
    expect(tally.fields.get("lid")).toMatchObject({ count: 2, trues: 1 });
    expect(tally.alerts.minor).toBe(1);
    expect(store.devices.get("xinfa/bin/1")!.alerts).toEqual(["a1"]);
  });

  test("agrees with a count from scratch after any mixture of events", () => {
    const { store } = aStore();
    const ids = Array.from({ length: 20 }, (_, i) => String(i));
    store.apply([aSnapshot(ids.map((id) => aDevice(id)))]);
    for (let i = 0; i < 400; i++) {
      const id = ids[(i * 7) % 20]!;
      store.apply([
        aReading(id, i, { fill: ((i * 37) % 100) / 100, lid: i % 2 === 0 }),
        aPresence(id, i % 3 > 0),
      ]);
    }
    const devices = [...store.devices.values()];
    const tally = store.tallies.all.value[0]!.value;
    const fills = devices.map(({ values }) => values.fill!.value as number);
    expect(tally.fields.get("fill")!.sum).toBeCloseTo(fills.reduce((a, b) => a + b));
    expect(tally.fields.get("lid")!.trues).toBe(
      devices.filter(({ values }) => values.lid?.value === true).length,
    );
    expect(tally.presence.online).toBe(devices.filter(({ presence }) => presence === "online").length);
    expect(tally.total).toBe(20);
  });

  test("does not let a late reading of a backlog replace the present, and follows a clock that was set back", () => {
    const { store } = aStore();
    store.apply([aSnapshot([aDevice("1")]), aReading("1", 600, { fill: 0.8 })]);
    const late = aReading("1", 610, { fill: 0.1 });
    if (late.type === "reading") Object.assign(late.data, { ts: at(60) });
    store.apply([late]);
    expect(store.devices.get("xinfa/bin/1")!.values.fill!.value).toBe(0.8);
    const back = aReading("1", 800, { fill: 0.2 });
    if (back.type === "reading") Object.assign(back.data, { ts: at(60) });
    store.apply([back]);
    expect(store.devices.get("xinfa/bin/1")!.values.fill!.value).toBe(0.2);
  });

  test("asks for what a snapshot left out, and keeps what is newer than the answer", () => {
    const { store, asked } = aStore();
    store.apply([
      aSnapshot([aDevice("1")], {
        devices: { items: [aDevice("1")], complete: false },
        alerts: { items: [], complete: false },
      }),
    ]);
    expect(asked).toEqual(["devices of xinfa", "alerts"]);
    store.apply([aReading("1", 9, { fill: 0.9 }), aReading("7", 9, { fill: 0.7 })]);
    expect(asked.at(-1)).toBe("device xinfa/bin/7");
    const before = store.membership.value;
    store.takeDevices([aDevice("1"), aDevice("7")]);
    expect(store.devices.get("xinfa/bin/1")!.values.fill!.value).toBe(0.9);
    expect(store.membership.value).toBe(before + 1);
    store.takeAlerts([anAlert()]);
    expect(store.alerts.value).toHaveLength(1);
    expect(store.tallies.all.value[0]!.value.total).toBe(2);
  });

  test("begins anew with a second snapshot: what is gone is gone", () => {
    const { store } = aStore();
    store.apply([aSnapshot([aDevice("1"), aDevice("2")]), anAlertStep({ change: "c1" })]);
    const shown = computed(() => [store.membership.value, store.devices.size]);
    expect(shown.value[1]).toBe(2);
    store.apply([aSnapshot([aDevice("2")])]);
    expect(shown.value[1]).toBe(1);
    expect(store.alerts.value).toEqual([]);
    expect(store.tallies.all.value.map(({ value }) => value.total)).toEqual([1]);
  });

  test("forgets a device that was removed here, and counts it no more", () => {
    const { store } = aStore();
    store.apply([aSnapshot([aDevice("1"), aDevice("2", { presence: "offline" })])]);
    const shown = computed(() => [store.membership.value, store.devices.size]);
    expect(shown.value[1]).toBe(2);
    store.dropDevice("xinfa/bin/2");
    store.dropDevice("xinfa/bin/9");
    expect(shown.value[1]).toBe(1);
    const tally = store.tallies.all.value[0]!.value;
    expect(tally).toMatchObject({ total: 1, presence: { online: 1, offline: 0 } });
    expect(tally.fields.get("fill")).toMatchObject({ count: 1, sum: 0.5 });
  });

  test("keeps the last steps of commands, newest first", () => {
    const { store } = aStore();
    const step = (id: string): LiveEvent => ({
      ...{ type: "command", isDurable: true },
      data: { id, device: "xinfa/bin/1", site: "xinfa", kind: "bin", step: "queued", at: at(1) },
    });
    store.apply([step("c1"), step("c2")]);
    store.apply(Array.from({ length: 60 }, (_, index) => step(`d${index}`)));
    expect(store.commandSteps.value).toHaveLength(50);
    expect(store.commandSteps.value[0]?.id).toBe("d59");
  });
});
