import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import type { Kind } from "../../../devices/kit/kind.ts";
import { severityOf } from "../../../gateway/alert/severity.ts";
import type { Change, KnownDevice, MuteType } from "../../../gateway/types.ts";
import { createRandom } from "../../../simulators/random.ts";
import { aChange, hour, minute, office, someMutes } from "./mute-support.ts";

const types: readonly MuteType[] = ["silence", "maintenance", "drill"];

describe("a window", () => {
  test("holds a minor alert back, says who and why, and the alert keeps that in its book", async () => {
    const mutes = someMutes();
    const { id } = await mutes.add({ type: "silence", reason: "阀门在修" });
    const change = mutes.happens();
    expect(change).toMatchObject({ muted: true, during: { mute: id, type: "silence", reason: "阀门在修" } });
    expect(mutes.holds.hold(change)).toBe("silenced by 张三 until 2026-01-15T09:00Z: 阀门在修");
    expect(mutes.alerts.get(change.alert)).toMatchObject({ muted: true, during: { mute: id } });
  });

  test.each(types)(
    "of the type %s lets a fire and everything critical through, and is named beside it",
    async (type) => {
      const mutes = someMutes();
      await mutes.add({ type });
      for (const [rule, severity] of [
        ["smoke", "critical"],
        ["sprinkler", "major"],
        ["flood", "critical"],
      ] as const) {
        const change = mutes.happens({ rule, severity });
        expect(change).toMatchObject({ during: { type } });
        expect(change).not.toHaveProperty("muted");
        expect(mutes.holds.hold(change)).toBeUndefined();
        expect(mutes.holds.pause(change)).toBeUndefined();
        expect(mutes.alerts.get(change.alert)).toMatchObject({ muted: false, during: { type } });
      }
    },
  );

  test("decides when an alert is raised: people hear the end of what they heard of, and of nothing else", async () => {
    const mutes = someMutes();
    const { happens, holds, clock } = mutes;
    happens({ alert: "told" });
    const { id } = await mutes.add();
    happens({ alert: "held" });
    const steps = ["acknowledged", "commented", "cleared"] as const;
    for (const step of steps) {
      expect(holds.hold(happens({ alert: "told", step, by: "li" })), step).toBeUndefined();
      expect(holds.hold(happens({ alert: "held", step, by: "li" })), step).toMatch(/under maintenance/);
    }
    await mutes.desk.end({ site: "site", id }, office);
    clock.advance(1);
    expect(mutes.tick().told).toEqual([]);
    expect(holds.hold(happens({ alert: "held", step: "raised" }))).toBeUndefined();
  });

  test("pauses the calls for an alert that people were told of before, while it lasts", async () => {
    const mutes = someMutes();
    const change = mutes.happens();
    expect(mutes.holds.pause(change)).toBeUndefined();
    await mutes.add({ type: "silence" });
    expect(mutes.holds.pause(change)).toMatch(/^silenced by 张三/);
    expect(mutes.holds.hold(change)).toBeUndefined();
    mutes.clock.advance(hour);
    expect(mutes.holds.pause(change)).toBeUndefined();
  });

  test("that is over tells of what it held back and holds still, once", async () => {
    const mutes = someMutes();
    await mutes.add();
    mutes.happens({ alert: "still" });
    mutes.happens({ alert: "gone" });
    mutes.happens({ alert: "seen" });
    mutes.happens({ alert: "gone", step: "cleared" });
    mutes.happens({ alert: "seen", step: "acknowledged", by: "li" });
    mutes.clock.advance(hour - 1);
    expect(mutes.tick().told).toEqual([]);
    mutes.clock.advance(1);
    const { told } = mutes.tick();
    expect(told).toMatchObject([{ step: "reminded", alert: "still", at: mutes.clock.now() }]);
    expect(mutes.holds.hold(told[0]!)).toBeUndefined();
    expect(mutes.alerts.get("still")?.muted).toBe(false);
    expect(mutes.tick().told).toEqual([]);
    expect(mutes.holds.hold(mutes.happens({ alert: "still", step: "cleared" }))).toBeUndefined();
    expect(mutes.holds.hold(mutes.happens({ alert: "seen", step: "cleared" }))).toMatch(/maintenance/);
  });

  test("that is over while another one goes on leaves the telling to that one", async () => {
    const mutes = someMutes();
    const now = mutes.clock.now();
    await mutes.add({ type: "drill", to: now + minute });
    await mutes.add({ type: "silence", to: now + hour });
    mutes.happens();
    mutes.clock.advance(minute);
    expect(mutes.tick().told).toEqual([]);
    mutes.clock.advance(hour);
    expect(mutes.tick().told).toHaveLength(1);
  });

  test("that a person ends tells at once, one that is prolonged later", async () => {
    const mutes = someMutes();
    const { id } = await mutes.add();
    mutes.happens();
    mutes.clock.advance(minute);
    await mutes.desk.change({ site: "site", id }, { to: mutes.clock.now() + 2 * hour }, office);
    mutes.clock.advance(hour);
    expect(mutes.tick().told).toEqual([]);
    await mutes.desk.end({ site: "site", id }, office);
    expect(mutes.tick().told).toHaveLength(1);
  });

  test("that ended while the gateway was off tells after the start", async () => {
    const mutes = someMutes();
    await mutes.add();
    mutes.happens();
    mutes.happens({ alert: "seen" });
    mutes.happens({ alert: "seen", step: "acknowledged", by: "li" });
    mutes.clock.advance(2 * hour);
    const later = mutes.restart();
    expect(later.tick().told).toMatchObject([{ step: "reminded", alert: "site/oven/d1 hot" }]);
    expect(later.restart().tick().told).toEqual([]);
  });

  test("says nothing of the debounce, and holds nothing of a device or rule that nobody knows", async () => {
    const mutes = someMutes();
    await mutes.add();
    expect(mutes.happens({ step: "pending" })).not.toHaveProperty("during");
    for (const more of [{ device: "site/oven/nobody" }, { rule: "nothing" }]) {
      const change = mutes.happens(more);
      expect(change).not.toHaveProperty("muted");
      expect(mutes.holds.hold(change)).toBeUndefined();
    }
  });
});

describe("an alert under the device above it", () => {
  const under = "site/oven/d2";

  test("is held with all that happens to it, until it is told on its own", () => {
    const mutes = someMutes();
    const quiet = { rule: "offline", under };
    expect(mutes.holds.hold(mutes.happens(quiet))).toBe("under its uplink d2, which is down");
    const said = mutes.happens({ rule: "offline", step: "commented", by: "li" });
    expect(mutes.holds.hold(said)).toMatch(/under its uplink/);
    const told = mutes.happens({ rule: "offline", step: "reminded" });
    expect(mutes.holds.hold(told)).toBeUndefined();
    expect(mutes.alerts.get(told.alert)?.under).toBeUndefined();
    expect(mutes.holds.hold(mutes.happens({ rule: "offline", step: "cleared" }))).toBeUndefined();
  });

  test("is not told because a window ends, nor in a window because the device above is back", async () => {
    const mutes = someMutes();
    await mutes.add({ to: mutes.clock.now() + minute });
    mutes.happens({ rule: "offline", under });
    mutes.clock.advance(minute);
    expect(mutes.tick().told).toEqual([]);
    await mutes.add();
    const told = mutes.happens({ rule: "offline", step: "reminded" });
    expect(mutes.holds.hold(told)).toMatch(/maintenance/);
    mutes.clock.advance(hour);
    expect(mutes.tick().told).toMatchObject([{ step: "reminded" }]);
  });

  test("is held over a restart", () => {
    const mutes = someMutes();
    mutes.happens({ rule: "offline", under });
    const later = mutes.restart();
    expect(later.tick().told).toEqual([]);
    expect(later.holds.hold(later.happens({ rule: "offline", step: "cleared" }))).toMatch(/under its uplink/);
  });
});

test("whatever windows there are and whatever is down, no kind has a fire or critical alert of which nobody is told", async () => {
  const catalogue = await loadCatalogue();
  const known = [...catalogue.values()].flatMap((kind) =>
    ["1号楼", undefined].map((building) => aDeviceOf(kind, building)),
  );
  const random = createRandom("never hide a fire");
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const maybe = <T>(value: T) => (random() < 0.5 ? value : undefined);
  const mutes = someMutes({ known });
  let urgent = 0;
  let held = 0;

  for (let round = 0; round < 60; round++) {
    const device = pick(known);
    const place = {
      ...{ building: maybe("1号楼"), kind: maybe(device.kind), device: maybe(device.device) },
      rule: maybe(pick(device.definition.rules).id),
    };
    const set = Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
    const from = mutes.clock.now() + Math.floor(random() * 20) * minute;
    await mutes.add({ type: pick(types), from, to: from + hour, ...set });
    mutes.clock.advance(Math.floor(random() * 10) * minute);
    mutes.tick();
    for (const one of known) {
      for (const rule of one.definition.rules) {
        const under = maybe(pick(known).device);
        const severity = severityOf(rule, one.facts, () => {});
        const about = {
          device: one.device,
          rule: rule.id,
          severity,
          alert: `${one.device} ${rule.id} ${round}`,
        };
        for (const step of ["raised", "acknowledged", "cleared"] as const satisfies Change["step"][]) {
          const change = mutes.happens({ ...about, step, ...(under !== undefined && { under }) });
          const isUrgent = severity === "critical" || rule.fire === true;
          urgent += Number(isUrgent);
          held += Number(mutes.holds.hold(change) !== undefined);
          if (!isUrgent) continue;
          expect([mutes.holds.hold(change), mutes.holds.pause(change), change.muted]).toEqual([
            ...[undefined, undefined, undefined],
          ]);
          // Marks that somebody put on it by mistake change nothing.
          expect(mutes.holds.hold({ ...change, muted: true, under: "a/b/c" })).toBeUndefined();
        }
      }
    }
  }
  expect(urgent).toBeGreaterThan(1_000);
  expect(held).toBeGreaterThan(1_000);
});

function aDeviceOf(definition: Kind, building: string | undefined): KnownDevice {
  const id = building === undefined ? "outside" : "inside";
  return {
    ...{
      device: `site/${definition.name}/${id}`,
      site: "site",
      kind: definition.name,
      id,
      name: id,
      building,
    },
    ...{
      facts: {},
      limits: {},
      definition,
      floor: undefined,
      parent: undefined,
      intervalMs: undefined,
      createdAt: 0,
    },
  };
}

test("a change of a marked alert keeps everything else as it was", async () => {
  const mutes = someMutes();
  const change = aChange(mutes.clock.now(), { values: { t: 60 }, reason: "why" });
  expect(mutes.marks.mark(change)).toBe(change);
  await mutes.add();
  expect(mutes.marks.mark(change)).toMatchObject(change);
});
