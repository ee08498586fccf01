import { describe, expect, test } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDispatcher, aFire, aNotification, aTarget, pass, settle } from "./dispatch-support.ts";

const minute = 60_000;

/** A dispatcher with one target that is on. */
function aLane(more: Parameters<typeof aTarget>[1] = {}) {
  const clock = createFakeClock(0);
  const robot = aTarget(clock, more);
  const made = aDispatcher([robot.target], { clock });
  made.dispatcher.start();
  const tell = (notification: Parameters<typeof made.dispatcher.tell>[0]) =>
    made.dispatcher.tell(notification, [{ target: "robot" }]);
  return { ...made, clock, robot, tell };
}

/** Most messages in any minute. */
function densest(times: readonly number[]): number {
  return Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + minute).length));
}

describe("a storm", () => {
  test("500 devices go offline and one burns: the fire is first, the robot's limit holds, nothing is missing", async () => {
    const { clock, robot, tell } = aLane();
    for (let i = 0; i < 250; i++) tell(aNotification(`off-${i}`));
    tell(aFire("fire"));
    for (let i = 250; i < 500; i++) tell(aNotification(`off-${i}`));
    await settle();
    expect(robot.ids()).toEqual(["fire"]);
    await pass(clock, 5 * minute);
    expect(new Set(robot.ids()).size).toBe(501);
    expect(densest(robot.taken.map(({ at }) => at))).toBeLessThanOrEqual(20);
    // 500 in three summaries: nobody reads 500 messages.
    expect(robot.taken.length).toBeLessThan(10);
  });

  test("offline alerts for minutes never use up what a fire needs", async () => {
    const { clock, robot, tell } = aLane();
    for (let i = 0; i < 240; i++) {
      tell(aNotification(`off-${i}`, { urgency: "critical" }));
      await pass(clock, 500);
    }
    tell(aFire("fire", { at: clock.now() }));
    await settle();
    expect(robot.taken.at(-1)?.ids).toEqual(["fire"]);
    expect(densest(robot.taken.map(({ at }) => at))).toBeLessThanOrEqual(20);
    await pass(clock, 5 * minute);
    expect(new Set(robot.ids()).size).toBe(241);
  });

  test("more fires than a robot takes become one message that names each", async () => {
    const { clock, robot, tell } = aLane();
    for (let i = 0; i < 100; i++) tell(aFire(`fire-${i}`));
    await pass(clock, 2 * minute);
    expect(new Set(robot.ids()).size).toBe(100);
    expect(densest(robot.taken.map(({ at }) => at))).toBeLessThanOrEqual(20);
  });

  test("a program gets each by itself, and no drill stands among what is real", async () => {
    const machine = aLane({ merges: false, perMinute: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 50; i++) machine.tell(aNotification(`off-${i}`));
    await pass(machine.clock, 1_000);
    expect(machine.robot.taken.every(({ ids }) => ids.length === 1)).toBe(true);
    expect(machine.robot.taken).toHaveLength(50);

    const people = aLane();
    for (let i = 0; i < 10; i++) people.tell(aNotification(`a-${i}`, i % 2 === 0 ? { drill: "d1" } : {}));
    await pass(people.clock, minute);
    for (const { ids, delivery } of people.robot.taken) {
      const parts = delivery.notification.parts ?? [delivery.notification];
      expect(new Set(parts.map(({ drill }) => drill)).size, ids.join()).toBe(1);
    }
  });
});

describe("a target that fails", () => {
  test("gets a fire again within 5 s, for an hour, and then takes everything once", async () => {
    const { clock, robot, tell } = aLane();
    robot.fails({ retryable: true });
    tell(aFire("fire"));
    for (let i = 0; i < 30; i++) {
      tell(aNotification(`n-${i}`, { at: clock.now() }));
      await pass(clock, 2 * minute, 500);
    }
    const gaps = robot.tried.slice(1).map((at, i) => at - robot.tried[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
    robot.works();
    await pass(clock, 5 * minute);
    expect(robot.ids().toSorted()).toEqual(
      ["fire", ...Array.from({ length: 30 }, (_, i) => `n-${i}`)].toSorted(),
    );
    expect(robot.ids()[0]).toBe("fire");
  });

  test("is left alone for as long as it says", async () => {
    const { clock, robot, tell } = aLane();
    robot.fails({ retryable: true, retryAfterMs: 10 * minute });
    tell(aFire("fire"));
    await settle();
    robot.works();
    await pass(clock, 10 * minute - 1_000, 1_000);
    expect(robot.tried).toHaveLength(1);
    await pass(clock, 2_000);
    expect(robot.ids()).toEqual(["fire"]);
  });

  test("refuses one for good: the others go on, a fire is tried again, what is below critical is given up", async () => {
    const { clock, robot, tell, outbox } = aLane();
    robot.fails({ retryable: false });
    tell(aNotification("n"));
    tell(aFire("fire"));
    await pass(clock, 10_000);
    expect(
      outbox.list({ state: "failed", limit: 9 }).items.map(({ notification }) => notification.id),
    ).toEqual(["n"]);
    robot.works();
    tell(aFire("second", { at: clock.now() }));
    await settle();
    expect(robot.ids()).toEqual(["second"]);
    await pass(clock, 30_000);
    expect(robot.ids()).toEqual(["second", "fire"]);
  });

  test("that hangs in attempts for others keeps no fire waiting", async () => {
    const { clock, robot, tell } = aLane();
    robot.hangs();
    for (let i = 0; i < 40; i++) tell(aNotification(`n-${i}`, { urgency: "critical" }));
    await pass(clock, 1_000);
    robot.works();
    tell(aFire("fire"));
    await settle();
    expect(robot.ids()).toEqual(["fire"]);
  });

  test("gives up what is below critical after a day, and never a fire", async () => {
    const { clock, robot, tell, outbox } = aLane();
    robot.fails({ retryable: true });
    tell(aNotification("n"));
    tell(aFire("fire"));
    await pass(clock, 25 * 60 * minute, 10_000);
    const states = (state: "failed" | "waiting") =>
      outbox.list({ state, limit: 9 }).items.map(({ notification }) => notification.id);
    expect(states("failed")).toEqual(["n"]);
    expect(states("waiting")).toEqual(["fire"]);
  });

  test("drops the oldest below critical when too many wait, and says so", async () => {
    const { clock, robot, outbox, tell } = aLane({ merges: false });
    robot.fails({ retryable: true });
    tell(aFire("fire"));
    for (let i = 0; i < 10_020; i++) tell(aNotification(`n-${i}`));
    const failed = outbox.list({ state: "failed", limit: 20 }).items;
    expect(failed.length).toBeGreaterThanOrEqual(5);
    expect(failed[0]?.deliveries[0]?.reason).toContain("newer ones wait for robot");
    robot.works();
    await pass(clock, 2 * minute);
    expect(robot.ids()).toContain("fire");
  });
});
