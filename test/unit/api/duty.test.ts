import { describe, expect, test } from "vitest";
import { anApi } from "./api-support.ts";

const crew = { id: "east", name: "东区", least: 2 };
const contact = {
  ...{ id: "wang", name: "王队长", role: "leader", crew: "east" },
  ways: [{ target: "voice", address: "000-0000-0042" }],
};
const site = "/api/v1/sites/xinfa";

async function aSite() {
  const parts = await anApi();
  await parts.call("manager", `POST ${site}/crews`, crew);
  await parts.call("manager", `POST ${site}/contacts`, contact);
  return parts;
}

const csv = (...rows: string[]) => ["crew,contact,date,from,to,leads", ...rows, ""].join("\n");

describe("contacts", () => {
  test("show how they are reached only to who may write them", async () => {
    const { call } = await aSite();
    const seen = async (who: "manager" | "firefighter" | "viewer" | "engineer") =>
      (await call(who, `GET ${site}/contacts`)).body.items[0].ways[0].address;
    expect(await seen("manager")).toBe("000-0000-0042");
    for (const who of ["firefighter", "viewer", "engineer"] as const) expect(await seen(who)).toBe("•••42");
  });

  test("are changed by what is given; null removes, and a wrong way is refused with its place", async () => {
    const { call, identity } = await aSite();
    const person = identity.people.add({ login: "wang", name: "王建国", grants: [] });
    const change = { person: person.id, active: false };
    const linked = await call("manager", `PATCH ${site}/contacts/wang`, change);
    expect(linked.body).toMatchObject({
      person: { id: person.id, login: "wang" },
      active: false,
      role: "leader",
    });
    expect((await call("viewer", `GET ${site}/contacts/wang`)).body.person).toEqual({
      id: person.id,
      login: null,
    });
    const free = await call("manager", `PATCH ${site}/contacts/wang`, { person: null, active: true });
    expect(free.body).toMatchObject({ person: null, active: true, crew: "east" });
    const wrong = await call("manager", `PATCH ${site}/contacts/wang`, {
      ways: [{ target: "group", address: "1" }],
    });
    expect(wrong).toMatchObject({ status: 400, body: { detail: expect.stringContaining("ways[0].target") } });
    expect((await call("manager", `DELETE ${site}/crews/east`)).status).toBe(409);
    expect((await call("manager", `DELETE ${site}/contacts/wang`)).status).toBe(204);
    expect((await call("manager", `GET ${site}/contacts/wang`)).status).toBe(404);
    expect((await call("manager", `DELETE ${site}/crews/east`)).status).toBe(204);
  });

  test("leave neither name nor address in the audit trail", async () => {
    const { call, audit } = await aSite();
    await call("manager", `PATCH ${site}/contacts/wang`, {
      ways: [{ target: "voice", address: "000-0000-0099" }],
    });
    const rows = [...audit.read(1)].flat();
    const ofContacts = rows.filter(({ action }) => action.endsWith("Contact"));
    expect(ofContacts.map(({ action, target, site }) => [action, target, site])).toEqual([
      ["addContact", "contact:wang", "xinfa"],
      ["changeContact", "contact:xinfa/wang", "xinfa"],
    ]);
    expect(ofContacts[0]?.detail).toContain('"role":"leader"');
    expect(JSON.stringify(rows)).not.toMatch(/王队长|0000-00/);
  });

  test("of a site that was removed are gone when it comes again", async () => {
    const { call } = await aSite();
    expect((await call("admin", "DELETE /api/v1/sites/xinfa")).status).toBe(204);
    await call("admin", "POST /api/v1/sites", { id: "xinfa", name: "新发小区" });
    expect((await call("manager", `GET ${site}/contacts`)).body.items).toEqual([]);
  });
});

describe("the roster", () => {
  test("is taken from a file, told with what it lacks, changed and removed", async () => {
    const { call } = await aSite();
    const type = { "content-type": "text/csv" };
    const body = csv("东区,王队长,2026-01-15,08:00,20:00,yes");
    const trial = await call(
      "manager",
      `POST ${site}/shifts/import?dryRun=true`,
      csv("东区,谁,2026-01-15,08:00,20:00,"),
      type,
    );
    expect(trial).toMatchObject({
      status: 200,
      body: { dryRun: true, added: 0, faults: [{ line: 2, path: "contact" }] },
    });
    const refused = await call(
      "manager",
      `POST ${site}/shifts/import`,
      csv("东区,谁,2026-01-15,08:00,20:00,"),
      type,
    );
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: "line 2, contact" }] } });
    const taken = await call("manager", `POST ${site}/shifts/import`, body, type);
    expect(taken).toMatchObject({ status: 201, body: { added: 1, replaced: 0, faults: [] } });
    expect(taken.body.warnings[0]).toMatchObject({ crew: "east", crewName: "东区", people: 1, least: 2 });
    const { body: roster } = await call("viewer", `GET ${site}/shifts?from=2026-01-15T00:00:00Z`);
    expect(roster.items).toMatchObject([
      {
        contactName: "王队长",
        from: "2026-01-15T00:00:00.000Z",
        to: "2026-01-15T12:00:00.000Z",
        leads: true,
      },
    ]);
    const shift = `${site}/shifts/${roster.items[0].id}`;
    const moved = await call("manager", `PATCH ${shift}`, { to: "2026-01-15T21:00:00+08:00", leads: false });
    expect(moved.body.shift).toMatchObject({ to: "2026-01-15T13:00:00.000Z", leads: false });
    const week = { from: "2026-01-12", to: "2026-01-19" };
    expect((await call("manager", `POST ${site}/shifts/copy-week`, week)).body).toMatchObject({
      added: 1,
      skipped: 0,
    });
    expect((await call("manager", `DELETE ${shift}`)).status).toBe(204);
    expect((await call("manager", `DELETE ${shift}`)).status).toBe(404);
  });

  test("shows who is on duty and whom a fire would reach, stage by stage", async () => {
    const { call } = await aSite();
    const shift = { crew: "east", contact: "wang", from: "2026-01-15T07:00:00Z", to: "2026-01-15T08:02:30Z" };
    await call("manager", `POST ${site}/shifts`, shift);
    await call("manager", `POST ${site}/contacts`, {
      ...{ name: "李经理", role: "supervisor", ways: [{ target: "voice", address: "000-0000-0001" }] },
    });
    const { body } = await call("viewer", `GET ${site}/duty?at=2026-01-15T08:00:00Z`);
    expect(body.crews).toMatchObject([
      { id: "east", onDuty: [{ id: "wang", to: "2026-01-15T08:02:30.000Z" }] },
    ]);
    const fire = body.chains[0];
    const seen = fire.stages.map(({ afterMs, mark, calls }: Stage) => [
      mark ?? afterMs,
      ...calls.map(({ who, people }) => `${who}:${people.map(({ name }) => name)}`),
    ]);
    expect(fire).toMatchObject({ class: "fire", isOwn: false, repeatMs: 60_000 });
    expect(seen).toEqual([
      [0, "duty:王队长", "targets:"],
      [25_000, "duty:王队长"],
      ["acknowledge", "leader:王队长", "neighbours:"],
      [85_000, "supervisor:李经理"],
      ["arrive", "station:"],
      ["control", "district:"],
    ]);
    expect(fire.stages[4].at).toBe("2026-01-15T08:03:00.000Z");
    expect(JSON.stringify(body)).not.toContain("000-0000");
  });
});

test("a site's own chain is set, shown, refused with its reason, and reset", async () => {
  const { call } = await aSite();
  const stage = { after: 0, call: [{ who: "targets", way: "all" }], until: "acknowledged" };
  const url = `${site}/chains/fire`;
  const own = await call("manager", `PUT ${url}`, { stages: [stage], repeatMs: 30_000 });
  expect(own.body).toEqual({ class: "fire", isOwn: true, stages: [stage], repeatMs: 30_000 });
  const refused = await call("manager", `PUT ${url}`, { stages: [stage], repeatMs: null });
  expect(refused).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining("until a person acts") },
  });
  expect((await call("viewer", `GET ${site}/chains`)).body.items[0]).toEqual(own.body);
  expect((await call("manager", `DELETE ${url}`)).status).toBe(204);
  expect((await call("viewer", `GET ${url}`)).body).toMatchObject({ isOwn: false, repeatMs: 60_000 });
});

interface Stage {
  readonly afterMs: number;
  readonly mark: string | null;
  readonly calls: readonly { readonly who: string; readonly people: readonly { readonly name: string }[] }[];
}
