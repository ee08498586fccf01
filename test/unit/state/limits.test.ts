import { expect, test } from "vitest";
import { number } from "../../../devices/kit/fields.ts";
import { above, below, stays } from "../../../devices/kit/rules.ts";
import { risesBy } from "../../../devices/kit/timed-rules.ts";
import { aCatalogue, aState } from "./support.ts";

function aSiteWithLamps() {
  const state = aState();
  state.registry.addSite({ id: "elm", name: "Elm" });
  state.registry.addSite({ id: "oak", name: "Oak" });
  for (const id of ["a", "b"]) state.registry.addDevice("elm", { kind: "lamp", id });
  state.registry.addDevice("oak", { kind: "lamp", id: "a" });
  return state;
}

const ofSite = { site: "elm", kind: "lamp", rule: "hot" };
const ofDevice = { ...ofSite, device: "elm/lamp/a" };

test("a device's own limit wins over its site's, which wins over the kind's", () => {
  const state = aSiteWithLamps();
  state.registry.setLimit({ ...ofSite, limit: "above", value: 70 });
  state.registry.setLimit({ ...ofSite, limit: "below", value: 65 });
  state.registry.setLimit({ ...ofDevice, limit: "above", value: 80 });
  for (const { registry } of [state, state.restart()]) {
    const limitsOf = (name: string) => registry.device(name)?.limits;
    expect(limitsOf("elm/lamp/a")).toEqual({ hot: { above: 80, below: 65 }, dark: { forS: 30 } });
    expect(limitsOf("elm/lamp/b")).toEqual({ hot: { above: 70, below: 65 }, dark: { forS: 30 } });
    expect(limitsOf("oak/lamp/a")).toEqual({ hot: { above: 60, below: 50 }, dark: { forS: 30 } });
    expect(registry.limitOverrides("elm")).toHaveLength(3);
    expect(registry.limitOverrides("oak")).toEqual([]);
  }
});

test("a limit that is taken away falls back to the next one", () => {
  const state = aSiteWithLamps();
  const { registry } = state;
  const above = () => registry.device("elm/lamp/a")?.limits.hot?.above;
  registry.setLimit({ ...ofSite, limit: "above", value: 70 });
  registry.setLimit({ ...ofDevice, limit: "above", value: 80 });
  registry.setLimit({ ...ofDevice, limit: "above", value: undefined });
  expect(above()).toBe(70);
  registry.setLimit({ ...ofSite, limit: "above", value: undefined });
  expect(above()).toBe(60);
  expect(state.restart().registry.limitOverrides("elm")).toEqual([]);
});

test("listeners hear of exactly the devices whose limits changed", () => {
  const { registry } = aSiteWithLamps();
  registry.addDevice("elm", { kind: "box", id: "c" });
  const heard: string[] = [];
  registry.onDevice((name, known) => heard.push(`${name} ${known?.limits.hot?.above}`));
  registry.setLimit({ ...ofSite, limit: "above", value: 70 });
  registry.setLimit({ ...ofDevice, limit: "above", value: 80 });
  expect(heard).toEqual(["elm/lamp/a 70", "elm/lamp/b 70", "elm/lamp/a 80"]);
});

test("a device registered later has its site's limits", () => {
  const { registry } = aSiteWithLamps();
  registry.setLimit({ ...ofSite, limit: "above", value: 70 });
  expect(registry.addDevice("elm", { kind: "lamp", id: "late" }).device.limits.hot?.above).toBe(70);
});

test.each([
  ["an unknown kind", { ...ofSite, kind: "lift", limit: "above", value: 1 }, "kind"],
  ["an unknown rule", { ...ofSite, rule: "cold", limit: "above", value: 1 }, "rule"],
  ["an unknown limit", { ...ofSite, limit: "toString", value: 1 }, "limit"],
  ["not a number", { ...ofSite, limit: "above", value: Number.NaN }, "value"],
  ["a negative time", { ...ofSite, rule: "dark", limit: "forS", value: -1 }, "value"],
  ["a device of another site", { ...ofSite, device: "oak/lamp/a", limit: "above", value: 1 }, "device"],
])("%s is refused with its path", (_, override, path) => {
  const { registry } = aSiteWithLamps();
  expect(() => registry.setLimit(override)).toThrow(
    expect.objectContaining({ code: "invalid-request", path }),
  );
  expect(registry.limitOverrides("elm")).toEqual([]);
});

test("a limit below zero is allowed where it is not a time", () => {
  const { registry } = aSiteWithLamps();
  registry.setLimit({ ...ofDevice, limit: "below", value: -30 });
  expect(registry.device("elm/lamp/a")?.limits.hot?.below).toBe(-30);
});

test("an override of a rule that the kind no longer has does not disturb, and can be taken away", () => {
  const state = aSiteWithLamps();
  state.registry.setLimit({ ...ofSite, limit: "above", value: 70 });
  const lamp = aCatalogue().get("lamp")!;
  const poorer = { ...lamp, rules: lamp.rules.filter(({ id }) => id !== "hot") };
  const { registry } = state.restart({ catalogue: new Map([["lamp", poorer]]) });
  expect(registry.device("elm/lamp/a")?.limits).toEqual({ dark: { forS: 30 } });
  registry.setLimit({ ...ofSite, limit: "above", value: undefined });
  expect(registry.limitOverrides("elm")).toEqual([]);
});

test("the limits of a removed site do not come back with a new site of its name", () => {
  const state = aState();
  const { registry } = state;
  registry.addSite({ id: "elm", name: "Elm" });
  registry.setLimit({ ...ofSite, limit: "above", value: 70 });
  registry.removeSite("elm");
  registry.addSite({ id: "elm", name: "Elm" });
  expect(registry.limitOverrides("elm")).toEqual([]);
  expect(registry.addDevice("elm", { kind: "lamp", id: "a" }).device.limits.hot?.above).toBe(60);
});

/** Oven rules with hysteresis over a field from -40 to 300 °C: hot above 70 and clear at 50, cold the other way round. */
function aSiteWithOvens() {
  const lamp = aCatalogue().get("lamp")!;
  const title = { zh: "炉", en: "Oven" };
  const temperature = number({ title, unit: "°C", range: [-40, 300] });
  const conditions = {
    hot: stays(60, above("temperature", { raise: 70, clear: 50, unit: "°C" })),
    cold: below("temperature", { raise: 2, clear: 4, unit: "°C" }),
    heating: risesBy("temperature", { raisePerMinute: 5, clearPerMinute: 1, minimumS: 30, unit: "°C" }),
    crew: below("temperature", { raise: 3, clear: 3, unit: "°C" }),
  };
  const rules = Object.entries(conditions).map(([id, condition]) => ({
    ...lamp.rules[0]!,
    id,
    ...condition,
  }));
  const oven = { ...lamp, name: "oven", fields: { temperature }, rules };
  const state = aState({ catalogue: new Map([["oven", oven]]) });
  state.registry.addSite({ id: "elm", name: "Elm" });
  state.registry.addDevice("elm", { kind: "oven", id: "a" });
  const set = (rule: string, limit: string, value: number | undefined, device?: "elm/oven/a") =>
    state.registry.setLimit({ site: "elm", kind: "oven", rule, limit, value, device });
  return { ...state, set };
}

test.each([
  ["hot", "above", 301, /from -40 to 300 °C, the range of temperature, got 301/],
  ["cold", "clear", -41, /from -40 to 300 °C/],
  ["hot", "above", 50, /above must stay greater than clear, which is 50 °C/],
  ["hot", "above", 40, /above must stay greater than clear/],
  ["hot", "clear", 80, /clear must stay less than above, which is 70 °C/],
  ["cold", "below", 4, /below must stay less than clear, which is 4 °C/],
  ["heating", "clear", 6, /clear must stay less than perMinute, which is 5 °C\/min/],
  ["hot", "holdS", -1, /a time in s is not negative/],
])("%s %s %d is refused with what would be right", (rule, limit, value, message) => {
  const { set, registry } = aSiteWithOvens();
  expect(() => set(rule, limit, value)).toThrow(
    expect.objectContaining({
      code: "invalid-request",
      path: "value",
      message: expect.stringMatching(message),
    }),
  );
  expect(registry.limitOverrides("elm")).toEqual([]);
});

test("limits at the ends of the range, times and rates beyond it, and pairs that were never apart are allowed", () => {
  const { set, registry } = aSiteWithOvens();
  set("hot", "above", 300);
  set("cold", "below", -40);
  set("hot", "holdS", 86_400);
  set("heating", "perMinute", 500);
  set("crew", "below", 5);
  expect(registry.limitOverrides("elm")).toHaveLength(5);
});

test("a pair is judged with the numbers that hold at its place", () => {
  const { set, registry } = aSiteWithOvens();
  set("hot", "above", 90);
  set("hot", "clear", 80, "elm/oven/a");
  expect(() => set("hot", "above", 75)).toThrow(/clear of elm\/oven\/a, which is 80 °C/);
  expect(() => set("hot", "above", undefined)).toThrow(
    expect.objectContaining({ code: "invalid-request", path: "limit" }),
  );
  set("hot", "above", 85, "elm/oven/a");
  set("hot", "above", 75);
  set("hot", "above", undefined);
  expect(registry.device("elm/oven/a")?.limits.hot).toMatchObject({ above: 85, clear: 80 });
});

test("overrides that were turned round before this was refused can be taken away", () => {
  const state = aSiteWithOvens();
  const write = state.database.db.prepare("INSERT INTO site_limits VALUES ('elm', 'oven', 'hot', ?, ?)");
  write.run("above", 20);
  write.run("clear", 80);
  const { registry } = state.restart();
  const hot = { site: "elm", kind: "oven", rule: "hot", value: undefined };
  registry.setLimit({ ...hot, limit: "above" });
  registry.setLimit({ ...hot, limit: "clear" });
  expect(registry.limitOverrides("elm")).toEqual([]);
});
