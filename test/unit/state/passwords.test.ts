import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { faultOfPassword } from "../../../gateway/state/password-rule.ts";
import { createPasswords } from "../../../gateway/state/passwords.ts";

const cost = { N: 16, r: 1, p: 1 };
const create = (maxWaiting = 50) => createPasswords({ randomBytes, maxWaiting, cost });

test("a password matches its own hash, however its characters are composed, and no other", async () => {
  const passwords = create();
  const hash = await passwords.hash("café 消防一班");
  expect(hash).toMatch(/^scrypt\$16\$1\$1\$[^$]+\$[^$]+$/);
  expect(await passwords.matches("cafe\u0301 消防一班", hash)).toBe(true);
  expect(await passwords.matches("cafe 消防一班", hash)).toBe(false);
  expect(await passwords.matches("café 消防一班", undefined)).toBe(false);
  expect(await passwords.hash("café 消防一班")).not.toBe(hash);
});

test("hashes of the real cost are made and checked, and those of a weaker one are known as old", async () => {
  const strong = createPasswords({ randomBytes, maxWaiting: 1 });
  const hash = await strong.hash("a short sentence");
  expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/);
  expect(await strong.matches("a short sentence", hash)).toBe(true);
  expect([strong.isOld(hash), strong.isOld(await create().hash("x"))]).toEqual([false, true]);
});

test("a flood of guesses waits in a line of its own: known browsers pass it, and beyond the bound it is refused", async () => {
  const passwords = create(3);
  const guesses = ["g1", "g2", "g3", "g4"].map((guess) => passwords.matches(guess, undefined));
  expect(passwords.waiting()).toBe(3);
  await expect(passwords.matches("x", undefined)).rejects.toMatchObject({ code: "busy", retryable: true });
  const known = passwords.matches("x", undefined, "first");
  // It is being checked already, while three guesses wait.
  expect(passwords.waiting()).toBe(3);
  const second = passwords.matches("x", undefined, "first");
  expect(passwords.waiting()).toBe(4);
  expect(await Promise.all([...guesses, known, second])).toEqual(Array(6).fill(false));
  expect(passwords.waiting()).toBe(0);
});

describe("a password that is guessed first is refused", () => {
  test.each([
    ["short", "at least 10"],
    ["aaaaaaaaaaaaaaa", "repeats"],
    ["abcdefghijklm", "row"],
    ["0987654321", "row"],
    ["Password123456", "guessed first"],
    ["wangjianguo1", "guessed first"],
    ["x".repeat(5) + "ab".repeat(200), "at most"],
  ])("%s", (password, reason) => {
    expect(faultOfPassword(password, ["wangjianguo", "王建国"])).toContain(reason);
  });

  test.each(["correct horse battery", "今天值班的人是老王和小李", "kX9!vQ2#mz"])(
    "%s is taken",
    (password) => {
      expect(faultOfPassword(password, ["wangjianguo", "王建国"])).toBeUndefined();
    },
  );
});
