import { expect, test } from "vitest";
import { printTable } from "../../../gateway/cli/table.ts";
import { printable, printableLines } from "../../../gateway/printable.ts";

const evil = "gate\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\tA\u202eB";

test("what would act on a terminal is written out; Chinese and everything else stays", () => {
  expect(printable(evil)).toBe(
    "gate\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\u000d\\u000a\\u0009A\\u202eB",
  );
  expect(printable("7号楼 厨余桶 ✓ é")).toBe("7号楼 厨余桶 ✓ é");
  expect(printableLines("a\nb\u001bc")).toBe("a\nb\\u001bc");
});

test("JSON stays the same JSON", () => {
  const json = JSON.stringify({ name: evil });
  expect(JSON.parse(printable(json))).toEqual({ name: evil });
});

test.each([true, false])(
  "a name cannot break the lines and columns of a table, on a terminal %s",
  (isTTY) => {
    let text = "";
    const output = { isTTY, write: (part: string) => (text += part) } as unknown as NodeJS.WriteStream;
    printTable(
      ["id", "name"],
      [
        ["g1", evil],
        ["g2", "ok"],
      ],
      output,
    );
    const lines = text.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines.join("")).not.toMatch(isTTY ? /[\p{Cc}]/u : /[^\P{Cc}\t]/u);
    if (!isTTY) for (const line of lines) expect(line.split("\t")).toHaveLength(2);
  },
);
