import { expect, test } from "vitest";
import { aDevice, aRule, offlineRule } from "./makers.ts";
import { aSite, names } from "./site-support.ts";

const second = 1_000;
const minute = 60 * second;

test("an uplink with 43 devices dies by its will: one alert is told, all 44 are raised", () => {
  const site = aSite();
  site.add(["up"], { name: "7 号楼网关" });
  site.add(names(43), { parent: "up" });
  site.talk("up", ...names(43));
  site.tell("up", "will");
  site.wait(3 * minute);
  expect(site.told()).toEqual(["raised up will"]);
  expect(site.standing()).toHaveLength(44);
  expect(site.of("up")?.affects).toEqual({ count: 43, names: ["d00", "d01", "d02"] });
  expect(site.standing().filter(({ under }) => under === "site/oven/up")).toHaveLength(43);
});

test("children that are noticed before their uplink wait for it to be found dead", () => {
  const site = aSite();
  // Its own silence shows 10 s after theirs.
  site.add(["up"], { intervalMs: Math.round((76 * second) / 2.2) });
  site.add(["a", "b"], { parent: "up" });
  site.talk("up", "a", "b");
  site.wait(70 * second);
  expect(site.said()).toEqual([]);
  site.wait(7 * second);
  expect(site.said()).toEqual(["raised up silent", "raised a silent under up", "raised b silent under up"]);
  expect(site.of("up")?.affects?.count).toBe(2);
});

test("a child whose uplink is well is told on its own, 15 s later than without one", () => {
  const site = aSite();
  site.add(["up", "alone"]);
  site.add(["a"], { parent: "up" });
  site.talk("a", "alone");
  site.wait(80 * second, "up");
  expect(site.said()).toEqual(["raised alone silent"]);
  site.wait(2 * second, "up");
  expect(site.said()).toEqual(["raised a silent"]);
});

test("a child that comes back while its alert waits raises nothing", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(["a"], { parent: "up" });
  site.talk("a");
  site.wait(70 * second, "up");
  site.wait(5 * minute, "up", "a");
  expect(site.said()).toEqual([]);
});

test("without waiting, and behind a device that no alert is ever raised of, nobody waits", () => {
  const impatient = aSite({ parentWaitMs: 0 });
  impatient.add(["up"]);
  impatient.add(["a"], { parent: "up" });
  impatient.talk("a");
  impatient.wait(66 * second, "up");
  expect(impatient.said()).toEqual(["raised a silent"]);

  const mute = aSite();
  mute.add(["up"], {}, []);
  mute.add(["a"], { parent: "up" });
  mute.talk("a");
  mute.wait(66 * second);
  expect(mute.said()).toEqual(["raised a silent"]);
});

test.each([
  { all: 10, gone: 5, is: "told one by one" },
  { all: 10, gone: 6, is: "folded" },
  { all: 4, gone: 4, is: "told one by one" },
  { all: 5, gone: 5, is: "folded" },
])("of $all devices behind a living uplink $gone go quiet: $is", ({ all, gone, is }) => {
  const site = aSite();
  site.add(["up"]);
  site.add(names(all), { parent: "up" });
  site.talk(...names(all));
  site.wait(4 * minute, "up", ...names(all).slice(gone));
  const told = is === "folded" ? ["raised up children"] : names(gone).map((name) => `raised ${name} silent`);
  expect(site.told()).toEqual(told);
  expect(site.standing()).toHaveLength(is === "folded" ? gone + 1 : gone);
  if (is === "folded") expect(site.of("up")?.affects?.count).toBe(gone);
});

test("devices that went long before are no part of those that go together", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(names(10), { parent: "up" });
  site.talk(...names(10));
  site.wait(5 * minute, "up", ...names(10).slice(4));
  expect(site.told()).toHaveLength(4);
  // Six are left, and four of them are too few, although eight of ten are quiet.
  site.wait(5 * minute, "up", ...names(10).slice(8));
  expect(site.told()).toHaveLength(4);
});

test("43 devices whose silence shows over the better part of a minute are one alert all the same", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(names(43), { parent: "up" });
  for (const name of names(43)) {
    site.wait(second, "up");
    site.talk(name);
  }
  site.wait(5 * minute, "up");
  expect(site.told()).toEqual(["raised up children"]);
  expect(site.standing()).toHaveLength(44);
});

test("a folded alert outlives the uplink's own words, and ends when most are back; the rest is told on its own", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(names(6), { parent: "up" });
  site.talk(...names(6));
  site.wait(2 * minute, "up");
  expect(site.told()).toEqual(["raised up children"]);
  site.talk("up", "d00", "d01", "d02");
  site.wait(second, "up");
  expect(site.of("up")).toBeDefined();
  site.talk("d03");
  site.wait(second, "up");
  expect(site.of("up")).toBeUndefined();
  site.said();
  site.wait(2 * minute, "up", "d00", "d01", "d02", "d03");
  expect(site.told()).toEqual(["reminded d04", "reminded d05"]);
});

test("devices under an alert that a person resolved are told within the hour", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(names(5), { parent: "up" });
  site.talk(...names(5));
  site.wait(2 * minute, "up");
  site.said();
  site.phases.remove(site.phases.find("site/oven/up", "offline", false)!);
  site.wait(60 * minute, "up");
  expect(site.said()).toEqual(names(5).map((name) => `reminded ${name}`));
});

test("an uplink that dies after its devices were folded keeps that alert, and its word ends it", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(names(5), { parent: "up" });
  site.talk("up", ...names(5));
  site.wait(70 * second, "up");
  site.tell("up", "will");
  site.wait(5 * minute);
  expect(site.told()).toEqual(["raised up children"]);
  site.talk("up", ...names(5));
  expect(site.said()).toHaveLength(6);
  expect(site.standing()).toEqual([]);
});

test("when the uplink is back, whoever does not follow within the grace is told on its own", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(["a", "b"], { parent: "up" });
  site.talk("up", "a", "b");
  site.tell("up", "closed");
  site.wait(10 * minute);
  site.said();
  site.talk("up", "a");
  expect(site.said()).toEqual(["cleared up", "cleared a"]);
  site.wait(2 * minute - second, "up", "a");
  expect(site.said()).toEqual([]);
  site.wait(second, "up", "a");
  expect(site.said()).toEqual(["reminded b"]);
  site.wait(3 * 60 * minute, "up", "a");
  expect(site.said()).toEqual([]);
  expect(site.of("b")?.under).toBeUndefined();
  site.talk("b");
  expect(site.said()).toEqual(["cleared b"]);
});

test("an uplink that is back within its hold raises nothing, and its silent child is told all the same", () => {
  const site = aSite({ lostHoldMs: 2 * minute });
  site.add(["up"], { intervalMs: 5 * minute });
  site.add(["a"], { parent: "up" });
  site.talk("up", "a");
  site.wait(20 * second, "up");
  site.tell("up", "will");
  site.wait(50 * second);
  expect(site.said()).toEqual(["raised a silent under up"]);
  site.tell("up", "connected");
  site.wait(3 * minute, "up");
  expect(site.said()).toEqual(["reminded a"]);
});

test("an uplink that dies again before the grace is over keeps its children", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(["a"], { parent: "up" });
  site.talk("up", "a");
  site.tell("up", "will");
  site.wait(5 * minute);
  site.talk("up");
  site.tell("up", "will");
  site.said();
  site.wait(10 * minute);
  expect(site.said()).toEqual(["raised up will"]);
  expect(site.of("a")?.under).toBe("site/oven/up");
});

test("of a chain the highest is told, the others stand each under the next one that is down", () => {
  const site = aSite();
  site.add(["top"]);
  site.add(["mid"], { parent: "top" });
  site.add(["a", "b"], { parent: "mid" });
  site.talk("top", "mid", "a", "b");
  site.tell("top", "will");
  site.wait(5 * minute);
  expect(site.said()).toEqual([
    ...[
      "raised top will",
      "raised a silent under top",
      "raised b silent under top",
      "raised mid silent under top",
    ],
  ]);
  expect(site.of("top")?.affects?.count).toBe(3);
});

test("a device in the middle that never talks hides nothing of what is above it", () => {
  const site = aSite();
  site.add(["top"]);
  site.add(["mid"], { parent: "top" });
  site.add(["a"], { parent: "mid" });
  site.talk("top", "a");
  site.tell("top", "will");
  site.wait(5 * minute);
  expect(site.said()).toEqual(["raised top will", "raised a silent under top"]);
});

test("a device in the middle that talks although the one above is down does not need it, and nor does what hangs on it", () => {
  const site = aSite();
  site.add(["top"]);
  site.add(["mid"], { parent: "top" });
  site.add(["a"], { parent: "mid" });
  site.talk("top", "mid", "a");
  site.tell("top", "will");
  site.wait(5 * minute, "mid");
  expect(site.said()).toEqual(["raised top will", "raised a silent"]);
});

test("a device that talked after its uplink was lost is told on its own", () => {
  const site = aSite();
  site.add(["up"]);
  site.add(["a"], { parent: "up" });
  site.talk("up", "a");
  site.tell("up", "will");
  site.wait(10 * second);
  site.talk("a");
  site.wait(5 * minute);
  expect(site.said()).toEqual(["raised up will", "raised a silent"]);
});

test("an uplink that sleeps between its messages is not down because it hung up", () => {
  const site = aSite();
  site.add(["up"], { intervalMs: 60 * minute });
  site.add(["a"], { parent: "up" });
  site.talk("up", "a");
  site.tell("up", "closed");
  site.wait(2 * minute);
  expect(site.said()).toEqual(["raised a silent"]);
});

test("a critical quiet alert waits for nobody and stands under nobody", () => {
  const critical = aRule({ ...offlineRule, severity: "critical" });
  const site = aSite();
  site.add(["up"]);
  site.add(["a"], { parent: "up" }, [critical]);
  site.talk("up", "a");
  site.tell("up", "will");
  site.wait(66 * second);
  expect(site.said()).toEqual(["raised up will", "raised a silent"]);
});

test("children of an uplink that is removed, and those that hang elsewhere now, are told after the grace", () => {
  for (const parent of [undefined, "other"]) {
    const site = aSite();
    site.add(["up", "other"]);
    site.add(["a"], { parent: "up" });
    site.talk("up", "a");
    site.tell("up", "will");
    site.wait(5 * minute, "other");
    site.said();
    site.add(["a"], parent === undefined ? {} : { parent });
    site.quiet.forget("site/oven/up");
    site.wait(3 * minute, "other");
    expect(site.said()).toEqual(["reminded a"]);
  }
});

test("a device that is registered before the one it hangs on stands under it all the same", () => {
  const site = aSite();
  site.add(["a"], { parent: "up" });
  site.add(["up"]);
  site.talk("up", "a");
  site.tell("up", "will");
  site.wait(5 * minute);
  expect(site.said()).toEqual(["raised up will", "raised a silent under up"]);
});

test("devices that hang on each other, which the registry refuses, end no look", () => {
  const site = aSite();
  site.add(["a"], { parent: "b" });
  site.add(["b"], { parent: "a" });
  site.talk("a", "b");
  site.tell("a", "will");
  site.wait(5 * minute);
  expect(site.standing()).toHaveLength(2);
  expect(site.told()).toHaveLength(1);
});

test("what stands under an uplink stays there over a restart, and is told when only the uplink comes back", () => {
  const before = aSite();
  before.add(["up"]);
  before.add(["a", "b"], { parent: "up" });
  before.talk("up", "a", "b");
  before.tell("up", "will");
  before.wait(5 * minute);
  const site = before.restart();
  site.wait(10 * minute);
  expect(site.said()).toEqual([]);
  site.talk("up", "b");
  site.wait(3 * minute, "up", "b");
  expect(site.said()).toEqual(["cleared up", "cleared b", "reminded a"]);
});

test("a folded alert stays over a restart although the uplink talks, and ends with its devices", () => {
  const before = aSite();
  before.add(["up"]);
  before.add(names(6), { parent: "up" });
  before.talk(...names(6));
  before.wait(2 * minute, "up");
  const site = before.restart();
  site.wait(10 * minute, "up");
  expect(site.said()).toEqual([]);
  site.talk(...names(6));
  site.wait(second, "up");
  expect(site.standing()).toEqual([]);
});

test("what stood under an uplink that was removed while the gateway was off is told after the grace", () => {
  const before = aSite();
  before.add(["up"]);
  before.add(["a"], { parent: "up" });
  before.talk("up", "a");
  before.tell("up", "will");
  before.wait(5 * minute);
  before.devices.delete("up");
  before.devices.set("a", aDevice([offlineRule], { id: "a" }));
  const site = before.restart();
  site.wait(3 * minute);
  expect(site.said()).toContain("reminded a");
});

test("10,000 devices of 100 uplinks that end at once cost a look a few ms, and tell 100 alerts", () => {
  const site = aSite();
  const uplinks = names(100).map((name) => `up-${name}`);
  site.add(uplinks);
  for (const parent of uplinks) {
    site.add(
      names(99).map((name) => `${parent}-${name}`),
      { parent },
    );
  }
  const all = [...site.devices.keys()];
  site.talk(...all);
  for (const parent of uplinks) site.tell(parent, "will");
  site.wait(minute);
  const looks: number[] = [];
  for (let i = 0; i < 30; i++) {
    site.clock.advance(second);
    const begun = performance.now();
    site.quiet.due(site.clock.now());
    looks.push(performance.now() - begun);
  }
  expect(site.told()).toHaveLength(100);
  expect(site.quiet.affected("site/oven/up-d00")?.count).toBe(99);
  // Measured: 25 ms on a busy machine for 2,000 alerts of one look; ten times that would be another order of work.
  expect(Math.max(...looks)).toBeLessThan(250);
});
