import { describe, expect, test } from "vitest";
import { auditModeOf } from "../../../gateway/api/audit-facts.ts";
import { describeRequest } from "../../../gateway/api/audit-request.ts";
import { type OperationId, rights } from "../../../gateway/api/roles.ts";
import { linkOf } from "../../../gateway/state/audit/chain.ts";
import { createChainCheck } from "../../../gateway/state/audit/check.ts";
import type { Audit, AuditRow } from "../../../gateway/state/audit/contract.ts";
import { aBin, anApi } from "./api-support.ts";

/** Every row, oldest first, with its detail read. */
function rowsOf({ audit }: { audit: Audit }) {
  return [...audit.read(1)].flat().map((row) => ({ ...row, detail: JSON.parse(row.detail) }));
}

/** What a row says in one line. */
function said({
  action,
  outcome,
  code,
  target,
}: Pick<AuditRow, "action" | "outcome" | "code" | "target">): string {
  return [action, target, outcome, code].filter((word) => word !== null).join(" ");
}

describe("every route", () => {
  test("that is not a GET is in the trail, and those that carry data out of the house", async () => {
    const parts = await anApi();
    const { body } = await parts.call("nobody", "GET /openapi.json");
    const operations = Object.values(body.paths).flatMap((path) =>
      Object.entries(path as Record<string, { operationId: OperationId }>),
    );
    const left = operations
      .filter(([method, { operationId }]) => auditModeOf(operationId, method.toUpperCase()) === "none")
      .filter(([method]) => method !== "get")
      .map(([, { operationId }]) => operationId);
    // To look whom a link is for changes nothing; the link stands in the body only to be kept out of addresses.
    expect(left).toEqual(["lookAtLink"]);
    expect(operations.length).toBeGreaterThan(40);
    const reads = operations
      .filter(([method, { operationId }]) => method === "get" && auditModeOf(operationId, "GET") === "read")
      .map(([, { operationId }]) => operationId);
    expect(reads.toSorted()).toEqual([
      ...[
        "exportAudit",
        "exportDevices",
        "exportDutyChecks",
        "exportSeries",
        "getRejection",
        "listRejections",
      ],
    ]);
  });

  test("that changes something leaves one row, by its caller, whether it succeeds or not", async () => {
    const parts = await anApi();
    aBin(parts);
    const { body } = await parts.call("nobody", "GET /openapi.json");
    let walked = 0;
    for (const [url, path] of Object.entries(body.paths as Record<string, Record<string, unknown>>)) {
      for (const [method, operation] of Object.entries(path)) {
        const { operationId: id } = operation as { operationId: OperationId };
        if (method === "get" || rights[id].reach === "nothing") continue;
        const before = parts.audit.head().sequence;
        const target = url.replace("{site}", "xinfa").replace("{id}", `a-${walked}`).replace("{name}", "a");
        const { status } = await parts.call("admin", `${method.toUpperCase()} ${target}`, { odd: walked++ });
        const rows = rowsOf(parts).filter(({ sequence }) => sequence > before);
        expect(`${id} ${rows.map(({ action }) => action)}`).toBe(`${id} ${id}`);
        expect(rows[0]).toMatchObject({
          by: expect.stringMatching(/^token:[0-9a-z]{10}$/),
          address: "127.0.0.1",
        });
        expect(`${id} ${rows[0]!.outcome}`).toBe(`${id} ${status < 400 ? "done" : "refused"}`);
      }
    }
    expect(walked).toBeGreaterThan(15);
  });

  test("that only shows something leaves none", async () => {
    const parts = await anApi();
    aBin(parts);
    for (const route of [
      "/sites",
      "/alerts",
      "/tokens",
      "/audit",
      "/audit/head",
      "/sites/xinfa/devices/bin-1",
    ]) {
      expect((await parts.call("admin", `GET /api/v1${route}`)).status).toBe(200);
    }
    expect(rowsOf(parts)).toEqual([]);
  });
});

describe("a row says", () => {
  test("who did what to what, with the names of what was not declared and never its values", async () => {
    const parts = await anApi();
    const { id, token } = (await parts.call("admin", "POST /api/v1/tokens", { name: "wall", role: "viewer" }))
      .body;
    const device = { kind: "waste-bin", id: "bin-9", facts: { depthMm: 1200 } };
    const { credentials } = (await parts.call("manager", "POST /api/v1/sites/xinfa/devices", device)).body;
    const rotated = await parts.call("manager", "POST /api/v1/sites/xinfa/devices/bin-9/credentials/rotate");
    await parts.call("admin", "POST /api/v1/accounts", { name: "bridge", publish: ["a/#"], subscribe: [] });
    const csv = "kind,id\nwaste-bin,bin-10\nwaste-bin,bin-11\n";
    const type = { "content-type": "text/csv" };
    await parts.call("manager", "POST /api/v1/sites/xinfa/devices/import", csv, type);
    await parts.call("manager", "DELETE /api/v1/sites/xinfa/devices/bin-10");
    await parts.call("admin", `DELETE /api/v1/tokens/${id}`);

    const rows = rowsOf(parts);
    expect(rows.map(said)).toEqual([
      `addToken token:${id} done`,
      "addDevice device:xinfa/bin-9 done",
      "rotateCredentials device:xinfa/bin-9 done",
      "addAccount account:bridge done",
      "importDevices site:xinfa done",
      "removeDevice device:xinfa/bin-10 done",
      `removeToken token:${id} done`,
    ]);
    expect(rows.map(({ site }) => site)).toEqual([null, "xinfa", "xinfa", null, "xinfa", "xinfa", null]);
    expect(rows[1]!.detail).toEqual(device);
    expect(rows[4]!.detail).toEqual({ rows: 2, added: 2, bytes: csv.length });
    const text = JSON.stringify(rows);
    for (const secret of [token, token.split("_")[2], credentials.password, rotated.body.password]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(text).not.toContain(secret);
    }
  });

  test("that somebody answered an alert, at which site, and not what he wrote", async () => {
    const parts = await anApi();
    const { device } = aBin(parts);
    const at = parts.clock.now();
    const owner = { device, rule: "full", severity: "minor", alert: "a-1" } as const;
    parts.raise({ id: "c-1", step: "raised", at, ...owner });
    await parts.call("firefighter", "POST /api/v1/alerts/a-1/comments", { text: "Frau Meier war da" });
    expect(rowsOf(parts)).toMatchObject([
      { action: "commentAlert", target: "alert:a-1", site: "xinfa", detail: { others: ["text"] } },
    ]);
  });

  test("nothing of a path that may carry a secret", () => {
    const request = (url: string, params: object) =>
      describeRequest({ routeOptions: { url }, params } as never, { siteOf: () => undefined });
    expect(request("/link/:secret", { secret: "hush" })).toEqual({ detail: {} });
    expect(request("/api/v1/links/:id/use", { id: "hush" })).toEqual({ detail: {} });
    expect(request("/api/v1/people/:id", { id: "4f" })).toEqual({ target: "person:4f", detail: {} });
  });

  test("only so much of what was sent", async () => {
    const parts = await anApi();
    const publish = Array.from({ length: 60 }, (_, i) => `${i}/${"x".repeat(300)}`);
    await parts.call("admin", "POST /api/v1/accounts", { name: "bridge", publish, subscribe: [] });
    const [row] = rowsOf(parts);
    expect(row!.detail.leftOut ?? row!.detail.publish).toBeDefined();
    expect(JSON.stringify(row!.detail).length).toBeLessThan(2000);
  });
});

describe("refusals", () => {
  test("at the door are told once and counted, without the token that was tried", async () => {
    const parts = await anApi();
    const guess = { authorization: "Bearer linli_0123456789_abcdefghjkmnpqrstvwxyz0123" };
    for (let i = 0; i < 200; i++) await parts.call("nobody", "GET /api/v1/sites", undefined, guess);
    await parts.call("viewer", "POST /api/v1/sites", { id: "x", name: "x" });
    const rows = rowsOf(parts);
    expect(rows.map(said)).toEqual(["listSites refused unauthorised", "addSite refused forbidden"]);
    expect(rows.map(({ by }) => by)).toEqual(["nobody", expect.stringMatching(/^token:/)]);
    expect(JSON.stringify(rows)).not.toContain("abcdefghjkmnpqrstvwxyz0123");
  });

  test("of what somebody known sent are told with their code", async () => {
    const parts = await anApi();
    await parts.call("admin", "POST /api/v1/sites", { id: "b a d", name: "x" });
    await parts.call("admin", "POST /api/v1/sites", { id: "xinfa", name: "x" });
    await parts.call("admin", "DELETE /api/v1/tokens/nothing");
    expect(rowsOf(parts).map(said)).toEqual([
      "addSite refused invalid-request",
      "addSite refused conflict",
      "removeToken token:nothing refused not-found",
    ]);
  });
});

describe("while the trail cannot be written", () => {
  test("nothing is changed, and alerts are answered", async () => {
    const parts = await anApi();
    const { device } = aBin(parts);
    const owner = { device, rule: "full", severity: "minor", alert: "a-1" } as const;
    parts.raise({ id: "c-1", step: "raised", at: parts.clock.now(), ...owner });
    parts.database.db.exec("PRAGMA query_only = ON");
    const change = await parts.call("admin", "POST /api/v1/accounts", {
      name: "a",
      publish: [],
      subscribe: ["b"],
    });
    expect(change).toMatchObject({ status: 503, body: { detail: expect.stringContaining("audit trail") } });
    const answer = await parts.call("firefighter", "POST /api/v1/alerts/a-1/acknowledge");
    expect(answer.status).toBe(200);
    parts.database.db.exec("PRAGMA query_only = OFF");
    expect(parts.access.accounts()).toEqual([]);
    (parts.audit as typeof parts.audit & { tick(): void }).tick();
    expect(rowsOf(parts).map(said)).toEqual(["addAccount failed busy", "acknowledgeAlert alert:a-1 done"]);
  });

  test("what was done all the same is answered with that, and its row follows", async () => {
    const parts = await anApi();
    const { registry } = parts;
    // The disk fails between the change and its row.
    registry.onDevice(() => parts.database.db.exec("PRAGMA query_only = ON"));
    const device = { kind: "waste-bin", id: "bin-9" };
    const { status, body } = await parts.call("admin", "POST /api/v1/sites/xinfa/devices", device);
    expect(status).toBe(503);
    expect(body.detail).toContain("it was done");
    parts.database.db.exec("PRAGMA query_only = OFF");
    (parts.audit as typeof parts.audit & { tick(): void }).tick();
    expect(rowsOf(parts).map(said)).toEqual(["addDevice device:xinfa/bin-9 done"]);
  });

  test("a trail that is full refuses changes and says what to do", async () => {
    const parts = await anApi({ audit: { maxRows: 1000 } });
    parts.database.transaction(() => {
      const row = { by: "system", via: "system", action: "filler", outcome: "done" } as const;
      for (let i = 0; i < 1000; i++) parts.audit.record(row);
    });
    const { status, body } = await parts.call("admin", "POST /api/v1/sites", { id: "new", name: "new" });
    expect(status).toBe(409);
    expect(body.detail).toContain("audit.maxRows");
    expect(parts.registry.site("new")).toBeUndefined();
    const { id } = parts.access.tokens().find(({ role }) => role === "viewer")!;
    expect((await parts.call("admin", `DELETE /api/v1/tokens/${id}`)).status).toBe(204);
  });
});

test("many at the same time leave one unbroken chain", async () => {
  const parts = await anApi();
  const ids = Array.from({ length: 40 }, (_, i) => `bin-${i}`);
  await Promise.all([
    ...ids.map((id) => parts.call("manager", "POST /api/v1/sites/xinfa/devices", { kind: "waste-bin", id })),
    ...ids.map((id) => parts.call("manager", `DELETE /api/v1/sites/xinfa/devices/${id}`)),
    ...ids.map((id) => parts.call("viewer", `DELETE /api/v1/sites/xinfa/devices/${id}`)),
  ]);
  const chain = createChainCheck();
  const rows = [...parts.audit.read(1)].flat();
  for (const row of rows) chain.take(linkOf(row));
  expect(chain.end().faultCount).toBe(0);
  expect(rows.filter(({ action, outcome }) => action === "addDevice" && outcome === "done")).toHaveLength(40);
});

describe("who sees the trail", () => {
  async function someActions() {
    const parts = await anApi();
    aBin(parts);
    await parts.call("admin", "POST /api/v1/sites/xinfa/buildings", { name: "1" });
    await parts.call("admin", "POST /api/v1/sites/yida/buildings", { name: "1" });
    await parts.call("admin", "POST /api/v1/sites", { id: "neu", name: "neu" });
    return parts;
  }
  const seen = (body: { items: { action: string; target: string }[] }) =>
    body.items.map(({ target }) => target);

  test("an administrator sees all, a manager what was done to sites, others nothing", async () => {
    const parts = await someActions();
    const route = "GET /api/v1/audit";
    expect(seen((await parts.call("admin", route)).body)).toEqual(["site:neu", "site:yida", "site:xinfa"]);
    expect(seen((await parts.call("manager", route)).body)).toEqual(["site:yida", "site:xinfa"]);
    expect(seen((await parts.call("yidaAdmin", route)).body)).toEqual(["site:yida"]);
    expect((await parts.call("yidaAdmin", `${route}?site=xinfa`)).status).toBe(403);
    expect((await parts.call("firefighter", route)).status).toBe(403);
  });

  test("the name of an actor is the one it has now, and null when it is gone", async () => {
    const parts = await someActions();
    const { body } = await parts.call("admin", "GET /api/v1/audit?limit=1");
    expect(body.items[0]).toMatchObject({ name: "chief", at: "2026-01-15T08:00:00.000Z" });
    expect(body.next).toEqual(expect.any(String));
    parts.access.addToken({ name: "second", role: "admin" });
    const id = String(body.items[0].by).slice("token:".length);
    parts.access.removeToken(id);
    const after = await parts.call("manager", "GET /api/v1/audit?limit=1");
    expect(after.body.items[0]).toMatchObject({ by: `token:${id}`, name: null });
  });

  test("a spoiled row is shown as it is", async () => {
    const parts = await someActions();
    parts.database.db.exec("DROP TRIGGER audit_never_changes");
    parts.database.db.exec("UPDATE audit SET detail = '[', at = 9007199254740000 WHERE sequence = 1");
    const { status, body } = await parts.call("admin", "GET /api/v1/audit");
    expect(status).toBe(200);
    expect(body.items[0]).toMatchObject({ at: "9007199254740000", detail: { unreadable: "[" } });
  });
});
