import { expect, test } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDispatcher, aFire, aNotification, aTarget, pass, settle } from "./dispatch-support.ts";

const recipient = { contact: "c1", name: "张三", address: "000" };

test("what waits survives a crash and is sent by the next run, what was sent is not sent again", async () => {
  const clock = createFakeClock(0);
  const [robot, phone] = [aTarget(clock), aTarget(clock, { name: "phone", isAddressed: true })];
  phone.fails({ retryable: true });
  const first = aDispatcher([robot.target, phone.target], { clock, recipientOf: () => recipient });
  first.dispatcher.start();
  first.dispatcher.tell(aFire("fire"), [{ target: "robot" }, { target: "phone", recipient }]);
  await settle();
  first.outbox.flush();
  // The first run is dead: nothing of it is closed.
  phone.works();
  const { dispatcher } = first.again();
  dispatcher.tell(aFire("fire"), [{ target: "robot" }, { target: "phone", recipient }]);
  expect(phone.ids()).toEqual([]);
  dispatcher.start();
  await settle();
  expect(phone.ids()).toEqual(["fire"]);
  expect(phone.taken[0]?.delivery.recipient).toEqual(recipient);
  expect(robot.ids()).toEqual(["fire"]);
});

test("what was not written yet is sent again when the journal tells of it again", async () => {
  const clock = createFakeClock(0);
  const robot = aTarget(clock);
  const first = aDispatcher([robot.target], { clock });
  first.dispatcher.start();
  first.dispatcher.tell(aFire("fire"), [{ target: "robot" }]);
  await settle();
  const { dispatcher } = first.again();
  dispatcher.start();
  dispatcher.tell(aFire("fire"), [{ target: "robot" }]);
  await settle();
  expect(robot.ids()).toEqual(["fire", "fire"]);
});

test("a delivery to somebody who is no more expires with a reason", async () => {
  const clock = createFakeClock(0);
  const phone = aTarget(clock, { name: "phone" });
  phone.fails({ retryable: true });
  const first = aDispatcher([phone.target], { clock });
  first.dispatcher.start();
  first.dispatcher.tell(aFire("fire"), [{ target: "phone", recipient }]);
  await settle();
  first.outbox.flush();
  const { outbox } = first.again();
  expect(outbox.list({ limit: 1 }).items[0]?.deliveries[0]).toMatchObject({
    ...{ contact: "c1", state: "expired", attempts: 1, reason: "the target or the contact is no more" },
  });
});

test("what is held is on record and goes nowhere", async () => {
  const clock = createFakeClock(0);
  const robot = aTarget(clock);
  const { dispatcher, outbox } = aDispatcher([robot.target], { clock });
  dispatcher.start();
  dispatcher.hold(aNotification("n"), [{ target: "robot" }], "silenced by 张三");
  await pass(clock, 10_000);
  expect(robot.tried).toEqual([]);
  expect(outbox.list({ state: "held", limit: 1 }).items[0]?.deliveries[0]?.reason).toBe("silenced by 张三");
});

test("a link is made for each person, at the moment of sending", async () => {
  const clock = createFakeClock(0);
  const phone = aTarget(clock, { name: "phone" });
  const { dispatcher } = aDispatcher([phone.target], {
    clock,
    linkOf: ({ id }, { contact }) => `https://x/a/${id}.${contact}.${clock.now()}`,
  });
  phone.fails({ retryable: true });
  dispatcher.start();
  dispatcher.tell(aFire("fire"), [{ target: "phone", recipient }]);
  await settle();
  phone.works();
  await pass(clock, 2_000, 100);
  expect(phone.taken[0]?.delivery.link).toMatch(/^https:\/\/x\/a\/fire\.c1\.[1-9]/);
});

test("a link that cannot be made costs the link and not the message", async () => {
  const clock = createFakeClock(0);
  const phone = aTarget(clock, { name: "phone" });
  const reasons: unknown[] = [];
  const { dispatcher } = aDispatcher([phone.target], {
    clock,
    linkOf() {
      throw new Error("no key");
    },
    linkless: (error) => reasons.push(error),
  });
  dispatcher.start();
  dispatcher.tell(aFire("fire"), [{ target: "phone", recipient }]);
  await settle();
  expect(phone.taken.map(({ delivery: { link } }) => link)).toEqual([undefined]);
  expect(reasons).toHaveLength(1);
});

test("the probe goes through a lane, and a target that fails is told and seen", async () => {
  const clock = createFakeClock(0);
  const robot = aTarget(clock);
  const reasons: (string | undefined)[] = [];
  const { dispatcher } = aDispatcher([robot.target], { clock, failing: (reason) => reasons.push(reason) });
  dispatcher.start();
  await dispatcher.probe("p1");
  robot.fails({ retryable: true });
  dispatcher.tell(aFire("fire"), [{ target: "robot" }]);
  await pass(clock, 3_000);
  expect(dispatcher.targets()).toMatchObject([{ name: "robot", failing: "it is down", waiting: 1 }]);
  robot.works();
  await pass(clock, 5_000);
  expect(dispatcher.targets()).toMatchObject([{ failing: undefined, waiting: 0 }]);
  expect(reasons).toEqual(["robot: it is down", undefined]);
});

test("the list pages newest first, by incident, site and state, also what is not written yet", async () => {
  const clock = createFakeClock(0);
  const robot = aTarget(clock);
  const { dispatcher, outbox } = aDispatcher([robot.target], { clock });
  for (let i = 0; i < 25; i++) {
    const about = { at: i, incident: `i${i % 2}`, site: i % 3 === 0 ? "a" : "b" };
    dispatcher.tell(aFire(`f-${String(i).padStart(2, "0")}`, about), [{ target: "robot" }]);
    if (i === 12) outbox.flush();
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = outbox.list({ incident: "i0", limit: 4, cursor });
    seen.push(...page.items.map(({ notification }) => notification.id));
    cursor = page.next;
  } while (cursor !== undefined);
  const wanted = Array.from({ length: 13 }, (_, i) => `f-${String(24 - 2 * i).padStart(2, "0")}`);
  expect(seen).toEqual(wanted);
  expect(outbox.list({ sites: ["a"], limit: 50 }).items).toHaveLength(9);
  expect(outbox.list({ state: "sent", limit: 50 }).items).toHaveLength(0);
  expect(() => outbox.list({ limit: 1, cursor: "nonsense" })).toThrow("cursor must be the next");
});
