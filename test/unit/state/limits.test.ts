import { expect, test } from "vitest";
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
