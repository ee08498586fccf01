import { expect, test } from "vitest";
import { aCatalogue, aState } from "./support.ts";

function aSite(parts: Parameters<typeof aState>[0] = {}) {
  const state = aState(parts);
  state.registry.addSite({ id: "elm", name: "榆树小区" });
  return state;
}

const refusal = (code: string, path?: string, message = "") =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(message),
    ...(path === undefined ? {} : { path }),
  });

test("a device is known after a restart as it was registered", () => {
  const { registry, clock, restart } = aSite();
  registry.addDevice("elm", { kind: "box", id: "hub" });
  registry.addDevice("elm", {
    kind: "lamp",
    id: "lamp-1",
    name: " 东门路灯 ",
    building: "3号楼",
    floor: "1",
    parent: "hub",
    facts: { heightMm: 4000, outdoor: true },
    intervalMs: 30_000,
  });
  const known = restart().registry.device("elm/lamp/lamp-1");
  expect(known).toEqual({
    device: "elm/lamp/lamp-1",
    site: "elm",
    kind: "lamp",
    id: "lamp-1",
    name: "东门路灯",
    building: "3号楼",
    floor: "1",
    parent: "hub",
    facts: { heightMm: 4000, outdoor: true },
    intervalMs: 30_000,
    createdAt: clock.now(),
    definition: expect.objectContaining({ name: "lamp" }),
    limits: { hot: { above: 60, below: 50 }, dark: { forS: 30 } },
  });
});

test("a site keeps its address and telephone number, and a wrong number is refused with what would be right", () => {
  const { registry: before, restart } = aState();
  before.addSite({ id: "elm", name: "榆树小区", address: " 榆树路 3 号 ", phone: "0592-555 0101" });
  before.updateSite("elm", { name: "榆园" });
  const { registry } = restart();
  expect(registry.site("elm")).toMatchObject({
    ...{ name: "榆园", address: "榆树路 3 号", phone: "0592-555 0101" },
  });
  registry.updateSite("elm", { phone: null });
  expect(registry.site("elm")).toMatchObject({ address: "榆树路 3 号", phone: undefined });
  expect(() => registry.updateSite("elm", { phone: "at the gate" })).toThrow(
    refusal("invalid-request", "phone", "as 0592-5551190"),
  );
  expect(() => registry.updateSite("oak", { name: "Oak" })).toThrow(refusal("not-found", "site"));
});

test("a fact that is text may come as the number that it looks like", () => {
  const { registry } = aState();
  registry.addSite({ id: "elm", name: "Elm" });
  registry.addDevice("elm", { kind: "lamp", id: "a", facts: { model: 1200, heightMm: 3000 } });
  expect(registry.device("elm/lamp/a")?.facts).toEqual({ model: "1200", heightMm: 3000 });
});

test("a device without a name is called by its id", () => {
  const { registry } = aSite();
  expect(registry.addDevice("elm", { kind: "box", id: "b", name: " " }).device.name).toBe("b");
});

test("a device is found by its place, whatever its kind", () => {
  const { registry } = aSite();
  const { device } = registry.addDevice("elm", { kind: "box", id: "b" });
  expect(registry.deviceAt("elm", "b")).toBe(device);
  expect(registry.device("elm/lamp/b")).toBeUndefined();
});

test("an id is unique in its site over all kinds", () => {
  const { registry } = aSite();
  registry.addDevice("elm", { kind: "box", id: "x" });
  expect(() => registry.addDevice("elm", { kind: "lamp", id: "x" })).toThrow(
    refusal("conflict", "id", "elm/box/x"),
  );
});

test.each([
  ["an id with a slash", { kind: "lamp", id: "a/b" }, "id", "letters"],
  ["an id of 65 letters", { kind: "lamp", id: "a".repeat(65) }, "id", "1 to 64"],
  ["an unknown kind", { kind: "lift", id: "a" }, "kind", "known are lamp, box"],
  ["a name with a line feed", { kind: "lamp", id: "a", name: "a\nb" }, "name", "control"],
  [
    "a building of 101 characters",
    { kind: "lamp", id: "a", building: "楼".repeat(101) },
    "building",
    "got 101",
  ],
  [
    "an unknown fact",
    { kind: "lamp", id: "a", facts: { weight: 1 } },
    "facts.weight",
    "heightMm, outdoor, model",
  ],
  [
    "a fact that every object has",
    { kind: "lamp", id: "a", facts: { toString: 1 } },
    "facts.toString",
    "no such",
  ],
  [
    "a fact out of range",
    { kind: "lamp", id: "a", facts: { heightMm: 5 } },
    "facts.heightMm",
    "Height in mm: ",
  ],
  ["an interval of half a second", { kind: "lamp", id: "a", intervalMs: 500 }, "intervalMs", "from 1000"],
  [
    "a parent that is not there",
    { kind: "lamp", id: "a", parent: "hub" },
    "parent",
    "no device hub in site elm",
  ],
  ["itself as its parent", { kind: "lamp", id: "a", parent: "a" }, "parent", "a → a"],
])("%s is refused with its path and the reason", (_, device, path, message) => {
  const { registry } = aSite();
  expect(() => registry.addDevice("elm", device)).toThrow(refusal("invalid-request", path, message));
  expect(registry.deviceCount()).toBe(0);
});

test("the site id of the gateway itself, a taken one and a malformed one are refused", () => {
  const { registry } = aSite();
  expect(() => registry.addSite({ id: "gateway", name: "x" })).toThrow(refusal("invalid-request", "id"));
  expect(() => registry.addSite({ id: "a b", name: "x" })).toThrow(refusal("invalid-request", "id"));
  expect(() => registry.addSite({ id: "elm", name: "x" })).toThrow(refusal("conflict", "id"));
  expect(() => registry.addDevice("oak", { kind: "box", id: "b" })).toThrow(refusal("not-found", "site"));
});

test("a site has the buildings that were added and those that devices name, in reading order", () => {
  const { registry, restart } = aSite();
  registry.addBuilding("elm", "10号楼");
  registry.addDevice("elm", { kind: "box", id: "b", building: "9号楼" });
  expect(registry.site("elm")?.buildings).toEqual(["9号楼", "10号楼"]);
  expect(() => registry.addBuilding("elm", "9号楼")).toThrow(refusal("conflict", "name"));
  expect(restart().registry.site("elm")?.buildings).toEqual(["9号楼", "10号楼"]);
});

test("a site is removed only when nothing belongs to it any more", () => {
  const { registry, access, restart } = aSite();
  const { device } = registry.addDevice("elm", { kind: "box", id: "b" });
  expect(() => registry.removeSite("elm")).toThrow(refusal("conflict", undefined, "1 devices"));
  registry.removeDevice(device.device);
  const { id } = access.addToken({ name: "leader", role: "manager", site: "elm" });
  expect(() => registry.removeSite("elm")).toThrow(refusal("conflict", undefined, "tokens"));
  access.removeToken(id);
  registry.removeSite("elm");
  expect(restart().registry.sites()).toEqual([]);
});

test("an import with a fault registers nothing and names every faulty row", () => {
  const { registry } = aSite();
  registry.addDevice("elm", { kind: "box", id: "old" });
  const rows = [
    { kind: "lamp", id: "a", parent: "b" },
    { kind: "lamp", id: "b", parent: "a" },
    { kind: "lift", id: "c" },
    { kind: "lamp", id: "old" },
    { kind: "lamp", id: "d", parent: "c" },
    { kind: "lamp", id: "e", facts: { outdoor: "yes" } },
    { kind: "lamp", id: "e" },
    { kind: "lamp", id: "f" },
  ];
  const { added, faults } = registry.addDevices("elm", rows, { dryRun: false });
  expect(added).toEqual([]);
  expect(faults.map(({ row, path }) => `${row} ${path}`)).toEqual([
    "0 parent",
    "1 parent",
    "2 kind",
    "3 id",
    "5 facts.outdoor",
    "6 id",
  ]);
  expect(registry.deviceCount()).toBe(1);
});

test("a dry run checks and registers nothing", () => {
  const { registry, database } = aSite();
  const result = registry.addDevices("elm", [{ kind: "box", id: "a", building: "1" }], { dryRun: true });
  expect(result).toEqual({ added: [], faults: [] });
  expect(registry.deviceCount()).toBe(0);
  expect(database.db.prepare("SELECT count(*) AS n FROM devices").get()).toEqual({ n: 0 });
});

test("an import registers children before their parents, each with credentials that hold", () => {
  const { registry, access, restart } = aSite();
  const rows = [
    { kind: "lamp", id: "a", parent: "hub" },
    { kind: "box", id: "hub" },
  ];
  const { added, faults } = registry.addDevices("elm", rows, { dryRun: false });
  expect(faults).toEqual([]);
  expect(added).toHaveLength(2);
  for (const { device, ...handover } of added) {
    const { credentials } = handover as { credentials: { username: string; password: string } };
    const principal = access.identify(credentials.username, Buffer.from(credentials.password));
    expect(principal?.device).toBe(device.device);
  }
  expect(restart().registry.device("elm/lamp/a")?.parent).toBe("hub");
});

test("the bounds on devices, rows of an import, sites and buildings hold", () => {
  const settings = { maxDevices: 2, maxImportRows: 3, maxSites: 1, maxBuildings: 1 };
  const { registry } = aSite({ settings });
  const boxes = (count: number) => Array.from({ length: count }, (_, i) => ({ kind: "box", id: `b${i}` }));
  expect(() => registry.addDevices("elm", boxes(4), { dryRun: true })).toThrow(refusal("invalid-request"));
  expect(() => registry.addDevices("elm", boxes(3), { dryRun: false })).toThrow(refusal("limit-reached"));
  expect(() => registry.addSite({ id: "oak", name: "" })).toThrow(refusal("limit-reached"));
  const placed = boxes(2).map((box) => ({ ...box, building: box.id }));
  expect(() => registry.addDevices("elm", placed, { dryRun: false })).toThrow(refusal("limit-reached"));
  expect(registry.site("elm")?.buildings).toEqual([]);
  expect(registry.deviceCount()).toBe(0);
});

test("an update changes what is given, removes what is given as undefined, and leaves the rest", () => {
  const { registry, restart } = aSite();
  registry.addDevice("elm", {
    kind: "lamp",
    id: "a",
    name: "灯",
    building: "1",
    floor: "2",
    intervalMs: 9_000,
  });
  const changed = registry.updateDevice("elm/lamp/a", {
    building: "5",
    floor: undefined,
    intervalMs: undefined,
    facts: { heightMm: 900 },
  });
  expect(changed).toMatchObject({ name: "灯", building: "5", facts: { heightMm: 900 } });
  expect([changed.floor, changed.intervalMs]).toEqual([undefined, undefined]);
  expect(registry.site("elm")?.buildings).toEqual(["1", "5"]);
  expect(restart().registry.device("elm/lamp/a")).toEqual({ ...changed, definition: expect.anything() });
});

test("an update that would close a circle of parents is refused", () => {
  const { registry } = aSite();
  registry.addDevice("elm", { kind: "box", id: "a" });
  registry.addDevice("elm", { kind: "box", id: "b", parent: "a" });
  registry.addDevice("elm", { kind: "box", id: "c", parent: "b" });
  expect(() => registry.updateDevice("elm/box/a", { parent: "c" })).toThrow(
    refusal("invalid-request", "parent", "a → c → b → a"),
  );
  expect(registry.device("elm/box/a")?.parent).toBeUndefined();
});

test("a chain of parents is at most 16 devices long", () => {
  const { registry } = aSite();
  const chain = (length: number) =>
    Array.from({ length }, (_, i) => ({
      kind: "box",
      id: `b${i}`,
      parent: i === 0 ? undefined : `b${i - 1}`,
    }));
  expect(registry.addDevices("elm", chain(16), { dryRun: true }).faults).toEqual([]);
  const { faults } = registry.addDevices("elm", chain(17), { dryRun: true });
  expect(faults).toEqual([expect.objectContaining({ row: 16, path: "parent" })]);
});

test("a list of nothing but faults tells the first thousand", () => {
  const { registry } = aSite();
  const rows = Array.from({ length: 1_500 }, () => ({ kind: "lift", id: "?" }));
  expect(registry.addDevices("elm", rows, { dryRun: true }).faults).toHaveLength(1_000);
});

test("a registration that the disk refuses leaves nothing in memory", () => {
  const { registry, access, database } = aSite();
  const pages = Number(database.db.prepare("PRAGMA page_count").get()?.page_count);
  database.db.exec(`PRAGMA max_page_count = ${pages}`);
  const rows = Array.from({ length: 500 }, (_, i) => ({
    kind: "box",
    id: `b${i}`,
    name: "x".repeat(90),
    building: "1",
  }));
  expect(() => registry.addDevices("elm", rows, { dryRun: false })).toThrow(refusal("database-unusable"));
  expect(registry.deviceCount()).toBe(0);
  expect(registry.site("elm")?.buildings).toEqual([]);
  expect(access.identify("elm/b0", Buffer.from(""))).toBeUndefined();
});

test("a device that others hang on is not removed", () => {
  const { registry } = aSite();
  registry.addDevice("elm", { kind: "box", id: "a" });
  registry.addDevice("elm", { kind: "box", id: "b", parent: "a" });
  expect(() => registry.removeDevice("elm/box/a")).toThrow(refusal("conflict", undefined, "b hang on a"));
});

test("a removed device is gone with its credentials, its limits and its connection", () => {
  const { registry, access, database } = aSite();
  const { device, credentials } = registry.addDevice("elm", { kind: "lamp", id: "a" });
  registry.setLimit({
    site: "elm",
    kind: "lamp",
    device: device.device,
    rule: "hot",
    limit: "above",
    value: 1,
  });
  const revoked: string[] = [];
  access.onRevoked(({ username }) => revoked.push(username));
  registry.removeDevice(device.device);
  expect(registry.deviceAt("elm", "a")).toBeUndefined();
  expect(revoked).toEqual(["elm/a"]);
  expect(access.identify(credentials.username, Buffer.from(credentials.password))).toBeUndefined();
  for (const table of ["devices", "mqtt_passwords", "device_claims", "device_limits"]) {
    expect(database.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
  }
  expect(registry.addDevice("elm", { kind: "lamp", id: "a" }).device.limits.hot?.above).toBe(60);
});

test("rotated credentials replace the old ones at once and end the connection", () => {
  const { registry, access, restart } = aSite();
  const { credentials: old } = registry.addDevice("elm", { kind: "box", id: "b" });
  const revoked: string[] = [];
  access.onRevoked(({ username }) => revoked.push(username));
  const fresh = access.devices.rotate([registry.device("elm/box/b")!])[0]!;
  expect(revoked).toEqual(["elm/b"]);
  for (const { identify } of [access, restart().access]) {
    expect(identify(old.username, Buffer.from(old.password))).toBeUndefined();
    expect(identify(fresh.username, Buffer.from(fresh.password))?.device).toBe("elm/box/b");
  }
});

test("listeners hear of every device that is added, changed or removed, even when one of them fails", () => {
  const { registry, log } = aSite();
  const heard: string[] = [];
  registry.onDevice(() => {
    throw new Error("broken listener");
  });
  const stop = registry.onDevice((name, known) => heard.push(`${name} ${known?.name ?? "removed"}`));
  registry.addDevice("elm", { kind: "box", id: "b" });
  registry.updateDevice("elm/box/b", { name: "New" });
  registry.removeDevice("elm/box/b");
  stop();
  registry.addDevice("elm", { kind: "box", id: "c" });
  expect(heard).toEqual(["elm/box/b b", "elm/box/b New", "elm/box/b removed"]);
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(4);
});

test("a device whose kind is gone is kept aside, and back when the kind is", () => {
  const state = aSite();
  state.registry.addDevice("elm", { kind: "lamp", id: "a" });
  state.registry.addDevice("elm", { kind: "box", id: "b" });
  const catalogue = new Map(aCatalogue());
  catalogue.delete("lamp");
  const without = state.restart({ catalogue });
  expect(without.registry.device("elm/lamp/a")).toBeUndefined();
  expect(without.registry.deviceAt("elm", "a")).toBeUndefined();
  expect(without.registry.unusable().map(({ device }) => device)).toEqual(["elm/lamp/a"]);
  expect(without.registry.deviceCount()).toBe(1);
  expect(without.log.lines).toContainEqual(
    expect.objectContaining({ level: "warn", facts: { devices: 1, kinds: ["lamp"] } }),
  );
  expect(() => without.registry.addDevice("elm", { kind: "box", id: "a" })).toThrow(refusal("conflict"));
  expect(() => without.registry.removeSite("elm")).toThrow(refusal("conflict", undefined, "2 devices"));
  const again = without.restart({ catalogue: aCatalogue() });
  expect(again.registry.device("elm/lamp/a")?.kind).toBe("lamp");
  expect(again.registry.unusable()).toEqual([]);
});

test("a device whose kind is gone can be removed", () => {
  const state = aSite();
  state.registry.addDevice("elm", { kind: "lamp", id: "a" });
  const { registry } = state.restart({ catalogue: new Map() });
  registry.removeDevice("elm/lamp/a");
  expect(registry.unusable()).toEqual([]);
});
