import { expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { communitySchema, expandCommunity, loadCommunity } from "../../../simulators/community.ts";
import { parseYaml } from "../../../simulators/yaml-file.ts";

test("the demo community has 200 devices of every kind, whose ids differ and whose facts fit", async () => {
  const catalogue = await loadCatalogue();
  const { devices, buildings } = await loadCommunity();
  expect(devices).toHaveLength(200);
  expect(new Set(devices.map(({ id }) => id)).size).toBe(200);
  expect(new Set(devices.map(({ name }) => name)).size).toBe(200);
  expect(new Set(devices.map(({ kind }) => kind)).size).toBe(catalogue.size);
  for (const { id, kind, facts, building, name } of devices) {
    const known = catalogue.get(kind)!.facts;
    for (const [fact, value] of Object.entries(facts ?? {})) {
      expect(known[fact]?.schema.safeParse(value).success, `${id} ${fact} ${value}`).toBe(true);
    }
    expect(name).not.toContain("{");
    if (building !== undefined) expect(buildings).toContain(building);
  }
});

test("groups repeat in every building, texts and lists of facts take turns", () => {
  const text = `
site: { id: s, name: S }
buildings: [A, B]
groups:
  - { kind: k, per: building, count: 2, id: "x-{b}-{n}", name: "{building} {each} {i}", each: [left, right], facts: { wide: [true, false], deep: 3 } }
  - { kind: k, count: 1, id: "y-{n}", name: Y, building: B }
`;
  const { devices } = expandCommunity(parseYaml(communitySchema, text, "file"), ".");
  expect(devices.map(({ id, name, building }) => [id, name, building])).toEqual([
    ["x-01-01", "A left 1", "A"],
    ["x-01-02", "A right 2", "A"],
    ["x-02-01", "B left 1", "B"],
    ["x-02-02", "B right 2", "B"],
    ["y-01", "Y", "B"],
  ]);
  expect(devices[1]?.facts).toEqual({ wide: false, deep: 3 });
});

test("a plan places every building's devices from its corner, and leaves out what the community does not have", () => {
  const text = `
site: { id: s, name: S }
buildings: [A, B]
groups:
  - { kind: k, per: building, count: 1, id: "x-{b}", name: X }
plans:
  - { name: P, image: p.svg, buildings: [[100, 10], [200, 20]], inBuilding: { "x-{b}": [5, 6] }, places: { nobody: [1, 1] } }
`;
  const { plans } = expandCommunity(parseYaml(communitySchema, text, "file"), "/folder");
  expect(plans).toEqual([
    {
      ...{ name: "P", image: "/folder/p.svg", points: [] },
      placements: [
        { device: "s/k/x-01", x: 105, y: 16 },
        { device: "s/k/x-02", x: 205, y: 26 },
      ],
    },
  ]);
});

test("every device of the demo that stands somewhere stands on its plan", async () => {
  const { devices, plans } = await loadCommunity();
  const placed = new Set(plans.flatMap(({ placements }) => placements.map(({ device }) => device)));
  const missing = devices.filter(({ kind, id }) => !placed.has(`xinfa/${kind}/${id}`)).map(({ id }) => id);
  expect(missing).toEqual([]);
});
