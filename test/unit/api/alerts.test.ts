import { describe, expect, test } from "vitest";
import { aChange } from "../live/live-support.ts";
import { aBin, anApi } from "./api-support.ts";

async function withAlerts() {
  const parts = await anApi();
  aBin(parts, "bin-1", { name: "东门厨余桶", building: "12号楼" });
  parts.raise(aChange({ alert: "fire-1", rule: "fire" }));
  parts.raise(aChange({ alert: "full-1", rule: "full", severity: "minor", id: "c2" }));
  parts.raise(aChange({ alert: "yida-1", rule: "fire", id: "c3", device: "yida/waste-bin/bin-9" }));
  return parts;
}

const idsOf = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);

describe("alerts", () => {
  test("come with the words of their rule and the place of their device", async () => {
    const parts = await withAlerts();
    const { body } = await parts.call("viewer", "GET /api/v1/alerts/fire-1");
    const rule = parts.catalogue.get("waste-bin")?.rules.find(({ id }) => id === "fire");
    expect(body).toMatchObject({
      id: "fire-1",
      device: "xinfa/waste-bin/bin-1",
      deviceName: "东门厨余桶",
      building: "12号楼",
      title: rule?.title,
      advice: rule?.advice ?? null,
      severity: "critical",
      state: "raised",
      acknowledgedBy: null,
      values: { temperature: 90 },
    });
    expect(body.title.zh).toBeTypeOf("string");
    const gone = await parts.call("viewer", "GET /api/v1/alerts/yida-1");
    expect(gone.body.deviceName).toBeNull();
  });

  test("are filtered by site, severity, state, device and acknowledgement", async () => {
    const parts = await withAlerts();
    await parts.call("firefighter", "POST /api/v1/alerts/fire-1/acknowledge");
    const list = async (query: string) =>
      idsOf((await parts.call("viewer", `GET /api/v1/alerts?${query}`)).body);
    expect(await list("site=xinfa")).toEqual(["fire-1", "full-1"]);
    expect(await list("severity=minor,major")).toEqual(["full-1"]);
    expect(await list("acknowledged=true")).toEqual(["fire-1"]);
    expect(await list("acknowledged=false")).toEqual(["full-1", "yida-1"]);
    expect(await list("state=cleared")).toEqual([]);
    expect(await list("device=yida/waste-bin/bin-9")).toEqual(["yida-1"]);
  });

  test("are answered in the name of the token's owner", async () => {
    const parts = await withAlerts();
    const seen = await parts.call("firefighter", "POST /api/v1/alerts/fire-1/acknowledge", {
      comment: "on our way",
    });
    expect(seen.body).toMatchObject({ acknowledgedBy: "crew", acknowledgedAt: "2026-01-15T08:00:00.000Z" });
    const said = await parts.call("manager", "POST /api/v1/alerts/fire-1/comments", {
      text: "  smoke only ",
    });
    expect(said.status).toBe(201);
    const resolved = await parts.call("firefighter", "POST /api/v1/alerts/fire-1/resolve");
    expect(resolved.body).toMatchObject({ state: "cleared", resolvedBy: "crew" });
    expect(
      resolved.body.comments.map((comment: { by: string; text: string }) => [comment.by, comment.text]),
    ).toEqual([
      ["crew", "on our way"],
      ["office", "smoke only"],
    ]);
    const { body } = await parts.call("viewer", "GET /api/v1/alerts/fire-1");
    expect(body.timeline.map((change: { step: string; by: string }) => [change.step, change.by])).toEqual([
      ["raised", null],
      ["acknowledged", "crew"],
      ["commented", "office"],
      ["resolved", "crew"],
    ]);
  });

  test("never show the debounce that came before them", async () => {
    const parts = await withAlerts();
    parts.raise(aChange({ alert: "fire-1", step: "pending", id: "c0" }));
    const { body } = await parts.call("viewer", "GET /api/v1/alerts/fire-1");
    expect(body.timeline).toHaveLength(1);
  });

  test("of another site are neither listed nor touched with a token of one site", async () => {
    const parts = await withAlerts();
    expect(idsOf((await parts.call("yidaAdmin", "GET /api/v1/alerts")).body)).toEqual(["yida-1"]);
    expect((await parts.call("yidaAdmin", "GET /api/v1/alerts?site=xinfa")).status).toBe(403);
    for (const action of ["acknowledge", "resolve"]) {
      expect((await parts.call("yidaAdmin", `POST /api/v1/alerts/fire-1/${action}`)).status).toBe(404);
    }
    expect((await parts.call("yidaAdmin", "POST /api/v1/alerts/yida-1/acknowledge")).status).toBe(200);
  });

  test("are given to somebody who answers there, to oneself, and to nobody", async () => {
    const parts = await withAlerts();
    parts.identity.people.add({
      login: "wang",
      name: "王队长",
      grants: [{ role: "firefighter", site: "xinfa" }],
    });
    parts.identity.people.add({ login: "guest", name: "访客", grants: [{ role: "viewer" }] });
    parts.identity.people.add({ login: "yi", name: "怡达经理", grants: [{ role: "manager", site: "yida" }] });
    const ways = [{ target: "voice", address: "13800000000" }];
    const contact = { crew: undefined, person: undefined, ways, isActive: true, role: "supervisor" } as const;
    parts.duty.contacts.add("xinfa", { ...contact, id: "zhang", name: "张师傅" });
    const { body: known } = await parts.call("firefighter", "GET /api/v1/sites/xinfa/assignees");
    expect(known.items).toEqual([
      { name: "张师傅", told: true },
      { name: "王队长", told: false },
    ]);
    // A contact that is somebody who logs in is one person with him.
    const wang = parts.identity.people.findLogin("wang")!;
    parts.duty.contacts.add("xinfa", { ...contact, id: "wang", name: "王师傅", person: wang.id });
    const { body: joined } = await parts.call("firefighter", "GET /api/v1/sites/xinfa/assignees");
    expect(joined.items).toEqual([
      { name: "张师傅", told: true },
      { name: "王队长", told: true },
    ]);
    expect((await parts.call("firefighter", "GET /api/v1/sites/none/assignees")).status).toBe(404);
    const assign = (assignee: string | null, comment?: string) =>
      parts.call("firefighter", "POST /api/v1/alerts/full-1/assign", { assignee, comment });
    expect((await assign("张师傅", "清运一下")).body).toMatchObject({
      assignee: "张师傅",
      acknowledgedBy: null,
    });
    const list = async (query: string) =>
      idsOf((await parts.call("viewer", `GET /api/v1/alerts?${query}`)).body);
    expect(await list("assignee=%E5%BC%A0%E5%B8%88%E5%82%85")).toEqual(["full-1"]);
    expect(await list("assigned=false")).toEqual(["fire-1", "yida-1"]);
    expect(await list("rule=fire")).toEqual(["fire-1", "yida-1"]);
    for (const name of ["访客", "怡达经理"]) {
      const refused = await assign(name);
      expect([refused.status, refused.body.errors]).toEqual([
        400,
        [
          {
            path: "body.assignee",
            message: `nobody called "${name}" answers alerts at xinfa; there are 张师傅, 王队长`,
          },
        ],
      ]);
    }
    expect((await assign("crew")).body.assignee).toBe("crew");
    expect((await assign(null)).body.assignee).toBeNull();
    const { body } = await parts.call("viewer", "GET /api/v1/alerts/full-1");
    const [, ...steps] = body.timeline;
    expect(steps.map((step: { assignee: string; comment: string }) => [step.assignee, step.comment])).toEqual(
      [
        ["张师傅", "清运一下"],
        ["crew", null],
        [null, null],
      ],
    );
    expect((await parts.call("viewer", "POST /api/v1/alerts/full-1/assign", { assignee: null })).status).toBe(
      403,
    );
    expect((await parts.call("yidaAdmin", "GET /api/v1/sites/xinfa/assignees")).status).toBe(403);
  });

  test("an unknown one is not found, and a comment needs a text", async () => {
    const parts = await withAlerts();
    expect((await parts.call("firefighter", "POST /api/v1/alerts/none/acknowledge")).status).toBe(404);
    const empty = await parts.call("firefighter", "POST /api/v1/alerts/fire-1/comments", { text: " " });
    expect([empty.status, empty.body.errors[0].path]).toEqual([400, "body.text"]);
  });

  test("show at their device and are counted at their site", async () => {
    const parts = await withAlerts();
    const { body: list } = await parts.call("viewer", "GET /api/v1/sites/xinfa/devices");
    expect(list.items[0].worstAlert).toBe("critical");
    await parts.call("firefighter", "POST /api/v1/alerts/fire-1/resolve");
    const { body: device } = await parts.call("viewer", "GET /api/v1/sites/xinfa/devices/bin-1");
    expect(device.worstAlert).toBe("minor");
    const { body: site } = await parts.call("viewer", "GET /api/v1/sites/xinfa");
    expect(site.alerts).toEqual({ critical: 0, major: 0, minor: 1, info: 0 });
  });
});
