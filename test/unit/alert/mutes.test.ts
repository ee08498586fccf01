import { describe, expect, test } from "vitest";
import type { Mute } from "../../../gateway/types.ts";
import { crew, hour, minute, office, someMutes } from "./mute-support.ts";

const day = 24 * hour;

test("a window lasts from its first millisecond until before its end", async () => {
  const { add, clock, happens } = someMutes();
  await add({ from: clock.now() + 10, to: clock.now() + minute });
  const isMuted = () => happens().muted === true;
  clock.advance(9);
  expect(isMuted()).toBe(false);
  clock.advance(1);
  expect(isMuted()).toBe(true);
  clock.advance(minute - 11);
  expect(isMuted()).toBe(true);
  clock.advance(1);
  expect(isMuted()).toBe(false);
});

test.each<[string, Partial<Mute>, boolean]>([
  ["the whole site", {}, true],
  ["another site", { site: "other" }, false],
  ["its building", { building: "12号楼" }, true],
  ["another building", { building: "1号楼" }, false],
  ["its kind", { kind: "oven" }, true],
  ["another kind", { kind: "bin" }, false],
  ["the device", { device: "site/oven/d1" }, true],
  ["another device", { device: "site/oven/d2" }, false],
  ["the rule", { rule: "hot" }, true],
  ["another rule", { rule: "offline" }, false],
  ["the rule at another device", { rule: "hot", device: "site/oven/d2" }, false],
  ["all of it together", { building: "12号楼", kind: "oven", device: "site/oven/d1", rule: "hot" }, true],
])("a window over %s: covered is %#", async (_, place, isCovered) => {
  const { add, happens } = someMutes();
  await add(place);
  expect(happens().muted === true).toBe(isCovered);
});

test("a device without a building is in no window of one", async () => {
  const { add, happens } = someMutes();
  await add({ building: "12号楼" });
  expect(happens({ device: "site/oven/d2" }).muted).toBeUndefined();
});

test("of several windows the drill is named before maintenance, and that before a silence; of two alike the longer", async () => {
  const mutes = someMutes();
  const now = mutes.clock.now();
  const named = () => mutes.happens().during?.reason;
  await mutes.add({ type: "silence", to: now + 3 * hour, reason: "silence" });
  await mutes.add({ type: "maintenance", to: now + hour, reason: "short" });
  await mutes.add({ type: "maintenance", to: now + 2 * hour, reason: "long" });
  expect(named()).toBe("long");
  await mutes.add({ type: "drill", to: now + minute, reason: "drill" });
  expect(named()).toBe("drill");
  mutes.clock.advance(minute);
  expect(named()).toBe("long");
});

test("screens hear that a window was planned, begins and ends, each once, at its own moment", async () => {
  const mutes = someMutes();
  const { clock } = mutes;
  const begin = clock.now() + minute;
  await mutes.add({ from: begin, to: begin + hour });
  expect(mutes.steps.map(({ step }) => step)).toEqual(["planned"]);
  expect(mutes.tick().shown).toEqual([]);
  clock.advance(minute + 100);
  expect(mutes.tick().shown).toMatchObject([{ step: "begun", at: begin }]);
  expect(mutes.tick().shown).toEqual([]);
  clock.advance(2 * hour);
  expect(mutes.tick().shown).toMatchObject([{ step: "ended", at: begin + hour }]);
  expect(mutes.tick().shown).toEqual([]);
  expect(mutes.mutes.open()).toEqual([]);
});

test("a window goes on over a restart, and its end is shown also when it came while the gateway was off", async () => {
  const first = someMutes();
  const { id } = await first.add();
  const second = first.restart();
  expect(second.happens().muted).toBe(true);
  expect(second.tick().shown).toEqual([]);
  second.clock.advance(hour);
  const third = second.restart();
  expect(third.happens({ alert: "later" }).muted).toBeUndefined();
  expect(third.tick().shown).toMatchObject([{ step: "ended", mute: { id } }]);
  expect(third.restart().tick().shown).toEqual([]);
});

test("a window that nobody could write down ends all the same", async () => {
  const mutes = someMutes();
  await mutes.add();
  mutes.database.db.exec("PRAGMA query_only = ON");
  mutes.clock.advance(hour);
  expect(mutes.happens().muted).toBeUndefined();
  expect(mutes.tick().shown).toMatchObject([{ step: "ended" }]);
  expect(mutes.tick().shown).toEqual([]);
  expect(await mutes.metrics.text()).toContain("linli_mutes_failed_total 2");
  mutes.database.db.exec("PRAGMA query_only = OFF");
  mutes.tick();
  expect(mutes.restart().tick().shown).toEqual([]);
});

describe("the bounds of a window", () => {
  test.each([
    ["silence", day],
    ["maintenance", 14 * day],
    ["drill", 8 * hour],
  ] as const)("a %s lasts no longer than it may", async (type, longest) => {
    const { add, clock } = someMutes();
    await add({ type, to: clock.now() + longest });
    await expect(add({ type, to: clock.now() + longest + 1 })).rejects.toMatchObject({
      ...{ code: "invalid-request", path: "to" },
    });
  });

  test("it is not over already, ends after it begins, begins not long ago and not in the far future", async () => {
    const { add, clock } = someMutes();
    const now = clock.now();
    await expect(add({ to: now })).rejects.toMatchObject({ path: "to" });
    await expect(add({ from: now + hour, to: now + hour })).rejects.toMatchObject({ path: "to" });
    await expect(add({ from: now - minute - 1 })).rejects.toMatchObject({ path: "from" });
    await expect(add({ from: now + 91 * day, to: now + 91 * day + hour })).rejects.toMatchObject({
      path: "from",
    });
    // Clocks of callers differ a little; what lies in the past stays as it was.
    expect((await add({ from: now - minute })).from).toBe(now);
  });

  test("a site has so many and no more, until one is over", async () => {
    const { add, tick, clock } = someMutes({ settings: { maxOpen: 2 } });
    await add({ to: clock.now() + minute });
    await add();
    await expect(add()).rejects.toMatchObject({ code: "limit-reached" });
    await add({ site: "other" });
    clock.advance(minute);
    tick();
    await add();
  });

  test("what is over is removed when it is too old or there is too much of it", async () => {
    const { add, tick, clock, desk } = someMutes({ settings: { keepMs: day } });
    const list = () => desk.list({ site: "site", limit: 500 }).items.length;
    await add();
    clock.advance(hour);
    tick();
    clock.advance(day - minute);
    await add();
    expect(list()).toBe(2);
    clock.advance(2 * minute);
    await add();
    expect(list()).toBe(2);

    const many = someMutes({ settings: { keep: 100 } });
    for (let i = 0; i < 103; i++) {
      const { id } = await many.add();
      many.clock.advance(1);
      await many.desk.end({ site: "site", id }, office);
    }
    expect(many.desk.list({ site: "site", limit: 500 }).items).toHaveLength(100);
  });
});

describe("what people do with a window", () => {
  test("its end moves, but never into the past and never further than it may", async () => {
    const { add, clock, desk, steps, happens } = someMutes();
    const { id, from } = await add();
    const which = { site: "site", id };
    clock.advance(minute);
    await expect(desk.change(which, { to: clock.now() }, office)).rejects.toMatchObject({ path: "to" });
    await expect(desk.change(which, { to: from + 14 * day + 1 }, office)).rejects.toMatchObject({
      path: "to",
    });
    expect(await desk.change(which, { to: clock.now() + minute, reason: "快好了" }, office)).toMatchObject({
      ...{ to: clock.now() + minute, reason: "快好了", by: "张三" },
    });
    expect(steps.map(({ step }) => step)).toEqual(["begun", "changed"]);
    clock.advance(minute);
    expect(happens().muted).toBeUndefined();
    await expect(desk.change(which, { to: clock.now() + hour }, office)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("it ends when a person says so, once; one that was planned never begins", async () => {
    const { add, clock, desk, steps, happens, tick } = someMutes();
    const running = await add();
    const planned = await add({ from: clock.now() + minute });
    clock.advance(1);
    for (const { id } of [running, planned]) {
      expect(await desk.end({ site: "site", id }, office)).toMatchObject({
        endedBy: "张三",
        endedAt: clock.now(),
      });
      await expect(desk.end({ site: "site", id }, office)).rejects.toThrow(/ended by 张三/);
    }
    expect(happens().muted).toBeUndefined();
    clock.advance(2 * minute);
    expect(happens({ alert: "later" }).muted).toBeUndefined();
    expect(tick().shown).toEqual([]);
    expect(steps.map(({ step }) => step)).toEqual(["begun", "planned", "ended", "ended"]);
  });

  test("one of another site is not found", async () => {
    const { add, desk } = someMutes();
    const { id } = await add();
    expect(() => desk.find("other", id)).toThrow(/no window/);
    await expect(desk.end({ site: "other", id }, office)).rejects.toMatchObject({ code: "not-found" });
  });

  test("a crew silences one device for an hour, and nothing else", async () => {
    const { add, clock, desk } = someMutes();
    const one = { type: "silence", device: "site/oven/d1" } as const;
    const { id } = await add(one, crew);
    for (const more of [
      { type: "silence" as const },
      { type: "silence" as const, building: "12号楼" },
      { ...one, type: "maintenance" as const },
      { ...one, type: "drill" as const },
      { ...one, to: clock.now() + hour + 1 },
    ]) {
      await expect(add(more, crew)).rejects.toMatchObject({ code: "forbidden" });
    }
    clock.advance(minute);
    await expect(desk.change({ site: "site", id }, { to: clock.now() + hour }, crew)).rejects.toMatchObject({
      code: "forbidden",
    });
    await desk.change({ site: "site", id }, { reason: "还没修好" }, crew);
    await desk.end({ site: "site", id }, crew);
    const { id: big } = await add();
    await expect(desk.end({ site: "site", id: big }, crew)).rejects.toMatchObject({ code: "forbidden" });
  });
});

test("lists are pages, by what lasts now and by time", async () => {
  const { add, clock, desk } = someMutes();
  const now = clock.now();
  const over = await add({ to: now + minute, reason: "over" });
  clock.advance(2 * minute);
  const active = await add({ reason: "active" });
  const planned = await add({ from: now + hour, to: now + 2 * hour, reason: "planned" });
  await add({ site: "other" });
  const list = (more: object) => desk.list({ site: "site", limit: 10, ...more }).items.map(({ id }) => id);
  expect(list({})).toEqual([planned.id, active.id, over.id]);
  expect(list({ active: true })).toEqual([active.id]);
  expect(list({ active: false })).toEqual([planned.id, over.id]);
  expect(list({ from: now + minute })).toEqual([planned.id, active.id]);
  expect(list({ to: now + hour })).toEqual([active.id, over.id]);
  const first = desk.list({ site: "site", limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual([planned.id, active.id]);
  expect(list({ limit: 2, cursor: first.next })).toEqual([over.id]);
  expect(() => list({ cursor: "nonsense" })).toThrow(/cursor/);
});
