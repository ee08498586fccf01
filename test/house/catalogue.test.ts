import { describe, expect, test } from "vitest";
import { listSettings } from "../../gateway/config.ts";
import { quoted, readPage, unionOf } from "../support/pages.ts";
import { readSources } from "./sources.ts";

const page = readPage("docs/operations.md");
const codes = unionOf("gateway/errors.ts", "ErrorCode");

describe("the catalogue of errors", () => {
  test("every code is thrown somewhere", () => {
    const sources = readSources("client", "devices", "gateway", "simulators");
    const idle = codes.filter((code) => {
      const thrown = new RegExp(`(GatewayError|super)\\(\\s*"${code}"`);
      return !sources.some(({ text }) => thrown.test(text));
    });
    expect(codes.length).toBeGreaterThan(10);
    expect(idle).toEqual([]);
  });

  test("every code is documented with what it means and what to do, and no other", () => {
    const rows = page.table("## Errors");
    expect(rows.map(([code = ""]) => quoted(code)[0])).toEqual(codes);
    expect(rows.filter(([, means, todo]) => !means || !todo)).toEqual([]);
  });
});

test("every setting says what it means", () => {
  const silent = listSettings().filter(({ description }) => description.length < 10);
  expect(silent.map(({ path }) => path)).toEqual([]);
});
