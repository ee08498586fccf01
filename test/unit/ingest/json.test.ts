import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeJson, parseFirstWins } from "../../../gateway/ingest/json.ts";

const bounds = { maxPayloadBytes: 65_536, maxDepth: 16, maxKeys: 256 };

function decode(text: string | Buffer) {
  return decodeJson(Buffer.from(text as string), bounds);
}

function codeOf(text: string | Buffer): string | undefined {
  const decoded = decode(text);
  return decoded.ok ? undefined : decoded.refusal.code;
}

describe("decoding JSON", () => {
  test("every JSON document comes back as it was written", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const decoded = decode(JSON.stringify(value));
        expect(decoded.ok && decoded.value).toEqual(JSON.parse(JSON.stringify(value)));
        expect(decoded.ok && decoded.hasDuplicateKey).toBe(false);
      }),
    );
  });

  test("arbitrary bytes are refused or read, never thrown", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof decode(Buffer.from(bytes)).ok).toBe("boolean");
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["", "payload-not-json"],
    ["{", "payload-not-json"],
    ["[".repeat(17) + "]".repeat(17), "payload-too-deep"],
    [Buffer.from([0x22, 0xff, 0x22]), "payload-not-utf8"],
    [`"${"x".repeat(65_536)}"`, "payload-too-large"],
    [
      JSON.stringify(Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`k${i}`, 1]))),
      "payload-too-many-keys",
    ],
  ])("a payload outside the bounds is refused by name (%#)", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test("a long batch of small objects is within the bound for keys", () => {
    const batch = Array.from({ length: 256 }, (_, i) => ({ ts: i, fill: 0.5 }));
    expect(decode(JSON.stringify(batch)).ok).toBe(true);
  });

  test.each([
    ['{"a":1,"a":2}', true],
    ['{"a":{"b":1,"b":2}}', true],
    ['[{"a":1},{"a":2}]', false],
    ['{"a":"x:\\"y\\":z","b":":"}', false],
    ['{"a":"\\\\","a":1}', true],
  ])("equal keys are noticed in %s: %s", (text, has) => {
    const decoded = decode(text);
    expect(decoded.ok && decoded.hasDuplicateKey).toBe(has);
  });

  test.each([
    ['{"sos":true,"sos":false}', { sos: true }, ["sos"]],
    ['{"a":"x",":":1,":":2}', { a: "x", ":": 1 }, [":"]],
    ['{"a":{"b":1,"b":2},"a":3}', { a: { b: 1 } }, ["a.b", "a"]],
    ['[{"a":1},{"a":1,"a":2}]', [{ a: 1 }, { a: 1 }], ["[1].a"]],
  ])("the first of equal keys can be had from %s, and where they stand", (text, value, repeated) => {
    expect(parseFirstWins(text)).toEqual({ value, repeated });
  });

  test("a payload over several lines is told from one on a single line", () => {
    const one = decode('{"a":"\\n"}');
    const several = decode('{\n"a":1}');
    expect([one.ok && one.isOneLine, several.ok && several.isOneLine]).toEqual([true, false]);
  });
});
