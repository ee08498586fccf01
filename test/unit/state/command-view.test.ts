import { expect, test } from "vitest";
import { openCommandView } from "../../../gateway/state/command-view.ts";
import type { CommandStep } from "../../../gateway/types.ts";
import { aDatabase, aFolder, someSettings } from "./support.ts";

function aView(parts: { directory?: string; keepCommands?: number; maxPage?: number } = {}) {
  const { directory = aFolder(), ...settings } = parts;
  const database = aDatabase(directory);
  const view = openCommandView({ database, settings: someSettings(settings) });
  let sequence = view.position();
  return {
    view,
    database,
    /** Applies the steps with rising sequence numbers. */
    take: (...steps: CommandStep[]) => {
      for (const step of steps) view.apply(step, ++sequence);
    },
    restart() {
      database.close();
      return aView({ ...parts, directory });
    },
  };
}

const aStep = (
  id: string,
  step: CommandStep["step"],
  at: number,
  more: Partial<CommandStep> = {},
): CommandStep => ({
  id,
  step,
  device: "elm/valve/v1",
  at,
  ...more,
});

const aQueued = (id: string, at: number, more: Partial<CommandStep> = {}): CommandStep =>
  aStep(id, "queued", at, { name: "open", args: { minutes: 5 }, expiresAt: at + 1_000, by: "王", ...more });

test("a command is shown with its whole life, also after a restart", () => {
  const state = aView();
  state.take(
    aQueued("c", 10),
    aStep("c", "sent", 20),
    aStep("c", "acknowledged", 30),
    aStep("c", "done", 40),
  );
  const expected = {
    id: "c",
    device: "elm/valve/v1",
    name: "open",
    args: { minutes: 5 },
    state: "done",
    by: "王",
    queuedAt: 10,
    expiresAt: 1_010,
    sentAt: 20,
    endedAt: 40,
    error: undefined,
  };
  expect(state.view.find("c")).toEqual(expected);
  expect(state.restart().view.find("c")).toEqual(expected);
});

test("a failed command keeps its error", () => {
  const { view, take } = aView();
  take(aQueued("c", 10), aStep("c", "failed", 20, { error: "valve stuck" }));
  expect(view.find("c")).toMatchObject({
    state: "failed",
    error: "valve stuck",
    endedAt: 20,
    sentAt: undefined,
  });
});

test("steps that come again or too late change nothing", () => {
  const { view, take } = aView();
  take(aQueued("c", 10), aStep("c", "expired", 20));
  view.apply(aStep("c", "done", 30), view.position());
  take(aStep("c", "sent", 40), aStep("c", "acknowledged", 50), aStep("c", "done", 60), aQueued("c", 70));
  expect(view.find("c")).toMatchObject({ state: "expired", queuedAt: 10, sentAt: undefined, endedAt: 20 });
  expect(view.position()).toBe(6);
});

test("a journal read again from the beginning gives the same view", () => {
  const state = aView();
  const steps = [aQueued("a", 1), aStep("a", "sent", 2), aQueued("b", 3), aStep("a", "done", 4)];
  state.take(...steps);
  const again = state.restart();
  for (const [index, step] of steps.entries()) again.view.apply(step, index + 1);
  expect(again.view.position()).toBe(4);
  expect(again.view.find("a")?.state).toBe("done");
  expect(again.view.open().map(({ id }) => id)).toEqual(["b"]);
});

test("a step of a command that is not known moves the view on", () => {
  const { view, take } = aView();
  take(aStep("gone", "done", 1));
  expect(view.find("gone")).toBeUndefined();
  expect(view.position()).toBe(1);
});

test("open commands are those that have not ended, oldest first", () => {
  const { view, take } = aView();
  take(
    aQueued("late", 30),
    aQueued("other", 5, { device: "elm/valve/v2" }),
    aQueued("ended", 1),
    aQueued("early", 10),
    aStep("ended", "done", 40),
    aStep("early", "sent", 41),
    aStep("late", "acknowledged", 42),
  );
  expect(view.open().map(({ id }) => id)).toEqual(["other", "early", "late"]);
  expect(view.open("elm/valve/v1").map(({ id }) => id)).toEqual(["early", "late"]);
});

test("the commands of a device are paged newest first, without repeating when new ones come", () => {
  const { view, take } = aView();
  take(...["a", "b", "c", "d"].map((id) => aQueued(id, 10)), aQueued("x", 10, { device: "elm/valve/v2" }));
  const first = view.list({ device: "elm/valve/v1", limit: 2 });
  take(aQueued("e", 11));
  const second = view.list({ device: "elm/valve/v1", limit: 2, cursor: first.next });
  expect([first, second].map(({ items }) => items.map(({ id }) => id))).toEqual([
    ["d", "c"],
    ["b", "a"],
  ]);
  expect(second.next).toBeUndefined();
});

test("a page keeps to the bound, and a made-up cursor is refused", () => {
  const { view, take } = aView({ maxPage: 1 });
  take(aQueued("a", 1), aQueued("b", 2));
  expect(view.list({ device: "elm/valve/v1", limit: 99 }).items).toHaveLength(1);
  expect(() => view.list({ device: "elm/valve/v1", limit: 1, cursor: "x" })).toThrow(
    expect.objectContaining({ code: "invalid-request", path: "cursor" }),
  );
});

test("beyond the bound the oldest ended commands go, and open ones stay", () => {
  const { view, take, database } = aView({ keepCommands: 100 });
  take(aQueued("open", 0));
  for (let i = 0; i < 192; i++) take(aQueued(`c${i}`, 1 + i), aStep(`c${i}`, "done", 500));
  expect(database.db.prepare("SELECT count(*) AS n FROM commands").get()).toEqual({ n: 101 });
  view.apply(aQueued("c0", 1), 2);
  expect(view.find("c0")).toBeUndefined();
  expect(view.find("open")?.state).toBe("queued");
  expect([view.find("c91"), view.find("c92")?.id]).toEqual([undefined, "c92"]);
});

test("commands that ended long ago go in steps; one that is open stays, however old", () => {
  const { view, take } = aView();
  for (const n of [1, 2, 3]) take(aQueued(`c${n}`, n), aStep(`c${n}`, "done", n + 10));
  take(aQueued("open", 1));
  expect(view.expire(3, 1)).toBe(1);
  expect(view.expire(3, 9)).toBe(1);
  expect(view.expire(3, 9)).toBe(0);
  expect(
    view
      .list({ device: "elm/valve/v1", limit: 9 })
      .items.map(({ id }) => id)
      .toSorted(),
  ).toEqual(["c3", "open"]);
});
