import { expect, test } from "vitest";
import type { Incident } from "../../../gateway/alert/contract.ts";
import { anApi } from "./api-support.ts";

const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 500"/>';
const device = "xinfa/fire-detector/smoke-1";
const alarm = { alert: "a-1", device, rule: "alarm", at: 0, floor: "3", values: {}, during: undefined };
const incident: Incident = {
  ...{
    id: "i-1",
    site: "xinfa",
    building: "2号楼",
    state: "detected",
    detectedAt: 0,
    joinedAt: 0,
    times: {},
  },
  ...{ marks: { acknowledge: 1, arrive: 2, control: 3 }, escalated: [], alarms: [alarm] },
  ...{ reason: undefined, during: undefined, drill: undefined },
};

async function aFire() {
  const refuse = () => Promise.reject(new Error("nobody steps here"));
  const incidentDesk = {
    find: (id: string) => (id === incident.id ? incident : undefined),
    ...{ take: refuse, endDrill: refuse },
  };
  const api = await anApi({ parts: { incidentDesk } });
  api.registry.updateSite("xinfa", { address: "新发路 18 号", phone: "0592-5551190" });
  api.registry.addDevice("xinfa", {
    ...{ kind: "fire-detector", id: "smoke-1", building: "2号楼", floor: "3", facts: { detects: "smoke" } },
  });
  const add = (name: string, more: { building?: string; floor?: string; metresPerUnit?: number } = {}) =>
    api.plans.add("xinfa", { name, ...more }, Buffer.from(drawing)).id;
  const place = async () => (await api.call("firefighter", "GET /api/v1/incidents/i-1/place")).body;
  return { ...api, add, place };
}

test("without a plan a crew is told the address, the number and the floor", async () => {
  const { place, call } = await aFire();
  expect(await place()).toEqual({
    ...{
      incident: "i-1",
      site: "xinfa",
      siteName: "新发小区",
      address: "新发路 18 号",
      phone: "0592-5551190",
    },
    ...{ building: "2号楼", floor: "3", plan: null, at: null, near: [] },
  });
  expect((await call("firefighter", "GET /api/v1/incidents/i-2/place")).status).toBe(404);
  expect((await call("yidaAdmin", "GET /api/v1/incidents/i-1/place")).status).toBe(404);
});

test("the plan of the floor goes before that of the building and the site, one with the alarm before all", async () => {
  const { add, place, plans } = await aFire();
  add("Other", { building: "3号楼" });
  expect(await place()).toMatchObject({ plan: null });
  const site = add("Site");
  expect(await place()).toMatchObject({ plan: { id: site }, at: null });
  add("House", { building: "2号楼" });
  expect(await place()).toMatchObject({ plan: { name: "House" } });
  add("Wrong floor", { building: "2号楼", floor: "4" });
  const floor = add("Floor", { building: "2号楼", floor: "3" });
  expect(await place()).toMatchObject({ plan: { name: "Floor" } });
  plans.change("xinfa", site, { placements: [{ device, x: 5, y: 6 }] });
  expect(await place()).toMatchObject({ plan: { name: "Site" }, at: { x: 5, y: 6 } });
  plans.change("xinfa", floor, { placements: [{ device, x: 7, y: 8 }] });
  expect(await place()).toMatchObject({ plan: { name: "Floor" }, at: { x: 7, y: 8 } });
});

test("what a crew looks for is named nearest first, with its distance where the plan has a scale", async () => {
  const { add, place, plans } = await aFire();
  const id = add("Site", { metresPerUnit: 0.5 });
  plans.change("xinfa", id, {
    placements: [{ device, x: 100, y: 100 }],
    points: [
      { kind: "hydrant", name: "北门", x: 400, y: 500 },
      { kind: "equipment", x: 130, y: 140 },
      ...Array.from({ length: 9 }, () => ({ kind: "extinguisher" as const, x: 900, y: 500 })),
    ],
  });
  const { near } = await place();
  expect(near).toHaveLength(8);
  expect(near.slice(0, 2)).toEqual([
    {
      kind: "equipment",
      name: null,
      title: { zh: "消防器材", en: "Fire-fighting equipment" },
      metres: 25,
      x: 130,
      y: 140,
    },
    { kind: "hydrant", name: "北门", title: { zh: "消火栓", en: "Hydrant" }, metres: 250, x: 400, y: 500 },
  ]);
  plans.change("xinfa", id, { metresPerUnit: null });
  expect((await place()).near[0]).toMatchObject({ kind: "equipment", metres: null });
});
