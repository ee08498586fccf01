import { beforeAll, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { transmitterFacts } from "../../../devices/kit/gb26875.ts";
import type { Kind } from "../../../devices/kit/kind.ts";
import { readPlaces } from "../../../gateway/ingest/gb26875/places.ts";
import type { KnownDevice } from "../../../gateway/types.ts";
import { aKnown, smokeHead, source } from "../../support/gb26875.ts";

let transmitterKind: Kind;
beforeAll(async () => {
  transmitterKind = (await loadCatalogue()).get("fire-transmitter")!;
});

const place = (devices: readonly KnownDevice[]) =>
  readPlaces(devices, (site, id) => devices.find((one) => one.site === site && one.id === id));
const aTransmitter = (id: string, facts: KnownDevice["facts"], more: Partial<KnownDevice> = {}) =>
  aKnown(transmitterKind, id, { facts, ...more });

test("a component belongs to the nearest transmission device above it", () => {
  const places = place([
    aTransmitter("utd-1", { gb26875Source: source }),
    aKnown(smokeHead, "panel", { parent: "utd-1" }),
    aKnown(smokeHead, "head-1", { parent: "panel", facts: { gb26875: "01-01-28-0a000200" } }),
    aKnown(smokeHead, "head-2", { facts: { gb26875: "01-01-28-0A000300" } }),
  ]);
  const found = places.find(source, "10.0.0.1")!;
  expect([...found.parts.keys()]).toEqual(["01-01-28-0A000200"]);
  expect([...found.members].map(({ id }) => id)).toEqual(["utd-1", "head-1"]);
});

test("a source address is found in any letter case, and only from where it may come", () => {
  const places = place([
    aTransmitter("utd-1", {
      gb26875Source: "ab0300000000",
      gb26875From: "10.1.0.0/16, fd00::/8 192.168.1.7",
    }),
  ]);
  const from = (address: string) => places.find("AB0300000000", address)?.device.id;
  expect(["10.1.2.3", "fd00::7", "192.168.1.7"].map(from)).toEqual(["utd-1", "utd-1", "utd-1"]);
  expect(["10.2.0.1", "192.168.1.8", "fe80::1", "", "nonsense"].map(from)).toEqual(Array(5).fill(undefined));
  expect(places.find("AB0300000000")?.device.id).toBe("utd-1");
});

test("two sites may have one source address when their network addresses differ", () => {
  const places = place([
    aTransmitter("utd-1", { gb26875Source: source, gb26875From: "10.1.0.0/16" }),
    aTransmitter("utd-2", { gb26875Source: source, gb26875From: "10.2.0.0/16" }, { site: "other" }),
  ]);
  expect(places.find(source, "10.2.3.4")?.device.device).toBe("other/fire-transmitter/utd-2");
  expect(places.conflicts).toEqual([]);
});

test("a source address that two claim belongs to the older one, and is told", () => {
  const places = place([
    aTransmitter("young", { gb26875Source: source }, { createdAt: 2 }),
    aTransmitter("old", { gb26875Source: source }, { createdAt: 1 }),
  ]);
  expect(places.find(source, "10.0.0.1")?.device.id).toBe("old");
  expect(places.conflicts).toEqual([source]);
});

test.each([
  ["10.1.0.0/16 10.2.3.4", true],
  ["fd00::/8,10.0.0.1", true],
  ["10.1.0.0/33", false],
  ["office", false],
])("the network addresses %s are valid: %s", (text, isValid) => {
  expect(transmitterFacts.gb26875From.schema.safeParse(text).success).toBe(isValid);
});

test.each([
  ["01-01-28-0A000200", true],
  ["01-01", true],
  ["01-01-28-0A000200=inlet, 01-01-28-0b000200=outlet 01-02", true],
  ["1-1-28-0A000200", false],
  ["01-01-28", false],
  ["01-01-28-0A000200=", false],
])("the component addresses %s are valid: %s", (text, isValid) => {
  expect(smokeHead.facts.gb26875?.schema.safeParse(text).success).toBe(isValid);
});
