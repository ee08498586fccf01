import { expect, test } from "vitest";
import { deviceOf, groupChoice } from "../../../gateway/series/influx/choice.ts";
import { fields } from "../../contract/series-model.ts";

const types = ["number", "boolean", "state", "text"] as const;

test("devices are asked by site and kind, a hundred at a time, each once", () => {
  const bins = Array.from({ length: 250 }, (_, i) => `s1/bin/b${i}`);
  const devices = [...bins, "s1/big-gate-2/g1", "s2/bin/b1", "s1/bin/b7"];
  const groups = groupChoice({ devices }, { known: fields, types });
  expect(groups.map(({ site, kind, ids }) => [site, kind, ids.length])).toEqual([
    ["s1", "bin", 100],
    ["s1", "bin", 100],
    ["s1", "bin", 50],
    ["s1", "big-gate-2", 1],
    ["s2", "bin", 1],
  ]);
  const named = groups.flatMap((group) => group.ids.map((id) => deviceOf(group, id)));
  expect(named.toSorted()).toEqual([...new Set(devices)].toSorted());
});

test("only fields that the kind has, of types that the store has, are asked", () => {
  const asked = ["fill", "fill", "open", "mode", "no", "constructor"];
  const groups = groupChoice({ devices: ["s1/bin/b1"], fields: asked }, { known: fields, types: ["number"] });
  expect(groups.map((group) => group.fields)).toEqual([[{ name: "fill", type: "number" }]]);
  expect(groupChoice({ devices: ["s1/bin/b1"], fields: ["open"] }, { known: fields, types })).toEqual([]);
  expect(groupChoice({ devices: ["s1/constructor/b1"] }, { known: fields, types })).toEqual([]);
});
