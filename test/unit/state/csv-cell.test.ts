import fc from "fast-check";
import { expect, test } from "vitest";
import { readCell, writeCell } from "../../../gateway/csv-cell.ts";
import { readCsvRows } from "../../../gateway/state/csv-rows.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", `"'\r=1"`],
  ["＝1+1", "'＝1+1"],
  ["'=1", "''=1"],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
])("no spreadsheet runs %s", (text, cell) => {
  expect(writeCell(text)).toBe(cell);
});

test.each(["-3.5", "+8613", "0", "7号楼", "it's", "'quoted'", "a=b"])("%s stays as it is", (text) => {
  expect(writeCell(text)).toBe(text);
});

test("what was written is read again as it was", () => {
  const any = fc.string({
    unit: fc.constantFrom("=", "+", "-", "@", "'", '"', ",", "1", "a", "号", "＝", "\n"),
    maxLength: 6,
  });
  fc.assert(
    fc.property(any, (text) => {
      const [, row] = readCsvRows(`kind,name\r\nx,${writeCell(text)}\r\n`, { maxRows: 5, faults: [] });
      expect(row?.cells[1]).toBe(text.trim());
    }),
  );
  expect(readCell("'a'")).toBe("'a'");
});
