import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scheduleBackups } from "../../../gateway/backup/schedule.ts";
import { GatewayError } from "../../../gateway/errors.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { eventually } from "../../support/gateway.ts";
import { aFolder } from "./support.ts";

const hourMs = 3_600_000;

function aSchedule(more: { keep?: number; passphrase?: string; folder?: string } = {}) {
  const folder = more.folder ?? join(aFolder(), "backups");
  const clock = createFakeClock();
  const begin = clock.now();
  const told: string[] = [];
  let failure: GatewayError | undefined;
  const asked: number[] = [];
  const settings = { everyHours: 24, folder, keep: more.keep ?? 3, passphrase: more.passphrase };
  const metrics = createMetrics();
  const start = () =>
    scheduleBackups({
      ...{ settings, clock, metrics: createMetrics(), log: createLog({ level: "silent" }) },
      async save(file, passphrase) {
        asked.push(clock.now());
        if (failure !== undefined) throw failure;
        writeFileSync(file, passphrase ?? "plain");
        return 5;
      },
      onFailing: (isFailing, reason) => void told.push(`${isFailing} ${reason}`),
    });
  return {
    ...{ folder, clock, told, settings, start, metrics },
    /** Hours from the begin at which a backup was asked for. */
    askedAt: () => asked.map((at) => (at - begin) / hourMs),
    fail: (error: GatewayError | undefined) => {
      failure = error;
    },
    /** Whole ones; a draft may be there at any moment. */
    files: () => {
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names.filter((name) => !name.endsWith(".partial")).toSorted();
    },
    /** Time passes until it is so, with real time for the disk in between. */
    until: (isIt: () => boolean) =>
      eventually(async () => {
        clock.advance(10 * 60_000);
        return isIt();
      }, Boolean),
  };
}

test("a backup is made when the newest is old enough, and the oldest go", async () => {
  const subject = aSchedule();
  subject.start();
  await eventually(
    async () => subject.files(),
    (files) => files.length === 1,
  );
  expect(subject.files()).toEqual(["linli-20260115T080000Z.tar.zst"]);
  writeFileSync(join(subject.folder, "family-photo.jpg"), "not ours");
  for (let day = 1; day <= 4; day++) {
    const isMade = () => subject.files().some((name) => name.startsWith(`linli-202601${15 + day}T`));
    await subject.until(() => isMade() && subject.files().length === Math.min(3, day + 1) + 1);
  }
  expect(subject.files().map((name) => name.slice(0, 14))).toEqual([
    "family-photo.j",
    ...["17", "18", "19"].map((day) => `linli-202601${day}`),
  ]);
  expect(subject.told).toEqual([]);
});

test("a restart neither doubles nor skips one, and sweeps what was not finished", async () => {
  const subject = aSchedule({ passphrase: "a long passphrase" });
  const stop = subject.start();
  await eventually(
    async () => subject.files(),
    (files) => files.length === 1,
  );
  expect(subject.files()[0]).toMatch(/\.tar\.zst\.age$/);
  stop();
  const draft = join(subject.folder, "linli-20260115T090000Z.tar.zst.age.partial");
  writeFileSync(draft, "half");
  subject.start();
  await eventually(
    async () => existsSync(draft),
    (isThere) => !isThere,
  );
  await subject.until(() => subject.files().length === 2);
  expect(subject.askedAt()).toHaveLength(2);
  expect(subject.askedAt()[1]).toBeGreaterThanOrEqual(24);
});

test("a failure is told, tried again after an hour, and over with the next one that is made", async () => {
  const subject = aSchedule();
  subject.fail(new GatewayError("limit-reached", "the disk is full"));
  subject.start();
  await eventually(
    async () => subject.told,
    (told) => told.length === 1,
  );
  expect(subject.told).toEqual(["true the disk is full"]);
  subject.fail(undefined);
  await subject.until(() => subject.told.length === 2);
  expect(subject.told[1]).toBe("false a backup was made again");
  expect(subject.askedAt()).toHaveLength(2);
  expect(subject.askedAt()[1]).toBeGreaterThanOrEqual(1);
});

test("one that somebody downloads at the moment is no failure", async () => {
  const subject = aSchedule();
  subject.fail(new GatewayError("busy", "a backup is being made already"));
  subject.start();
  await eventually(
    async () => subject.askedAt(),
    (asked) => asked.length === 1,
  );
  subject.fail(undefined);
  await subject.until(() => subject.files().length === 1);
  expect(subject.told).toEqual([]);
});

test("what stays busy for an hour is a failure, and not before", async () => {
  const subject = aSchedule();
  subject.fail(new GatewayError("busy", "the history cannot be asked now"));
  subject.start();
  await subject.until(() => subject.told.length === 1);
  expect(subject.told).toEqual(["true the history cannot be asked now"]);
  const asked = subject.askedAt();
  expect(asked.at(-1)! - asked[0]!).toBeGreaterThanOrEqual(1);
});

test("nothing is made while it is off, and a reload switches it on", async () => {
  const subject = aSchedule();
  subject.settings.everyHours = 0;
  subject.start();
  subject.clock.advance(48 * hourMs);
  subject.settings.everyHours = 12;
  await subject.until(() => subject.files().length === 1);
  expect(subject.askedAt()[0]).toBeGreaterThan(48);
});
