import { expect, test } from "vitest";
import type { SeriesReading, SeriesType } from "../../../gateway/series/contract.ts";
import { type LineShape, toLine } from "../../../gateway/series/influx/line.ts";
import { aReading, fields } from "../../contract/series-model.ts";

const types: readonly SeriesType[] = ["number", "boolean", "state", "text"];
const textOf = (given: Partial<SeriesReading>, shape: Partial<LineShape> = {}) =>
  toLine(aReading({ time: 1_700_000_000_000, ...given }), { fields, types, suspectBy: "reading", ...shape })
    ?.text;

test("a reading is one line: kind, site and device, values by type, and the time with the sequence", () => {
  const values = { fill: 41.5, weight: -3, lidOpen: false, mode: "idle", event: "fire" };
  expect(textOf({ sequence: 42, values })).toBe(
    'bin,site=s1,device=b1 fill=41.5,weight=-3,lidOpen=0i,mode="idle",event="fire" 1700000000000000042',
  );
});

test("the sequence that counts is its last six digits, and times before 1970 are whole too", () => {
  expect(textOf({ sequence: 98_000_007 })).toMatch(/ 1700000000000000007$/);
  expect(textOf({ time: -1, sequence: 5 })).toMatch(/ -999995$/);
});

test("a suspect reading is marked once, or value by value, and one of a drill is of another measurement", () => {
  const given = { quality: "suspect", values: { fill: 1, lidOpen: true } } as const;
  expect(textOf(given)).toContain(" fill=1,lidOpen=1i,suspect=1i ");
  expect(textOf(given, { suspectBy: "field" })).toContain(
    " fill=1,fill_suspect=1i,lidOpen=1i,lidOpen_suspect=1i ",
  );
  expect(textOf({ quality: "simulated" })).toMatch(/^bin-simulated,site=/);
});

test("what would end a name or text too early is escaped", () => {
  expect(textOf({ id: "a,b=c d", values: { note: 'say "\\\\"\n' } })).toContain(
    'device=a\\,b\\=c\\ d note="say \\"\\\\\\\\\\"\n" ',
  );
});

test("a reading of which no value is left is no line", () => {
  expect(textOf({ values: {} })).toBeUndefined();
  expect(textOf({ kind: "lift" })).toBeUndefined();
  expect(textOf({ kind: "constructor", values: { name: "x" } })).toBeUndefined();
  expect(
    textOf({ values: { fill: Number.NaN, weight: Number.POSITIVE_INFINITY, toString: "x" } }),
  ).toBeUndefined();
  expect(textOf({ quality: "suspect", values: { mode: "idle" } }, { types: ["number"] })).toBeUndefined();
});
