import { expect, test } from "vitest";
import { createLog } from "../../../gateway/log.ts";
import { openLogOutput, type WriteTo } from "../../../gateway/log-output.ts";

/** A descriptor that answers when it is told to. */
function aDescriptor() {
  const written: string[] = [];
  let answer: ((error: Error | null) => void) | undefined;
  const writeTo: WriteTo = (text, done) => {
    written.push(text);
    answer = done;
  };
  return { written, writeTo, answer: (error: Error | null = null) => answer?.(error) };
}

test("lines that come while one is written follow together, in order", () => {
  const { written, writeTo, answer } = aDescriptor();
  const output = openLogOutput({ writeTo });
  for (const line of ["a\n", "b\n", "c\n"]) output.write(line);
  answer();
  expect(written).toEqual(["a\n", "b\nc\n"]);
});

test("a descriptor that fails or hangs costs lines, which are counted, and nothing else", () => {
  const { written, writeTo, answer } = aDescriptor();
  const output = openLogOutput({ writeTo, maxWaiting: 4 });
  output.write("a\n");
  for (const line of ["b\n", "c\n", "d\n", "e\n"]) output.write(line);
  answer(new Error("ENOSPC"));
  expect(written[1]).toMatch(/^b\nc\n\{.*"dropped":3.*\}\n$/);
  answer();
  output.write("f\n");
  expect(written[2]).toBe("f\n");
});

test("no secret reaches a line", () => {
  const { written, writeTo } = aDescriptor();
  const log = createLog({ level: "info" }, openLogOutput({ writeTo }));
  log.info({ token: "planted-secret", device: { password: "planted-secret" } }, "something");
  expect(written.join("")).toContain("something");
  expect(written.join("")).not.toContain("planted-secret");
});
