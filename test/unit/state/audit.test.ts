import { describe, expect, test } from "vitest";
import type { AuditHead, AuditQuery } from "../../../gateway/state/audit/contract.ts";
import { createAuditKeeper } from "../../../gateway/state/audit/keeper.ts";
import { anAudit, anEntry, checkOf, fill, tamper } from "./audit-support.ts";

const day = 86_400_000;
const halfHour = 1_800_000;

describe("a row", () => {
  test("is written with what was changed, or not at all", () => {
    const { audit, database } = anAudit();
    const addSite = (id: string) =>
      database.db.prepare("INSERT INTO sites (id, name, created_at) VALUES (?, ?, 0)").run(id, id);
    database.transaction(() => {
      addSite("xinfa");
      audit.record(anEntry({ action: "addSite", target: "site:xinfa" }));
    });
    const head = audit.head();
    const failing = () =>
      database.transaction(() => {
        audit.record(anEntry({ action: "addSite", target: "site:yida" }));
        addSite("xinfa");
      });
    expect(failing).toThrow();
    expect(audit.head()).toEqual(head);
    audit.record(anEntry());
    expect(checkOf(audit)).toMatchObject({ rows: 2, faultCount: 0 });
  });

  test("keeps no more of a description than it may", () => {
    const { audit } = anAudit({ settings: { detailChars: 200 } });
    audit.record(anEntry({ detail: { filters: Array(100).fill("linli/#") } }));
    expect(audit.list({ limit: 1 }).items[0]!.detail).toMatch(/^\{"leftOut":\d+\}$/);
  });
});

describe("an action that begins", () => {
  const action = { by: "token:abcdefghjk", via: "token", action: "removeDevice", detail: { a: 1 } } as const;

  test("has one row when it has ended", () => {
    const { audit } = anAudit();
    const begun = audit.begin({ ...action, target: "device:xinfa/bin-1" });
    expect(audit.rows()).toBe(0);
    begun.end({ outcome: "done", detail: { b: 2 } });
    const [row] = audit.list({ limit: 10 }).items;
    expect(row).toMatchObject({
      ...action,
      outcome: "done",
      target: "device:xinfa/bin-1",
      detail: '{"a":1,"b":2}',
    });
    expect(audit.table.begun()).toEqual([]);
  });

  test("has a row when the gateway is killed before it has ended", () => {
    const { audit, database } = anAudit();
    audit.begin(action);
    audit.begin({ ...action, action: "addSite" }).end({ outcome: "done" });
    const next = anAudit({ database });
    expect(next.audit.list({ limit: 10 }).items.map((row) => [row.action, row.outcome])).toEqual([
      ["removeDevice", "unknown"],
      ["addSite", "done"],
    ]);
    expect(JSON.parse(next.audit.list({ limit: 1 }).items[0]!.detail)).toEqual({
      a: 1,
      begunAt: "2026-01-15T08:00:00.000Z",
    });
    expect(anAudit({ database }).audit.rows()).toBe(2);
  });

  test("is told even if somebody spoiled what was noted of it", () => {
    const { database } = anAudit();
    database.db.exec("INSERT INTO audit_begun (body) VALUES ('{')");
    expect(anAudit({ database }).audit.list({ limit: 1 }).items).toMatchObject([
      { action: "unreadable", outcome: "unknown" },
    ]);
  });

  test("does not begin while the trail cannot be written, unless it is urgent", () => {
    const { audit, database, clock } = anAudit();
    const failing: boolean[] = [];
    audit.onFailing((isFailing) => void failing.push(isFailing));
    database.db.exec("PRAGMA query_only = ON");
    expect(() => audit.begin(action)).toThrow("nothing may be changed");
    const urgent = audit.begin({ ...action, action: "acknowledgeAlert" }, { isUrgent: true });
    expect(() => urgent.end({ outcome: "done" })).toThrow("readonly");
    audit.note(anEntry({ action: "later" }));
    expect(failing).toEqual([true]);

    clock.advance(5000);
    audit.tick();
    expect(failing).toEqual([true]);
    database.db.exec("PRAGMA query_only = OFF");
    audit.tick();
    expect(failing).toEqual([true, false]);
    const rows = audit.table.from(0, 10);
    expect(rows.map((row) => [row.action, row.at])).toEqual([
      ["acknowledgeAlert", clock.now() - 5000],
      ["later", clock.now() - 5000],
    ]);
  });

  test("does not begin when the trail is full, unless it is urgent; what happens by itself is still told", () => {
    const { audit, database } = anAudit({ settings: { maxRows: 1000 } });
    fill({ audit, database }, 1000);
    expect(() => audit.begin(action)).toThrow("audit.maxRows");
    audit.begin(action, { isUrgent: true }).end({ outcome: "done" });
    audit.note(anEntry());
    expect(audit.rows()).toBe(1002);
  });

  test("rows that can never be written are counted and go to the log", () => {
    const { audit, database, log } = anAudit({ settings: { waitingRows: 2 } });
    database.db.exec("PRAGMA query_only = ON");
    for (const word of ["a", "b", "c"]) audit.note(anEntry({ action: word }));
    audit.flush();
    const line = log.lines.find(({ text }) => text === "audit rows could not be written");
    expect(line?.facts).toMatchObject({ entries: [{ action: "a" }, { action: "b" }] });
  });
});

describe("what strangers can cause at will", () => {
  const refusal = anEntry({ by: "nobody", action: "mqtt-refused", outcome: "refused", code: "credentials" });

  test("has a row at once, and another one with the count when the window is over", () => {
    const { audit, clock } = anAudit({ settings: { repeatWindowMs: 60_000 } });
    for (let i = 0; i < 500; i++) audit.noteOften({ ...refusal, detail: { clientId: `c${i}` } });
    expect(audit.rows()).toBe(1);
    clock.advance(60_000);
    audit.tick();
    const [last, first] = audit.list({ limit: 10 }).items;
    expect(JSON.parse(first!.detail)).toEqual({ clientId: "c0" });
    expect(JSON.parse(last!.detail)).toEqual({
      clientId: "c0",
      more: 499,
      since: "2026-01-15T08:00:00.000Z",
    });
    clock.advance(60_000);
    audit.tick();
    expect(audit.rows()).toBe(2);
  });

  test("cannot fill the trail, however much it varies", async () => {
    const { audit, clock, metrics } = anAudit({ settings: { repeatWindowMs: 60_000, refusalsPerHour: 20 } });
    let sent = 0;
    for (let minute = 0; minute < 60; minute++) {
      for (let i = 0; i < 100; i++) audit.noteOften({ ...refusal, target: `user:${sent++}` });
      clock.advance(60_000);
      audit.tick();
    }
    audit.flush();
    // 20 at once, 20 over the hour, and one count a minute.
    expect(audit.rows()).toBeLessThanOrEqual(100);
    const counted = audit
      .list({ limit: 200 })
      .items.map((row) => (JSON.parse(row.detail) as { more?: number }).more ?? 0);
    const first = audit.list({ limit: 200, action: "mqtt-refused" }).items.length;
    expect(counted.reduce((sum, more) => sum + more, 0) + first).toBe(sent);
    expect(await metrics.text()).toContain(`linli_audit_repeats_total ${sent - first}`);
  });

  test("is remembered within a bound, and nothing is lost at it", () => {
    const { audit } = anAudit({ settings: { repeatKeys: 10 } });
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 30; i++) {
        audit.noteOften({ ...refusal, target: `user:${i}` });
        audit.noteOften({ ...refusal, target: `user:${i}` });
      }
    }
    audit.flush();
    const told = audit.list({ limit: 500 }).items.map(({ detail }) => JSON.parse(detail).more ?? 1);
    expect(told.reduce((sum: number, more: number) => sum + more, 0)).toBe(120);
  });

  test("a read that repeats is counted; another one has its own row", () => {
    const { audit } = anAudit();
    const read = (kind: string) =>
      audit
        .begin({ ...anEntry({ action: "exportSeries" }), detail: { kind } }, { isRepeatable: true })
        .end({ outcome: "done" });
    for (const kind of ["a", "a", "b", "a"]) read(kind);
    expect(audit.rows()).toBe(2);
    expect(audit.table.begun()).toEqual([]);
    audit.flush();
    expect(JSON.parse(audit.list({ limit: 1 }).items[0]!.detail)).toMatchObject({ kind: "a", more: 2 });
  });
});

describe("the list", () => {
  function someRows() {
    const parts = anAudit();
    for (let i = 0; i < 30; i++) {
      const site = i % 3 === 0 ? undefined : i % 3 === 1 ? "xinfa" : "yida";
      const [action, outcome] =
        i % 2 === 0 ? (["addSite", "done"] as const) : (["addToken", "failed"] as const);
      parts.audit.record(anEntry({ by: `token:${i % 5}`, action, outcome, ...(site && { site }) }));
      parts.clock.advance(1000);
    }
    return parts;
  }
  const start = Date.parse("2026-01-15T08:00:00Z");

  test.each<[string, Omit<AuditQuery, "limit">, (i: number) => boolean]>([
    ["of a time", { from: start + 5000, to: start + 9000 }, (i) => i >= 5 && i < 9],
    ["of one actor", { by: "token:2" }, (i) => i % 5 === 2],
    ["of one action", { action: "addToken" }, (i) => i % 2 === 1],
    ["of one outcome", { outcome: "failed" }, (i) => i % 2 === 1],
    ["of one site", { sites: ["xinfa"] }, (i) => i % 3 === 1],
    ["of several sites", { sites: ["xinfa", "yida"] }, (i) => i % 3 !== 0],
    ["of any site", { ofSites: true }, (i) => i % 3 !== 0],
    ["of several conditions", { sites: ["yida"], by: "token:0", outcome: "failed" }, (i) => i === 5],
  ])("has the rows %s, newest first", (_, query, isMeant) => {
    const { audit } = someRows();
    const meant = Array.from({ length: 30 }, (_, i) => i).filter(isMeant);
    expect(meant.length).toBeGreaterThan(0);
    const { items, next } = audit.list({ ...query, limit: 100 });
    expect(items.map(({ sequence }) => sequence - 1)).toEqual(meant.toReversed());
    expect(next).toBeUndefined();
  });

  test("comes in pages without gap or double, also when rows share a time", () => {
    const { audit } = someRows();
    for (let i = 0; i < 20; i++) audit.record(anEntry());
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = audit.list({ limit: 7, cursor });
      seen.push(...page.items.map(({ sequence }) => sequence));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i));
    expect(() => audit.list({ limit: 7, cursor: "nonsense" })).toThrow("cursor");
  });
});

describe("the keeper", () => {
  function aKeeper(settings: Parameters<typeof anAudit>[0] = {}) {
    const parts = anAudit(settings);
    const told = { damages: [] as string[], filling: [] as boolean[], heads: [] as AuditHead[] };
    const keeper = createAuditKeeper({
      ...parts,
      damaged: (reason) => void told.damages.push(reason),
      filling: (isFilling) => void told.filling.push(isFilling),
      tellHead: (head) => void told.heads.push(head),
    });
    function pass(ms: number, everyMs = 60_000): void {
      for (let passed = 0; passed < ms; passed += everyMs) {
        parts.clock.advance(everyMs);
        keeper.tick();
      }
    }
    return { ...parts, ...told, keeper, pass };
  }

  test("finds a change among the newest rows at the start, and nothing wrong with an empty trail", () => {
    const { audit, database, damages, keeper } = aKeeper({ settings: { checkAtStart: 10 } });
    keeper.checkTail();
    for (let i = 0; i < 30; i++) audit.record(anEntry());
    keeper.checkTail();
    expect(damages).toEqual([]);
    tamper(database, "UPDATE audit SET by_whom = 'nobody' WHERE sequence = 25");
    keeper.checkTail();
    expect(damages).toEqual(["row 25: its content was changed"]);
  });

  test("finds any change within a day, in small steps, and then deletes nothing", () => {
    const { audit, clock, database, damages, keeper, pass } = aKeeper();
    fill({ audit, database }, 500);
    pass(day, halfHour);
    expect(damages).toEqual([]);
    tamper(database, "UPDATE audit SET by_whom = 'nobody' WHERE sequence = 7");
    pass(day + 2 * halfHour, halfHour);
    expect(damages).toEqual(["row 7: its content was changed"]);
    clock.advance(400 * day);
    pass(3 * day, halfHour);
    expect(damages.length).toBeGreaterThan(1);
    expect(audit.table.from(0, 1)[0]?.sequence).toBe(1);
    keeper.tick();
  });

  test("deletes what is older than it may be, and not because the clock jumped", () => {
    const { audit, clock, keeper, pass } = aKeeper({ settings: { keepDays: 200 } });
    audit.record(anEntry());
    clock.advance(1000 * day);
    keeper.tick();
    pass(halfHour);
    expect(audit.rows()).toBe(1);
    clock.advance(-1000 * day);
    keeper.tick();
    clock.advance(197 * day);
    pass(2 * day, halfHour);
    expect(audit.rows()).toBe(1);
    pass(2 * day, halfHour);
    expect(audit.list({ limit: 5 }).items.map(({ action }) => action)).toEqual(["audit-trimmed"]);
    expect(checkOf(audit)).toMatchObject({ rows: 1, first: 2, faultCount: 0 });
  });

  test("says early that the trail gets full, and when there is room again", () => {
    const { audit, clock, database, filling, pass } = aKeeper({ settings: { maxRows: 1000, keepDays: 184 } });
    fill({ audit, database }, 900);
    pass(60_000);
    expect(filling).toEqual([true]);
    clock.advance(184 * day);
    pass(2 * day, halfHour);
    expect(filling).toEqual([true, false]);
  });

  test("tells the head once an hour while it moves", () => {
    const { audit, heads, pass } = aKeeper();
    const first = audit.record(anEntry());
    pass(3 * 3_600_000);
    expect(heads).toEqual([first]);
    const second = audit.record(anEntry());
    pass(3_600_000);
    expect(heads).toEqual([first, second]);
  });
});
