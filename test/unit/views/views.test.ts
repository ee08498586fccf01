import { expect, test } from "vitest";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { createViews } from "../../../gateway/views.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

/** A journal in memory, and a commands view whose database may refuse. */
function someViews() {
  const records: string[] = [];
  const listeners: ((first: number, records: readonly string[]) => void)[] = [];
  const applied: number[] = [];
  const told: boolean[] = [];
  let refuses = false;
  const none = {
    ...{ apply: () => {}, position: () => records.length, flush: () => {}, advance: () => {}, ran: () => {} },
  };
  const telling = { apply() {}, outbox: none };
  const commands = {
    apply(_: unknown, sequence: number) {
      if (refuses) throw new Error("database or disk is full");
      applied.push(sequence);
    },
  };
  const views = createViews({
    journal: {
      async *read(from: number) {
        yield records.slice(from - 1).map((record, i) => ({ sequence: from + i, record }));
      },
      onCommit(listener) {
        listeners.push(listener);
        return () => {};
      },
      cursor: () => ({ position: () => 0, advance: () => {}, reset: () => {} }),
    },
    place: { position: () => 0, move: () => {} },
    ...({
      book: none,
      incidents: none,
      dutyChecks: none,
      commands,
      quarantine: none,
      availability: none,
      erasures: none,
      telling,
    } as never as Pick<
      Parameters<typeof createViews>[0],
      | "book"
      | "incidents"
      | "dutyChecks"
      | "commands"
      | "quarantine"
      | "availability"
      | "erasures"
      | "telling"
    >),
    clock: createFakeClock(),
    metrics: createMetrics(),
    log: createLog({ level: "silent" }),
  });
  views.onFailing((isFailing) => told.push(isFailing));
  views.follow();
  return {
    ...{ views, applied, told },
    refuse: (does: boolean) => {
      refuses = does;
    },
    commit(...types: string[]) {
      const lines = types.map((type) => JSON.stringify({ type }));
      const first = records.length + 1;
      records.push(...lines);
      for (const listener of listeners) listener(first, lines);
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

test("a view that failed takes everything, in order and once, when it works again", async () => {
  const { views, applied, told, refuse, commit } = someViews();
  commit("command", "reading");
  refuse(true);
  commit("command", "reading", "command");
  views.flush();
  refuse(false);
  commit("command");
  expect(applied).toEqual([1]);
  views.flush();
  commit("command");
  await until(() => applied.length === 5);
  commit("command");
  await until(() => applied.length === 6);
  expect(applied).toEqual([1, 3, 5, 6, 7, 8]);
  expect(told).toEqual([true, false]);
});

test("a view that goes on failing is tried again and stops nobody", async () => {
  const { views, applied, told, refuse, commit } = someViews();
  refuse(true);
  for (let i = 0; i < 3; i++) {
    commit("command");
    views.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([applied, told]).toEqual([[], [true]]);
  refuse(false);
  views.flush();
  await until(() => applied.length === 3);
  expect(applied).toEqual([1, 2, 3]);
});
