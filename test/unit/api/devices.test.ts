import { describe, expect, test } from "vitest";
import { aBin, anApi } from "./api-support.ts";

describe("registration", () => {
  test("a device gets its credentials once, and MQTT takes them", async () => {
    const parts = await anApi();
    const body = { kind: "waste-bin", id: "bin-1", name: "东门厨余桶", building: "12号楼" };
    const {
      status,
      body: made,
      headers,
    } = await parts.call("manager", "POST /api/v1/sites/xinfa/devices", body);
    expect(status).toBe(201);
    expect(headers.location).toBe("/api/v1/sites/xinfa/devices/bin-1");
    expect(made.device).toMatchObject({
      ...body,
      device: "xinfa/waste-bin/bin-1",
      presence: "unknown",
      values: {},
    });
    const { username, password } = made.credentials;
    expect(username).toBe("xinfa/bin-1");
    expect(parts.access.identify(username, Buffer.from(password))?.device).toBe("xinfa/waste-bin/bin-1");
    const later = await parts.call("manager", "GET /api/v1/sites/xinfa/devices/bin-1");
    expect(JSON.stringify(later.body)).not.toContain(password);
  });

  test("the same id again, over all kinds, is a conflict", async () => {
    const parts = await anApi();
    aBin(parts, "thing-1");
    const again = { kind: "parking-sensor", id: "thing-1" };
    const { status, body } = await parts.call("manager", "POST /api/v1/sites/xinfa/devices", again);
    expect(status).toBe(409);
    expect(body.type).toBe("urn:linli:problem:conflict");
  });

  test("new credentials replace the old ones", async () => {
    const parts = await anApi();
    const { credentials: old } = parts.registry.addDevice("xinfa", { kind: "waste-bin", id: "bin-1" });
    const { status, body } = await parts.call(
      "manager",
      "POST /api/v1/sites/xinfa/devices/bin-1/credentials/rotate",
    );
    expect(status).toBe(200);
    expect(parts.access.identify(old.username, Buffer.from(old.password))).toBeUndefined();
    expect(parts.access.identify(body.username, Buffer.from(body.password))).toBeDefined();
  });

  test("a change touches what is given, and null removes", async () => {
    const parts = await anApi();
    aBin(parts, "bin-1", { building: "12号楼", name: "old" });
    const change = { name: "new", building: null };
    const { body } = await parts.call("manager", "PATCH /api/v1/sites/xinfa/devices/bin-1", change);
    expect(body).toMatchObject({ name: "new", building: null, kind: "waste-bin" });
    const floor = await parts.call("manager", "PATCH /api/v1/sites/xinfa/devices/bin-1", { floor: "3" });
    expect(floor.body).toMatchObject({ name: "new", floor: "3" });
    const nothing = await parts.call("manager", "PATCH /api/v1/sites/xinfa/devices/bin-1", {});
    expect(nothing.status).toBe(400);
  });

  test("a site's address and telephone number are read by everybody and changed by the office", async () => {
    const parts = await anApi();
    const change = { address: "新发路 18 号", phone: "0592-5551190" };
    expect((await parts.call("viewer", "PATCH /api/v1/sites/xinfa", change)).status).toBe(403);
    const changed = await parts.call("manager", "PATCH /api/v1/sites/xinfa", change);
    expect(changed.body).toMatchObject({ name: "新发小区", ...change });
    expect((await parts.call("viewer", "GET /api/v1/sites/xinfa")).body).toMatchObject(change);
    const without = await parts.call("manager", "PATCH /api/v1/sites/xinfa", { phone: null });
    expect(without.body).toMatchObject({ address: change.address, phone: null });
    expect((await parts.call("manager", "PATCH /api/v1/sites/xinfa", {})).status).toBe(400);
    const { body: wrong } = await parts.call("manager", "PATCH /api/v1/sites/xinfa", { phone: "soon" });
    expect(wrong).toMatchObject({ status: 400, errors: [{ path: "body.phone" }] });
  });

  test("a removed device is gone, and so is a site without devices", async () => {
    const parts = await anApi();
    aBin(parts);
    expect((await parts.call("admin", "DELETE /api/v1/sites/xinfa")).status).toBe(409);
    expect((await parts.call("manager", "DELETE /api/v1/sites/xinfa/devices/bin-1")).status).toBe(204);
    expect((await parts.call("viewer", "GET /api/v1/sites/xinfa/devices/bin-1")).status).toBe(404);
    expect((await parts.call("admin", "DELETE /api/v1/sites/xinfa")).status).toBe(204);
    expect((await parts.call("viewer", "GET /api/v1/sites/xinfa")).status).toBe(404);
  });
});

describe("what a device says now", () => {
  test("each value comes with its unit, its times and its quality", async () => {
    const parts = await anApi();
    const { device } = aBin(parts);
    parts.twins.say(device, {
      fill: { value: 0.82, unit: "ratio" },
      lid: { value: "open", unit: undefined },
    });
    const { body } = await parts.call("viewer", "GET /api/v1/sites/xinfa/devices/bin-1");
    expect(body.presence).toBe("online");
    expect(body.values.fill).toEqual({
      value: 0.82,
      unit: "ratio",
      ts: "2026-01-15T07:59:59.800Z",
      at: "2026-01-15T08:00:00.000Z",
      quality: "good",
    });
    expect(body.values.lid.unit).toBeNull();
    const readings = await parts.call("viewer", "GET /api/v1/sites/xinfa/devices/bin-1/readings");
    expect(readings.body.items[0]).toMatchObject({ field: "fill", value: 0.82, quality: "good" });
    expect(readings.body.items[0].title.en).toBeTypeOf("string");
  });

  test("a list holds only what hangs on one device, when that is asked for", async () => {
    const parts = await anApi();
    aBin(parts, "hub-1");
    parts.registry.addDevice("xinfa", { kind: "waste-bin", id: "bin-1", parent: "hub-1" });
    aBin(parts, "bin-2");
    const { body } = await parts.call("viewer", "GET /api/v1/sites/xinfa/devices?parent=hub-1");
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(["bin-1"]);
  });

  test("a list is searched by kind, building and text, and read page by page", async () => {
    const parts = await anApi();
    for (let i = 1; i <= 5; i++)
      aBin(parts, `bin-${i}`, { building: i < 4 ? "1号楼" : "2号楼", name: `桶 ${i}` });
    parts.registry.addDevice("xinfa", { kind: "parking-sensor", id: "bay-1" });
    const list = async (query: string) =>
      (await parts.call("viewer", `GET /api/v1/sites/xinfa/devices?${query}`)).body;
    const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);
    expect(idsOf(await list("kind=parking-sensor"))).toEqual(["bay-1"]);
    expect(idsOf(await list(`building=${encodeURIComponent("2号楼")}`))).toEqual(["bin-4", "bin-5"]);
    expect(idsOf(await list(`text=${encodeURIComponent("桶 3")}`))).toEqual(["bin-3"]);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await list(`limit=2${cursor}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...idsOf(page));
      if (page.next === null) break;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
    expect(seen.toSorted()).toEqual(["bay-1", "bin-1", "bin-2", "bin-3", "bin-4", "bin-5"]);
  });

  test("a site counts its devices by presence and kind, and its buildings", async () => {
    const parts = await anApi();
    const { device } = aBin(parts, "bin-1", { building: "1号楼" });
    aBin(parts, "bin-2", { building: "1号楼" });
    parts.twins.say(device, {});
    const { body } = await parts.call("viewer", "GET /api/v1/sites/xinfa");
    expect(body.devices).toEqual({ total: 2, online: 1, offline: 0, unknown: 1 });
    expect(body.kinds).toEqual({ "waste-bin": 2 });
    const buildings = await parts.call("viewer", "GET /api/v1/sites/xinfa/buildings");
    expect(buildings.body.items).toEqual([{ name: "1号楼", devices: 2 }]);
  });
});

describe("import", () => {
  const url = "POST /api/v1/sites/xinfa/devices/import";
  const csvType = { "content-type": "text/csv" };

  test("a file registers all its devices and answers their credentials", async () => {
    const parts = await anApi();
    const csv = "kind,id,name,fact.depthMm\nwaste-bin,bin-1,桶一,1200\nwaste-bin,bin-2,桶二,\n";
    const { status, body } = await parts.call("manager", url, csv, csvType);
    expect(status).toBe(201);
    expect(body).toMatchObject({ dryRun: false, rows: 2, faults: [] });
    expect(body.added.map((item: { device: string }) => item.device)).toEqual([
      "xinfa/waste-bin/bin-1",
      "xinfa/waste-bin/bin-2",
    ]);
    expect(parts.registry.deviceAt("xinfa", "bin-1")?.facts).toEqual({ depthMm: 1200 });
  });

  test("a file with faults registers nothing and names each line", async () => {
    const parts = await anApi();
    const csv = "kind,id\nwaste-bin,bin-1\nno-such,bin-2\nwaste-bin,bad id\n";
    const { status, body } = await parts.call("manager", url, csv, csvType);
    expect(status).toBe(400);
    expect(body.errors.map((fault: { path: string }) => fault.path)).toEqual(["line 3, kind", "line 4, id"]);
    expect(parts.registry.deviceCount()).toBe(0);
  });

  test("a dry run registers nothing and tells the same", async () => {
    const parts = await anApi();
    const csv = "kind,id\nwaste-bin,bin-1\nno-such,bin-2\n";
    const { status, body } = await parts.call("manager", `${url}?dryRun=true`, csv, csvType);
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: true, rows: 2, added: [] });
    expect(body.faults).toMatchObject([{ line: 3, path: "kind" }]);
    expect(parts.registry.deviceCount()).toBe(0);
  });

  test("a file in the encoding of Chinese spreadsheets is read", async () => {
    const parts = await anApi();
    const csv = Buffer.concat([
      Buffer.from("kind,id,name\nwaste-bin,bin-1,"),
      Buffer.from("b6abc3c5b3f8d3e0cdb0", "hex"),
    ]);
    expect((await parts.call("manager", url, csv, csvType)).status).toBe(201);
    expect(parts.registry.deviceAt("xinfa", "bin-1")?.name).toBe("东门厨余桶");
  });
});
