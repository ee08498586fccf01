import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createPersonHashes } from "../../../gateway/privacy/person-hash.ts";

const hashes = createPersonHashes({ pepper: Buffer.alloc(32, 7) });

test("the same person has the same hash, and it says nothing of them without the key", () => {
  const hash = hashes.of("xinfa", "0004123987");
  expect(hash).toMatch(/^p_[0-9a-f]{32}$/);
  expect(hashes.of("xinfa", " 0004123987 ")).toBe(hash);
  expect(hash).not.toContain(createHash("sha256").update("0004123987").digest("hex").slice(0, 24));
  expect(createPersonHashes({ pepper: Buffer.alloc(32, 8) }).of("xinfa", "0004123987")).not.toBe(hash);
});

test("a card cannot be followed from one site to another", () => {
  expect(hashes.of("xinfa", "0004123987")).not.toBe(hashes.of("tongda", "0004123987"));
});

test("two readers that write one card differently mean one person", () => {
  expect(hashes.of("xinfa", "04A1B2C3")).toBe(hashes.of("xinfa", "04a1b2c3"));
  expect(hashes.of("xinfa", "１３８００１３８０００")).toBe(hashes.of("xinfa", "13800138000"));
});

test("a hash of the site stays as it is; one of another site, or one that somebody made up, is hashed like any text", () => {
  const own = hashes.of("xinfa", "张三");
  expect(hashes.of("xinfa", own)).toBe(own);
  const foreign = hashes.of("tongda", "张三");
  expect(hashes.of("xinfa", foreign)).not.toBe(foreign);
  const forged = `p_${"0".repeat(32)}`;
  expect(hashes.of("xinfa", forged)).not.toBe(forged);
  // A hash that a device made with a key of its own is no more than a name.
  expect(hashes.of("xinfa", "9f86d081884c7d659a2feaa0c55ad015")).toMatch(/^p_/);
});

test("somebody who was erased does not become somebody else when a message is ingested again", () => {
  expect(hashes.of("xinfa", "erased")).toBe("erased");
});

test("a person is found under what devices make of a number", () => {
  const found = hashes.candidates("xinfa", "0004123987");
  expect(found).toContain(hashes.of("xinfa", String(4123987)));
  expect(found).toContain(hashes.of("xinfa", "0004123987"));
  // As JSON.parse reads an identity card number that was sent without quotes.
  const rounded = String(JSON.parse("230102199001011234"));
  expect(hashes.candidates("xinfa", "230102199001011234")).toContain(hashes.of("xinfa", rounded));
});
