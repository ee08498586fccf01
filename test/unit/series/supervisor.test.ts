import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";
import { createSystemClock } from "../../../gateway/clock.ts";
import { createLog } from "../../../gateway/log.ts";
import type { OpenOptions } from "../../../gateway/series/protocol.ts";
import { type Supervisor, superviseStore } from "../../../gateway/series/supervisor.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Supervises a program that does what the test says when it is told to open. */
function supervise(program: string, hungAfterMs = 60_000) {
  const folder = mkdtempSync(join(tmpdir(), "linli-supervisor-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "program.mjs");
  writeFileSync(
    path,
    `process.on("message", (message) => { if (message.say === "stop") process.exit(0); ${program} });`,
  );
  const starts: boolean[] = [];
  const losses: string[] = [];
  const damages: string[] = [];
  const supervisor: Supervisor = superviseStore({
    program: pathToFileURL(path),
    settings: { restartMinMs: 1, restartMaxMs: 5, setAsideAfter: 3, hungAfterMs },
    options(isDamaged) {
      starts.push(isDamaged);
      return { isDamaged, isLater: starts.length > 1 } as unknown as OpenOptions;
    },
    heard: () => {},
    lost: (reason) => losses.push(reason),
    damaged: (reason) => damages.push(reason),
    clock: createSystemClock(),
    log: createLog({ level: "silent" }),
  });
  cleanups.push(() => supervisor.stop());
  return { supervisor, starts, losses, damages };
}

const until = async (isIt: () => boolean) => {
  while (!isIt()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test("a process that crashes again and again has its file put aside, once", async () => {
  const { starts, damages } = supervise(
    "if (!message.options.isDamaged) process.kill(process.pid, 'SIGABRT');",
  );
  await until(() => starts.includes(true));
  expect(starts).toEqual([false, false, false, true]);
  expect(damages).toEqual(["signal SIGABRT"]);
});

test("a process that says that its file is damaged is believed", async () => {
  const { starts, damages, losses } = supervise(
    'if (!message.options.isDamaged) process.send({ say: "failed", reason: "bad block", damage: "likely" }, () => process.exit(1));',
  );
  await until(() => starts.includes(true));
  expect(damages).toEqual(["bad block"]);
  expect(losses).toEqual(["bad block", "bad block", "bad block"]);
});

test("a process that is certain of it is believed at once", async () => {
  const { starts, damages } = supervise(
    'if (!message.options.isDamaged) process.send({ say: "failed", reason: "corrupt", damage: "certain" }, () => process.exit(1));',
  );
  await until(() => starts.length > 1);
  expect(starts).toEqual([false, true]);
  expect(damages).toEqual(["corrupt"]);
});

test("a kill, a full disk or a file held by another is no sign of damage", async () => {
  const killed = supervise('process.kill(process.pid, "SIGKILL");');
  const full = supervise(
    'process.send({ say: "failed", reason: "no space left", damage: "none" }, () => process.exit(1));',
  );
  await until(() => killed.starts.length > 5 && full.starts.length > 5);
  expect([...killed.starts, ...full.starts]).not.toContain(true);
  expect([...killed.damages, ...full.damages]).toEqual([]);
  expect(killed.supervisor.restarts()).toBeGreaterThan(4);
});

test("a process that gives no sign of life is ended and started again", async () => {
  const { starts, losses } = supervise(
    'if (message.say !== "open" || message.options.isLater) return; for (;;) {}',
    1000,
  );
  await until(() => starts.length > 1);
  expect(losses[0]).toBe("signal SIGKILL");
});

test("a stop lets the process end by itself", async () => {
  const { supervisor, starts, losses } = supervise("");
  await until(() => starts.length > 0);
  await supervisor.stop();
  expect(losses).toEqual([]);
  expect(supervisor.tell({ say: "follow", upTo: 1 })).toBe(false);
});
