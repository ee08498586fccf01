import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { aFolder, aJournal, aRecord } from "./support.ts";

test("cursors are written while the journal runs and are there after a restart", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder, { cursorEveryMs: 5 });
  await journal.write([aRecord(1), aRecord(2)]);
  journal.cursor("series").advance(1);
  await vi.waitFor(async () => {
    const saved = JSON.parse(await readFile(join(folder, "cursors.json"), "utf8"));
    expect(saved).toEqual({ version: 1, last: 2, views: { series: 1 } });
  });
  await journal.close();
  const again = await aJournal(folder);
  expect(again.cursor("series").position()).toBe(1);
  expect(again.cursor("new").position()).toBe(0);
});

test("damaged cursors are put aside: every view begins again, no record is lost", async () => {
  const folder = await aFolder();
  const journal = await aJournal(folder);
  await journal.write([aRecord(1)]);
  journal.cursor("series").advance(1);
  await journal.close();
  await writeFile(join(folder, "cursors.json"), '{"version":1,"views":{"series":');
  const again = await aJournal(folder);
  expect(again.cursor("series").position()).toBe(0);
  expect(again.last()).toBe(1);
  expect(await readdir(folder)).toContain("cursors.json.damaged");
});

test("numbers go on above a cursor even when every segment was lost", async () => {
  const folder = await aFolder();
  const cursors = { version: 1, last: 0, views: { series: 41 } };
  await writeFile(join(folder, "cursors.json"), JSON.stringify(cursors));
  const journal = await aJournal(folder);
  expect(await journal.write([aRecord(1)])).toBe(42);
});
