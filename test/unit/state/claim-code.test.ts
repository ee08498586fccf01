import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makeClaimCode, readClaimCode } from "../../../gateway/state/claim-code.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

test("a code is 4 groups of 5 letters and digits that nobody confuses, and 95 of its bits are random", () => {
  const asked: number[] = [];
  const code = makeClaimCode((size) => {
    asked.push(size);
    return randomBytes(size);
  });
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(asked).toEqual([19]);
});

test("a code is read however a person types it", () => {
  const code = makeClaimCode(() => Buffer.from(Array.from({ length: 19 }, (_, i) => i % 2)));
  const plain = code.replaceAll("-", "");
  expect(readClaimCode(code)).toBe(plain);
  for (const typed of [
    code.toLowerCase(),
    code.replaceAll("-", " "),
    `  ${plain}\n`,
    code.replaceAll("0", "O").replaceAll("1", "l"),
    code.replaceAll("0", "o").replaceAll("1", "I"),
    code.replaceAll("-", "—"),
    // Full width, as a Chinese input method writes.
    [...code].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join(""),
  ]) {
    expect(readClaimCode(typed), typed).toBe(plain);
  }
});

test("every single wrong character is found, and every two that were exchanged", () => {
  for (let round = 0; round < 20; round++) {
    const code = makeClaimCode(randomBytes).replaceAll("-", "");
    for (let at = 0; at < code.length; at++) {
      for (const wrong of alphabet) {
        if (wrong === code[at]) continue;
        expect(readClaimCode(code.slice(0, at) + wrong + code.slice(at + 1))).toBeUndefined();
      }
      for (let other = at + 1; other < code.length; other++) {
        if (code[at] === code[other]) continue;
        const letters = [...code];
        [letters[at], letters[other]] = [letters[other]!, letters[at]!];
        expect(readClaimCode(letters.join(""))).toBeUndefined();
      }
    }
  }
});

test("what is no code is refused, whatever it holds", () => {
  const code = makeClaimCode(randomBytes);
  for (const typed of [
    "",
    "-",
    code.slice(1),
    `${code}0`,
    code.replace(/.$/, "U"),
    "\0".repeat(20),
    "码".repeat(20),
  ]) {
    expect(readClaimCode(typed)).toBeUndefined();
  }
});
