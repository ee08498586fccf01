import { expect, test } from "vitest";
import { openCheckpoints } from "../../../gateway/state/checkpoints.ts";
import { openViewCursor } from "../../../gateway/state/view-cursor.ts";
import { aDatabase, aFolder } from "./support.ts";

test("saved states and the position come back after a restart, the last of each device", () => {
  const folder = aFolder();
  const database = aDatabase(folder);
  const checkpoints = openCheckpoints({ database });
  expect(checkpoints.position()).toBe(0);
  checkpoints.save([
    { device: "elm/lamp/a", state: '{"n":1}' },
    { device: "elm/lamp/b", state: '{"n":1}' },
  ]);
  checkpoints.save([{ device: "elm/lamp/a", state: '{"n":2,"名":"灯"}' }]);
  checkpoints.remove("elm/lamp/b");
  checkpoints.setPosition(41);
  database.close();
  const again = openCheckpoints({ database: aDatabase(folder) });
  expect([...again.load()]).toEqual([{ device: "elm/lamp/a", state: '{"n":2,"名":"灯"}' }]);
  expect(again.position()).toBe(41);
});

test("the position never moves backwards", () => {
  const checkpoints = openCheckpoints({ database: aDatabase() });
  checkpoints.setPosition(9);
  checkpoints.setPosition(3);
  expect(checkpoints.position()).toBe(9);
});

test("a slice with a row that cannot be written is not written at all", () => {
  const checkpoints = openCheckpoints({ database: aDatabase() });
  const bad = { device: "elm/lamp/b", state: undefined as unknown as string };
  expect(() => checkpoints.save([{ device: "elm/lamp/a", state: "{}" }, bad])).toThrow();
  expect([...checkpoints.load()]).toEqual([]);
});

test("a view's cursor is taken back with the data of a failed transaction", () => {
  const database = aDatabase();
  const cursor = openViewCursor({ database, view: "alerts" });
  database.transaction(() => cursor.move(5));
  database.transaction(() => cursor.move(4));
  expect(() =>
    database.transaction(() => {
      cursor.move(6);
      throw new Error("stop");
    }),
  ).toThrow("stop");
  expect(cursor.position()).toBe(5);
  expect(openViewCursor({ database, view: "other" }).position()).toBe(0);
});
