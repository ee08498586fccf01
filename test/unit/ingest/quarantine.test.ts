import { expect, test } from "vitest";
import { openQuarantine } from "../../../gateway/ingest/quarantine.ts";
import type { Rejection } from "../../../gateway/types.ts";
import { aDatabase, aFolder } from "../state/support.ts";

/** A quarantine whose database can be made to refuse every write, as a full disk does. */
function aQuarantine(directory = aFolder()) {
  const database = aDatabase(directory);
  const quarantine = openQuarantine(database, { maxRejections: 20_000 });
  return {
    ...{ database, quarantine },
    refuse: () => database.db.exec("PRAGMA query_only = ON"),
    heal: () => database.db.exec("PRAGMA query_only = OFF"),
  };
}

function aRejection(n: number): Rejection {
  return {
    ...{ id: `r${n}`, at: n, topic: "linli/v1/elm/lamp/a/telemetry", principal: "elm/a", payload: "" },
    ...{ code: "field-invalid", path: "lux", value: "1", message: "lux must be a number" },
  };
}

test("while the database refuses, rejections are taken and what is written can be read; later all is there", () => {
  const directory = aFolder();
  const { quarantine, database, refuse, heal } = aQuarantine(directory);
  quarantine.apply(aRejection(1), 1);
  quarantine.flush();
  refuse();
  for (let n = 2; n <= 1_200; n++) quarantine.apply(aRejection(n), n);
  expect(() => quarantine.flush()).toThrow();
  expect(quarantine.list({ limit: 10 }).items.map(({ id }) => id)).toEqual(["r1"]);
  expect(quarantine.find("r1")).toMatchObject({ id: "r1" });
  expect(quarantine.groups()).toMatchObject([{ count: 1 }]);
  heal();
  quarantine.flush();
  expect(quarantine.groups()).toMatchObject([{ count: 1_200 }]);
  database.close();
  expect(aQuarantine(directory).quarantine.position()).toBe(1_200);
});

test("of a flood that the database refuses only the newest wait in memory", () => {
  const { quarantine, refuse, heal } = aQuarantine();
  refuse();
  for (let n = 1; n <= 7_000; n++) quarantine.apply(aRejection(n), n);
  heal();
  quarantine.flush();
  expect(quarantine.groups()).toMatchObject([{ count: 5_000, firstAt: 2_001 }]);
});

test("what came too long ago goes in steps, also what waits in memory", () => {
  const { quarantine } = aQuarantine();
  for (let n = 1; n <= 10; n++) quarantine.apply(aRejection(n), n);
  expect(quarantine.expire(6, 3)).toBe(3);
  expect(quarantine.expire(6, 3)).toBe(2);
  expect(quarantine.expire(6, 3)).toBe(0);
  expect(quarantine.list({ limit: 10 }).items.map(({ at }) => at)).toEqual([10, 9, 8, 7, 6]);
});
