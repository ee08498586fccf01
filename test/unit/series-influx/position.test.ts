import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPosition } from "../../../gateway/series/influx/position.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "linli-position-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (target = "http://a/ db") => openPosition({ directory, target, first: 7 });

test("a position is where it was left, and nothing else is in the folder", async () => {
  await open().move(12);
  await open().move(30);
  expect(open().value()).toBe(30);
  expect(await readdir(directory)).toEqual(["position.json"]);
});

test("another database begins anew, also when it was the one before the last", async () => {
  await open().move(12);
  expect(open("http://b/ db").value()).toBe(7);
  await open("http://b/ db").move(8);
  expect(open().value()).toBe(7);
});

test.each(["", "{", "[]", '{"position":5}', '{"target":"http://a/ db","position":"5"}'])(
  "a damaged file begins anew: %j",
  async (text) => {
    await writeFile(join(directory, "position.json"), text);
    expect(open().value()).toBe(7);
  },
);

test("a folder that is missing is made, and one that cannot be is a failure with its path", async () => {
  const path = join(directory, "a", "b");
  await openPosition({ directory: path, target: "t", first: 0 }).move(3);
  expect(openPosition({ directory: path, target: "t", first: 0 }).value()).toBe(3);
  await writeFile(join(directory, "file"), "");
  const blocked = { directory: join(directory, "file"), target: "t", first: 0 };
  expect(() => openPosition(blocked)).toThrow(/file\/position\.json cannot be read/);
});

test("a position that cannot be written has not moved", async () => {
  const position = open();
  await rm(directory, { recursive: true });
  await expect(position.move(9)).rejects.toMatchObject({ code: "series-failed", retryable: true });
  expect(position.value()).toBe(7);
});
