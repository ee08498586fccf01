import { expect, test } from "vitest";
import { crc32c } from "../../../gateway/journal/crc32c.ts";

// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
test.each([
  ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
  ["32 ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
  ["32 ascending", Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
  ["32 descending", Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
  ["digits", Buffer.from("123456789"), 0xe3069283],
  ["nothing", Buffer.alloc(0), 0],
])("the checksum of %s is the published one", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test("a checksum can be continued at any place", () => {
  const bytes = Buffer.from("a text that is longer than two slices of sixteen bytes");
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
  }
});
