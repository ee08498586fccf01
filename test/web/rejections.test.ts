import { describe, expect, test } from "vitest";
import { bytesOf, hexLines, textLines } from "../../dashboards/web/property/rejections/payload.ts";
import { isOfGroup } from "../../dashboards/web/property/rejections/read.ts";

const marked = (text: string, place: string) =>
  textLines(text, place)
    .filter(({ isMarked }) => isMarked)
    .map((line) => line.text);

describe("a refused payload", () => {
  test("is laid out with the place of the fault marked, in a batch too", () => {
    expect(textLines('{"a":1,"b":[]}', "a")).toEqual([
      { text: "{", isMarked: false },
      { text: '  "a": 1,', isMarked: true },
      { text: '  "b": []', isMarked: false },
      { text: "}", isMarked: false },
    ]);
    expect(marked('[{"fill":1},{"fill":"x"}]', "[1].fill")).toEqual(['    "fill": "x"']);
    expect(marked('{"args":{"a":1}}', "args")).toEqual(['  "args": {', '    "a": 1', "  }"]);
    expect(marked('{"a":1}', "")).toEqual([]);
  });

  test("stays as it came where laying it out would change it", () => {
    for (const text of ['{"a":1,"a":2}', '{"a":12345678901234567890}', "{half"]) {
      expect(textLines(text, "a")).toEqual([{ text, isMarked: false }]);
    }
  });

  test("is hex when it is bytes", () => {
    const lines = hexLines(bytesOf(Buffer.from([0xff, 0x41, ...new Array(15).fill(0)]).toString("base64")));
    expect(lines.map(({ text }) => text.slice(0, 12))).toEqual(["0000  ff 41 ", "0010  00    "]);
    expect(lines[0]?.text.endsWith(`·A${"·".repeat(14)}`)).toBe(true);
  });
});

test("a message of a batch belongs to the cause, whichever item was wrong", () => {
  const group = { code: "field-invalid", kind: "valve", path: "flow" };
  const message = { code: "field-invalid" as const, topic: "c/v1/xinfa/valve/1/telemetry", path: "[3].flow" };
  expect(isOfGroup(message, group)).toBe(true);
  expect(isOfGroup({ ...message, path: "flow.rate" }, group)).toBe(false);
  expect(isOfGroup({ ...message, topic: "c/v1/xinfa/bin/1/telemetry" }, group)).toBe(false);
});
