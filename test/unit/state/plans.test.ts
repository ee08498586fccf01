import { expect, test } from "vitest";
import type { PlanChange } from "../../../gateway/state/plans/contract.ts";
import { checkImage } from "../../../gateway/state/plans/image.ts";
import { openPlans } from "../../../gateway/state/plans/open.ts";
import { aState, someSettings } from "./support.ts";

const aDrawing = (inside = "", attributes = 'viewBox="0 0 800 600"') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`);

const look = (bytes: Uint8Array) => checkImage(bytes, { maxBytes: 100_000 });

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

function somePlans(limits: Parameters<typeof someSettings>[0] = {}, state = aState()) {
  const { database, registry, clock } = state;
  if (registry.site("elm") === undefined) {
    registry.addSite({ id: "elm", name: "榆树小区" });
    for (const id of ["a", "b"]) registry.addDevice("elm", { kind: "box", id });
  }
  let ids = 0;
  const parts = { database, registry, clock, settings: someSettings(limits), newId: () => `p-${++ids}` };
  return { state, plans: openPlans(parts) };
}

test("a drawing is measured by its width and height, else by its viewBox", () => {
  expect(look(aDrawing())).toMatchObject({ type: "image/svg+xml", width: 800, height: 600 });
  expect(look(aDrawing("", 'width="210mm" height="10cm"'))).toMatchObject({
    width: 793.701,
    height: 377.953,
  });
  expect(look(aDrawing("", 'width="100%" viewBox="-5,-5 40,20"'))).toMatchObject({ width: 40, height: 20 });
  expect(look(aDrawing("", 'width="400" viewBox="0 0 800 600"'))).toMatchObject({ width: 400, height: 300 });
  expect(() => look(aDrawing("", ""))).toThrow(refusal("invalid-request", "neither width and height"));
});

test("what drawing programs write is taken", () => {
  const usual = `<?xml version="1.0"?>
    <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
    <!-- a <script> in a comment -->
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" xmlns:ink="http://ink" viewBox="0 0 10 10">
      <ink:view zoom="1"/><metadata><![CDATA[ <script> ]]></metadata>
      <style>.a { fill: url(#b) } /* > */</style>
      <linearGradient id="b"/><use x:href="#b"/><image href="data:image/png;base64,AA"/>
      <text>a &lt; b</text><a name="no link"/>
    </svg>`;
  expect(look(Buffer.from(usual))).toMatchObject({ width: 10, height: 10 });
});

test.each([
  ["<script>alert(1)</script>", "<script>"],
  ["<x:SCRIPT xmlns:x='http://www.w3.org/2000/svg'/>", "<x:SCRIPT>"],
  ['<rect onload="alert(1)"/>', "onload"],
  ["<rect x='1' ONCLICK='a()'/>", "ONCLICK"],
  ["<foreignObject><p/></foreignObject>", "<foreignObject>"],
  ['<image href="https://example.org/a.png"/>', "leads out"],
  ['<use x:href="//example.org/a.svg#b"/>', "leads out"],
  ['<a href="java&#115;cript:alert(1)"/>', "leads out"],
  ['<image href="data:image/svg+xml;base64,AA"/>', "leads out"],
  ['<set attributeName="href" to="javascript:alert(1)"/>', "changes where something leads"],
  ["<style>@import 'https://example.org/a.css'</style>", "loads a style"],
  ['<rect fill="url(https://example.org/a#b)"/>', "from elsewhere"],
  ['<rect style="fill:u\\72l(https://example.org)"/>', "escapes"],
  ['<rect style="fill:&#117;rl(https://example.org)"/>', "from elsewhere"],
  ["<rect <rect/>", "not well formed"],
  ["<rect a=b/>", "cannot be read"],
])("a drawing with %s is refused", (inside, message) => {
  expect(() => look(aDrawing(inside))).toThrow(refusal("invalid-request", message));
});

test("a drawing that declares entities, is no SVG or would not be shown is refused", () => {
  const bomb = '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>';
  expect(() => look(Buffer.from(bomb))).toThrow(refusal("invalid-request", "entities"));
  expect(() => look(Buffer.from("<html><svg/></html>"))).toThrow(refusal("invalid-request", "none of them"));
  expect(() => look(Buffer.from('<svg viewBox="0 0 1 1"/>'))).toThrow(refusal("invalid-request", "xmlns"));
});

test("a drawing of many elements is looked through at once, and one of too many refused", () => {
  const many = (count: number) => aDrawing('<rect x="1" y="2"/>'.repeat(count));
  const wide = { maxBytes: 4_000_000 };
  expect(checkImage(many(49_000), wide)).toMatchObject({ width: 800 });
  expect(() => checkImage(many(50_001), wide)).toThrow(refusal("invalid-request", "50000 elements"));
  // What makes patterns with nested choices slow: quotes and brackets that never end.
  expect(() => checkImage(aDrawing(`<a ${'b="'.repeat(60_000)}`), wide)).toThrow(
    refusal("invalid-request", "well formed"),
  );
});

const png = (width: number, height: number) => {
  const bytes = Buffer.alloc(33);
  Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

/** SOI, perhaps Exif with an orientation, start of frame of 200 × 100. */
const jpeg = (orientation?: number) =>
  Buffer.from(
    `ffd8${orientation === undefined ? "" : exif(orientation)}ffc0001108006400c8${"00".repeat(12)}`,
    "hex",
  );

/** A big-endian directory of one entry: 0112, a short, once. */
const exif = (orientation: number) =>
  `ffe10022457869660000${"4d4d002a00000008"}0001${"0112000300000001"}000${orientation}0000${"00000000"}`;

const webp = (chunk: string, hex: string) =>
  Buffer.concat([
    Buffer.from("RIFF\0\0\0\0WEBP", "latin1"),
    Buffer.from(chunk),
    Buffer.from(hex.padEnd(40, "0"), "hex"),
  ]);

test("pictures are known by their bytes and measured as a browser shows them", () => {
  expect(look(png(1200, 800))).toMatchObject({ type: "image/png", width: 1200, height: 800 });
  expect(look(jpeg())).toMatchObject({ type: "image/jpeg", width: 200, height: 100 });
  expect(look(jpeg(1))).toMatchObject({ width: 200, height: 100 });
  // A telephone lay on its side.
  expect(look(jpeg(6))).toMatchObject({ width: 100, height: 200 });
  expect(look(webp("VP8X", "0a00000000000000c70000630000"))).toMatchObject({ width: 200, height: 100 });
  expect(look(webp("VP8L", "0a0000002fc7c018"))).toMatchObject({
    type: "image/webp",
    width: 200,
    height: 100,
  });
  expect(look(webp("VP8 ", "0a0000000000009d012ac8006400"))).toMatchObject({ width: 200, height: 100 });
});

test("pictures that are empty, cut, too long or too large are refused", () => {
  expect(() => look(Buffer.alloc(0))).toThrow(refusal("invalid-request", "empty"));
  expect(() => look(png(0, 5))).toThrow(refusal("invalid-request", "damaged"));
  for (const file of [png(9, 9), jpeg(6), webp("VP8X", "")])
    for (let length = 12; length < 24; length++)
      expect(() => look(file.subarray(0, length))).toThrow(refusal("invalid-request", "damaged"));
  expect(() => look(png(9_000, 10))).toThrow(refusal("invalid-request", "8192 pixels"));
  expect(() => look(png(8_000, 8_000))).toThrow(refusal("invalid-request", "40 million"));
  expect(() => checkImage(png(10, 10), { maxBytes: 20 })).toThrow(
    refusal("invalid-request", "at most 20 bytes"),
  );
});

test("a plan is after a restart what it was, with its image and all that is drawn on it", () => {
  const { state, plans } = somePlans();
  const { id } = plans.add("elm", { name: " 总平面图 ", metresPerUnit: 0.5 }, aDrawing());
  const placements = [{ device: "elm/box/a", x: 10, y: 20 }];
  const points = [{ kind: "hydrant", name: "南门", x: 800, y: 600 }] as const;
  const changed = plans.change("elm", id, { placements, points, version: 1 });
  expect(changed).toMatchObject({
    name: "总平面图",
    width: 800,
    height: 600,
    metresPerUnit: 0.5,
    version: 2,
  });
  const { plans: after } = somePlans({}, state.restart());
  expect(after.find("elm", id)).toEqual(changed);
  expect(after.find("elm", id)).toMatchObject({ placements, points: [{ id: "1", ...points[0] }] });
  expect(Buffer.from(after.image("elm", id)?.content ?? [])).toEqual(aDrawing());
  expect(after.placesOf("elm/box/a")).toEqual([{ plan: id, x: 10, y: 20 }]);
});

test("only what is given changes, null removes, and an old version is refused", () => {
  const { plans } = somePlans();
  const { id } = plans.add("elm", { name: "A", building: "3号楼", floor: "2", metresPerUnit: 1 }, aDrawing());
  expect(plans.change("elm", id, { name: "B", floor: null, metresPerUnit: null })).toMatchObject({
    ...{ name: "B", building: "3号楼", floor: undefined, metresPerUnit: undefined, version: 2 },
  });
  expect(() => plans.change("elm", id, { name: "C", version: 1 })).toThrow(
    refusal("conflict", "load it again"),
  );
  expect(() => plans.change("elm", "none", { name: "C" })).toThrow(refusal("not-found", "none"));
});

test.each<[PlanChange, string]>([
  [{ placements: [{ device: "elm/box/c", x: 0, y: 0 }] }, "no device"],
  [{ placements: [{ device: "elm/lamp/a", x: 0, y: 0 }] }, "no device"],
  [{ placements: [{ device: "oak/box/a", x: 0, y: 0 }] }, "no device"],
  [{ placements: [0, 1].map((x) => ({ device: "elm/box/a", x, y: 0 })) }, "stands twice"],
  [{ placements: [{ device: "elm/box/a", x: 801, y: 0 }] }, "from 0 to 800"],
  [{ points: [{ kind: "valve", x: 0, y: -1 }] }, "from 0 to 600"],
  [{ metresPerUnit: 0 }, "up to 1000 m"],
  [{ name: " " }, "has a name"],
])("a change to %o is refused and changes nothing", (change, message) => {
  const { plans } = somePlans();
  const before = plans.add("elm", { name: "A" }, aDrawing());
  expect(() => plans.change("elm", before.id, change)).toThrow(refusal("invalid-request", message));
  expect(plans.find("elm", before.id)).toEqual(before);
});

test("a new image takes along what is drawn, and the scale unless its shape is another", () => {
  const { plans } = somePlans();
  const { id } = plans.add("elm", { name: "A", metresPerUnit: 1 }, aDrawing());
  plans.change("elm", id, {
    placements: [{ device: "elm/box/a", x: 400, y: 300 }],
    points: [{ kind: "valve", x: 800, y: 600 }],
  });
  expect(plans.setImage("elm", id, png(1600, 1200))).toMatchObject({
    ...{ width: 1600, height: 1200, metresPerUnit: 0.5, version: 3 },
    placements: [{ x: 800, y: 600 }],
    points: [{ x: 1600, y: 1200 }],
  });
  expect(plans.setImage("elm", id, png(100, 100))).toMatchObject({
    metresPerUnit: undefined,
    points: [{ x: 100, y: 100 }],
  });
});

test("a device that is removed leaves its plans, a site takes its plans along", () => {
  const { state, plans } = somePlans();
  const { id } = plans.add("elm", { name: "A" }, aDrawing());
  plans.change("elm", id, {
    placements: ["a", "b"].map((box) => ({ device: `elm/box/${box}`, x: 1, y: 1 })),
  });
  state.registry.removeDevice("elm/box/a");
  expect(plans.find("elm", id)?.placements).toEqual([{ device: "elm/box/b", x: 1, y: 1 }]);
  state.registry.removeDevice("elm/box/b");
  state.registry.removeSite("elm");
  for (const table of ["plans", "plan_images", "plan_placements"])
    expect(state.database.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
});

test("plans, their bytes and their marks have bounds", () => {
  const { plans } = somePlans({ maxPlans: 2, maxPlanBytes: 2048, maxPlanMarks: 1 });
  const { id } = plans.add("elm", { name: "A" }, aDrawing(" ".repeat(1000)));
  expect(() => plans.add("elm", { name: "B" }, aDrawing(" ".repeat(1000)))).toThrow(
    refusal("limit-reached", "2048"),
  );
  // Its own bytes are free again when it is replaced.
  plans.setImage("elm", id, aDrawing(" ".repeat(1500)));
  plans.add("elm", { name: "B" }, aDrawing());
  expect(() => plans.add("elm", { name: "C" }, aDrawing())).toThrow(refusal("limit-reached", "2 plans"));
  const points = [0, 1].map((x) => ({ kind: "valve" as const, x, y: 0 }));
  expect(() => plans.change("elm", id, { points })).toThrow(refusal("limit-reached", "1 points"));
  plans.remove("elm", id);
  expect(() => plans.remove("elm", id)).toThrow(refusal("not-found", id));
});

test("plans of the site come first, then those of buildings and floors as people count them", () => {
  const { plans } = somePlans();
  for (const [name, building, floor] of [
    ["c", "10号楼", undefined],
    ["b", "9号楼", "10"],
    ["a", "9号楼", "2"],
    ["z", undefined, undefined],
  ] as const)
    plans.add("elm", { name, building, floor }, aDrawing());
  expect(plans.of("elm").map(({ name }) => name)).toEqual(["z", "a", "b", "c"]);
});
