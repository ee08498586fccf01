import { expect, test } from "vitest";
import { aBin, anApi } from "./api-support.ts";

const url = "/api/v1/sites/xinfa/mutes";
const minute = 60_000;

/** The API with a bin, and a window that may be laid over it. */
async function aWindow() {
  const api = await anApi();
  aBin(api, "bin-1", { building: "12号楼" });
  const order = (more: object = {}) => ({
    ...{ type: "silence", device: "bin-1", to: String(api.clock.now() + 30 * minute), reason: "换电池" },
    ...more,
  });
  return { ...api, order };
}

test("the office lays a window, everybody sees it, and it is ended once", async () => {
  const { call, order, clock } = await aWindow();
  const made = await call(
    "manager",
    `POST ${url}`,
    order({ type: "drill", building: "12号楼", rule: "offline" }),
  );
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    ...{ site: "xinfa", state: "active", type: "drill", building: "12号楼", device: "xinfa/waste-bin/bin-1" },
    ...{ rule: "offline", kind: null, by: "office", reason: "换电池", endedAt: null },
  });
  const { id } = made.body;
  for (const who of ["viewer", "engineer", "firefighter"] as const) {
    expect((await call(who, `GET ${url}?active=true`)).body.items).toMatchObject([{ id }]);
    expect((await call(who, `GET ${url}/${id}`)).body).toMatchObject({ id, state: "active" });
  }
  clock.advance(minute);
  const to = new Date(clock.now() + minute).toISOString();
  expect((await call("manager", `PATCH ${url}/${id}`, { to })).body).toMatchObject({ to });
  expect((await call("manager", `PATCH ${url}/${id}`, { to: String(clock.now()) })).status).toBe(400);
  expect((await call("manager", `POST ${url}/${id}/end`)).body).toMatchObject({
    ...{ state: "ended", endedBy: "office", endedAt: new Date(clock.now()).toISOString() },
  });
  expect((await call("manager", `POST ${url}/${id}/end`)).status).toBe(409);
  expect((await call("viewer", `GET ${url}?active=true`)).body.items).toEqual([]);
  expect((await call("viewer", `GET ${url}?active=false`)).body.items).toHaveLength(1);
});

test("a crew silences one device for an hour, and viewers and engineers nothing", async () => {
  const { call, order } = await aWindow();
  expect((await call("firefighter", `POST ${url}`, order())).status).toBe(201);
  for (const more of [
    { type: "maintenance" },
    { device: undefined },
    { device: undefined, building: "12号楼" },
  ]) {
    expect((await call("firefighter", `POST ${url}`, order(more))).status).toBe(403);
    expect((await call("manager", `POST ${url}`, order(more))).status).toBe(201);
  }
  for (const who of ["viewer", "engineer"] as const) {
    expect((await call(who, `POST ${url}`, order())).status).toBe(403);
  }
});

test("an office of another site is a stranger here", async () => {
  const { call, order } = await aWindow();
  expect((await call("yidaAdmin", `POST ${url}`, order())).status).toBe(403);
});

test.each([
  ["building", { building: "99号楼" }],
  ["kind", { kind: "no-such-kind" }],
  ["kind", { kind: "parking-sensor" }],
  ["rule", { rule: "no-such-rule" }],
  ["to", { to: "2020-01-01T00:00:00Z" }],
  ["to", { to: undefined }],
  ["reason", { reason: " " }],
  ["type", { type: "holiday" }],
])("a window with a wrong %s is refused and says so", async (path, more) => {
  const { call, order } = await aWindow();
  const { status, body } = await call("manager", `POST ${url}`, order(more));
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain(path);
});

test("a window over a device that does not exist is refused", async () => {
  const { call, order } = await aWindow();
  expect((await call("manager", `POST ${url}`, order({ device: "nothing" }))).status).toBe(404);
});

test("the audit trail has who laid, changed and ended a window, without the words of people", async () => {
  const { call, order, audit } = await aWindow();
  const { body } = await call("manager", `POST ${url}`, order());
  await call("manager", `POST ${url}/${body.id}/end`);
  const rows = audit.list({ limit: 10 }).items;
  expect(rows.map(({ action }) => action)).toEqual(expect.arrayContaining(["addMute", "endMute"]));
  expect(JSON.stringify(rows)).not.toContain("换电池");
});
