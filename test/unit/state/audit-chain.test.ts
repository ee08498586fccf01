import { describe, expect, test } from "vitest";
import { hashOf, lineOf, readLine, textOf } from "../../../gateway/state/audit/chain.ts";
import { createChainCheck } from "../../../gateway/state/audit/check.ts";
import { createAuditKeeper } from "../../../gateway/state/audit/keeper.ts";
import { anAudit, anEntry, checkOf, tamper } from "./audit-support.ts";

const day = 86_400_000;

/** A trail of ten rows. */
function tenRows() {
  const parts = anAudit();
  for (let i = 0; i < 10; i++) {
    parts.audit.record(anEntry({ site: "xinfa", code: "why", detail: { i } }));
    parts.clock.advance(1000);
  }
  return parts;
}

/** A trail whose first rows were deleted by retention. */
function trimmed() {
  const parts = tenRows();
  const { audit, database, clock, log, settings } = parts;
  const nothing = () => {};
  const keeper = createAuditKeeper({
    ...{ audit, database, clock, log, settings, damaged: nothing, filling: nothing, tellHead: nothing },
  });
  clock.advance(399 * day);
  for (let i = 0; i < 3; i++) audit.record(anEntry({ detail: { late: i } }));
  clock.advance(2 * day);
  // After so long a jump of the clock, deletion waits an hour.
  for (let minute = 0; minute < 70; minute++) {
    keeper.tick();
    clock.advance(60_000);
  }
  return { ...parts, keeper };
}

describe("a trail that nobody touched", () => {
  test("fits, from the database and from its exported lines", () => {
    const { audit } = tenRows();
    expect(checkOf(audit)).toMatchObject({ rows: 10, first: 1, head: audit.head(), faultCount: 0 });
    const chain = createChainCheck();
    for (const row of audit.table.from(0, 100)) chain.take(readLine(lineOf(row))!);
    expect(chain.end()).toMatchObject({ rows: 10, head: audit.head(), faultCount: 0 });
  });

  test("fits whatever texts it was told", () => {
    const { audit } = anAudit();
    const texts = ["\ud800", "a\u0000b", "\u2028", '","hash":"', "新发小区", "\\", "x".repeat(5000), "{}\n"];
    for (const text of texts) {
      const odd = { by: text, address: text, action: text, site: text, target: text, code: text };
      audit.record(anEntry({ ...odd, detail: { text, [text]: 1, nested: [{ text }] } }));
    }
    expect(checkOf(audit)).toMatchObject({ rows: texts.length, faultCount: 0 });
    const lines = audit.table.from(0, 100).map(lineOf);
    expect(lines.filter((line) => line.includes("\n"))).toEqual([]);
    const chain = createChainCheck();
    for (const line of lines) chain.take(readLine(line)!);
    expect(chain.end()).toMatchObject({ rows: texts.length, faultCount: 0 });
  });
});

describe("who writes the database is found", () => {
  const columns = {
    at: "at + 1",
    by_whom: "'token:innocent00'",
    via: "'session'",
    address: "'10.0.0.1'",
    action: "'listTokens'",
    site: "'yida'",
    target: "'token:other00000'",
    outcome: "'refused'",
    code: "NULL",
    detail: `'{"i":99}'`,
    previous: "hash",
    hash: "previous",
  };

  test.each(Object.entries(columns))("by a changed %s", (column, value) => {
    const { audit, database } = tenRows();
    tamper(database, `UPDATE audit SET ${column} = ${value} WHERE sequence = 5`);
    const { faults } = checkOf(audit);
    expect(faults[0]).toMatchObject({ sequence: 5, reason: expect.stringContaining("changed") });
  });

  test("every column of a row is covered", () => {
    const { database } = anAudit();
    const names = database.db
      .prepare("PRAGMA table_info(audit)")
      .all()
      .map(({ name }) => name);
    expect(names.toSorted()).toEqual(["sequence", ...Object.keys(columns)].toSorted());
  });

  test("by a number that no time can be", () => {
    const { audit, database } = tenRows();
    tamper(database, "UPDATE audit SET at = 9000000000000000000 WHERE sequence = 5");
    expect(checkOf(audit).faults[0]).toMatchObject({ sequence: 5 });
  });

  test("by a changed row whose hash was worked out anew", () => {
    const { audit, database } = tenRows();
    const [row] = audit.table.from(6, 1);
    const forged = { ...row!, by: "token:innocent00" };
    tamper(database, "DELETE FROM audit WHERE sequence = 6");
    audit.table.insert({ ...forged, hash: hashOf(textOf(forged)) });
    expect(checkOf(audit).faults).toEqual([
      { sequence: 7, reason: expect.stringContaining("row 6 as it is now") },
    ]);
  });

  test("by a row that is gone", () => {
    const { audit, database } = tenRows();
    tamper(database, "DELETE FROM audit WHERE sequence = 5");
    expect(checkOf(audit).faults).toEqual([
      { sequence: 6, reason: expect.stringContaining("row 5 are missing") },
    ]);
  });

  test("by rows that are gone and numbers that were closed up", () => {
    const { audit, database } = tenRows();
    tamper(
      database,
      "DELETE FROM audit WHERE sequence = 5; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 5",
    );
    expect(checkOf(audit).faults[0]).toMatchObject({ sequence: 5 });
  });

  test("by rows that change places", () => {
    const { audit, database } = tenRows();
    tamper(
      database,
      "UPDATE audit SET sequence = 100 WHERE sequence = 4; UPDATE audit SET sequence = 4 WHERE sequence = 5; UPDATE audit SET sequence = 5 WHERE sequence = 100",
    );
    expect(checkOf(audit).faults[0]).toMatchObject({ sequence: 4 });
  });

  test("by a row that was put in", () => {
    const { audit, database } = tenRows();
    const [row] = audit.table.from(5, 1);
    tamper(database, "UPDATE audit SET sequence = sequence + 1000 WHERE sequence > 5");
    tamper(database, "UPDATE audit SET sequence = sequence - 999 WHERE sequence > 5");
    audit.table.insert({ ...row!, sequence: 6 });
    expect(checkOf(audit).faults[0]).toMatchObject({ sequence: 6 });
  });

  test("by an end that was cut off, with a head that somebody kept", () => {
    const { audit, database } = tenRows();
    const head = audit.head();
    tamper(database, "DELETE FROM audit WHERE sequence > 7");
    expect(checkOf(audit).faultCount).toBe(0);
    expect(checkOf(audit, { heads: [head] }).faults).toEqual([
      { sequence: 10, reason: expect.stringContaining("cut") },
    ]);
  });

  test("by a trail that was written anew, with a head that somebody kept", () => {
    const { audit } = tenRows();
    const head = audit.head();
    const other = anAudit();
    for (let i = 0; i < 12; i++) other.audit.record(anEntry({ detail: { innocent: i } }));
    expect(checkOf(other.audit).faultCount).toBe(0);
    expect(checkOf(other.audit, { heads: [head] }).faults).toEqual([
      { sequence: 10, reason: expect.stringContaining("written anew") },
    ]);
    expect(checkOf(audit, { heads: [head] })).toMatchObject({ faultCount: 0, known: [head] });
    // A forged note of the same row does not hide the true one.
    const forged = { ...head, hash: other.audit.head().hash };
    expect(checkOf(audit, { heads: [forged, head] }).faultCount).toBe(1);
    expect(checkOf(audit, { heads: [head, forged] }).faultCount).toBe(1);
  });

  test("by a trail that was emptied", () => {
    const { audit, database } = tenRows();
    tamper(database, "DELETE FROM audit");
    expect(checkOf(audit).faults).toEqual([{ sequence: undefined, reason: "the trail is empty" }]);
  });

  test("by a line that is none", () => {
    const nothing = createChainCheck();
    nothing.unreadable(7);
    expect(nothing.end().faults[0]).toEqual({
      sequence: undefined,
      reason: "line 7 is no row of an audit trail",
    });
    const { audit } = tenRows();
    const [line = ""] = audit.table.from(1, 1).map(lineOf);
    for (const broken of [
      "",
      "{}",
      line.slice(0, -1),
      `${line}x`,
      line.replace('{"sequence":1', '{"sequence":"1"'),
    ]) {
      expect(readLine(broken)).toBeUndefined();
    }
    const doubled = readLine(line.replace('"outcome":"done"', '"outcome":"done","outcome":"refused"'));
    const chain = createChainCheck();
    chain.take(doubled!);
    expect(chain.end().faultCount).toBe(1);
  });
});

describe("retention", () => {
  test("deletes the old beginning, says so in a row, and the rest still fits", () => {
    const { audit } = trimmed();
    const rows = audit.table.from(0, 100);
    expect(audit.table.anchor().sequence).toBe(10);
    expect(rows.map(({ sequence, action }) => [sequence, action])).toEqual([
      [11, "addToken"],
      [12, "addToken"],
      [13, "addToken"],
      [14, "audit-trimmed"],
    ]);
    expect(JSON.parse(rows[3]!.detail)).toMatchObject({ through: 10, hash: rows[0]!.previous });
    expect(checkOf(audit)).toMatchObject({ first: 11, faultCount: 0 });
  });

  test("a beginning that somebody else cut off is found, also when he moved the anchor", () => {
    const { audit, database } = trimmed();
    tamper(database, "DELETE FROM audit WHERE sequence = 11");
    expect(checkOf(audit).faults[0]).toMatchObject({
      sequence: 12,
      reason: expect.stringContaining("beginning"),
    });
    tamper(
      database,
      "UPDATE audit_anchor SET sequence = 11, hash = (SELECT previous FROM audit WHERE sequence = 12)",
    );
    expect(checkOf(audit).faultCount).toBeGreaterThan(0);
  });

  test("a changed anchor is found", () => {
    const { audit, database } = trimmed();
    tamper(database, "UPDATE audit_anchor SET hash = replace(hash, substr(hash, 1, 1), 'f') || 'f'");
    expect(checkOf(audit).faults).toEqual([{ sequence: 10, reason: expect.stringContaining("anchor") }]);
  });

  test("a head from before the beginning proves nothing, the one at the anchor still does", () => {
    const { audit } = trimmed();
    const old = { sequence: 3, hash: "0".repeat(64) };
    expect(checkOf(audit, { heads: [old] })).toMatchObject({ faultCount: 0, outside: [old] });
    const anchor = audit.table.anchor();
    expect(checkOf(audit, { heads: [anchor] })).toMatchObject({ faultCount: 0, known: [anchor] });
  });

  test("a beginning that was cut off with a forged row of retention is found by a recent head", () => {
    const { audit, database } = tenRows();
    const [old] = audit.table.from(2, 1);
    const [row] = audit.table.from(8, 1);
    tamper(database, "UPDATE audit_anchor SET sequence = 8");
    database.db.prepare("UPDATE audit_anchor SET hash = ?").run(row!.hash);
    tamper(database, "DELETE FROM audit WHERE sequence <= 8");
    const detail = { through: 8, hash: row!.hash, keepDays: 400 };
    audit.record(anEntry({ by: "system", via: "system", action: "audit-trimmed", detail }));
    const head = { sequence: 2, hash: old!.hash };
    expect(checkOf(audit, { heads: [head] })).toMatchObject({ faultCount: 0, outside: [head] });
    expect(checkOf(audit, { heads: [{ ...head, isRecent: true }] }).faults).toEqual([
      { sequence: 2, reason: expect.stringContaining("cut") },
    ]);
  });

  test("an anchor that is gone stops nobody", () => {
    const { audit, database } = trimmed();
    tamper(database, "DELETE FROM audit_anchor");
    expect(checkOf(audit).faults).toEqual([{ sequence: 0, reason: expect.stringContaining("anchor") }]);
    audit.begin(anEntry()).end({ outcome: "done" });
  });

  test("the program itself can neither change a row nor take one out of the middle", () => {
    const { database } = tenRows();
    expect(() => database.db.exec("UPDATE audit SET site = NULL")).toThrow("never change");
    expect(() => database.db.exec("DELETE FROM audit WHERE sequence = 5")).toThrow("up to the anchor");
  });
});
