import { expect, test } from "vitest";
import { aBin, anApi } from "./api-support.ts";

const url = "GET /api/v1/sites/xinfa/availability";
const hour = 3_600_000;

/** Midnight of 10 January in Shanghai has passed; three bins, of which one never came, and a gate. */
async function aSite() {
  const api = await anApi();
  // 2026-01-15 16:00 there: the first midnight after it is the 16th.
  api.clock.advance(8 * hour);
  const bins = ["bin-1", "bin-2", "bin-3"].map((id) => aBin(api, id, { building: "12号楼" }).device);
  const gate = api.registry.addDevice("xinfa", { kind: "access-gate", id: "gate-1" }).device.device;
  let sequence = 0;
  const turn = (device: string, online: boolean) => {
    const reason = online ? "connected" : "will";
    api.availability.apply({ device, online, at: api.clock.now(), reason }, ++sequence);
  };
  for (const device of [bins[0]!, bins[1]!, gate]) turn(device, true);
  return { ...api, turn, bins, gate };
}

test("everybody sees how long devices could be reached, the least reachable first, and by kind", async () => {
  const { call, clock, turn, bins } = await aSite();
  clock.advance(6 * hour);
  turn(bins[1]!, false);
  clock.advance(3 * hour);
  turn(bins[1]!, true);
  clock.advance(3 * hour);
  const { status, body } = await call("viewer", `${url}?from=2026-01-16&to=2026-01-17`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ site: "xinfa", from: "2026-01-15T16:00:00.000Z", to: "2026-01-16T04:00:00.000Z" },
    ...{ keptFrom: null, gatewayDownMs: 0, next: null },
    total: {
      devices: 4,
      neverHeard: 1,
      knownSince: "2026-01-15T16:00:00.000Z",
      offlineMs: 3 * hour,
      onlineMs: 33 * hour,
      unknownMs: 12 * hour,
    },
  });
  expect(body.kinds).toMatchObject([
    { kind: "access-gate", devices: 1, neverHeard: 0, onlineRatio: 1, outages: 0, longestMs: 0 },
    { kind: "waste-bin", devices: 3, neverHeard: 1, onlineRatio: 21 / 24, outages: 1, longestMs: 3 * hour },
  ]);
  expect(body.items).toEqual([
    {
      ...{ id: "bin-2", name: expect.any(String), kind: "waste-bin", building: "12号楼", floor: null },
      ...{ onlineRatio: 0.75, onlineMs: 9 * hour, offlineMs: 3 * hour, unknownMs: 0, outages: 1 },
      ...{ longestMs: 3 * hour, knownSince: "2026-01-15T16:00:00.000Z" },
    },
    expect.objectContaining({ id: "bin-1", onlineRatio: 1 }),
    expect.objectContaining({ id: "gate-1", onlineRatio: 1 }),
    expect.objectContaining({ id: "bin-3", onlineRatio: null, unknownMs: 12 * hour, knownSince: null }),
  ]);
});

test("pages go on where the one before ended, and totals are of all of them", async () => {
  const { call, clock } = await aSite();
  clock.advance(hour);
  const first = await call("viewer", `${url}?limit=3`);
  expect(first.body.items).toHaveLength(3);
  const second = await call("viewer", `${url}?limit=3&cursor=${first.body.next}`);
  expect(second.body).toMatchObject({ items: [{ id: "bin-3" }], next: null, total: { devices: 4 } });
});

test("a kind narrows the list and the totals, and a removed device is left out", async () => {
  const { call, clock, registry, gate } = await aSite();
  clock.advance(hour);
  const { body } = await call("viewer", `${url}?kind=access-gate`);
  expect(body).toMatchObject({ total: { devices: 1 }, items: [{ id: "gate-1" }] });
  registry.removeDevice(gate);
  expect((await call("viewer", `${url}?kind=access-gate`)).body).toMatchObject({
    ...{ total: { devices: 0, onlineRatio: null }, kinds: [], items: [] },
  });
});

test("without days the present month is meant, and what no time is says so", async () => {
  const { call, clock } = await aSite();
  clock.advance(hour);
  expect((await call("viewer", url)).body.from).toBe("2025-12-31T16:00:00.000Z");
  expect((await call("viewer", `${url}?to=2026-01-01`)).body.from).toBe("2025-11-30T16:00:00.000Z");
  for (const [query, path] of [
    ["from=2026-02-30&to=2026-03-05", "query.from"],
    ["to=2026-13-01", "query.to"],
    ["from=2026-01-10&to=2026-01-10", "query.to"],
    ["from=2025-01-01&to=2026-01-01", "query.to"],
  ]) {
    const { status, body } = await call("viewer", `${url}?${query}`);
    expect([query, status, body.errors[0].path]).toEqual([query, 400, path]);
  }
  expect((await call("viewer", "GET /api/v1/sites/nowhere/availability")).status).toBe(404);
  expect((await call("yidaAdmin", url)).status).toBe(403);
});
