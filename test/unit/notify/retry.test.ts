import { expect, test } from "vitest";
import { GatewayError } from "../../../gateway/errors.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Channel } from "../../../gateway/notify/contract.ts";
import { createRetry, createRetryMeters } from "../../../gateway/notify/retry.ts";
import type { NotifySettings } from "../../../gateway/notify/settings.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aNotification, failureOf, someSettings } from "./support.ts";

/** A channel whose sends the test ends one by one. */
function aChannel() {
  const attempts: { id: string; take(): void; fail(retryable?: boolean): void }[] = [];
  const channel: Channel = {
    name: "test",
    send: ({ change: { id } }) =>
      new Promise((take, reject) => {
        const fail = (retryable = true) =>
          reject(new GatewayError("notify-failed", `not ${id}`, { retryable }));
        attempts.push({ id, take, fail });
      }),
  };
  return { channel, attempts };
}

function aRetry(settings: Partial<NotifySettings> = {}, chance = 0) {
  const { channel, attempts } = aChannel();
  const clock = createFakeClock();
  const metrics = createMetrics();
  const meters = createRetryMeters(metrics);
  const failing: (string | undefined)[] = [];
  const retry = createRetry({
    ...{ channel, clock, meters, random: () => chance },
    settings: someSettings(settings),
    failing: (reason) => void failing.push(reason),
  });
  return { retry, attempts, clock, meters, failing, ids: () => attempts.map(({ id }) => id) };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("what is taken at once is sent in the same turn, once", async () => {
  const { retry, attempts, failing, clock } = aRetry();
  const sent = retry.send(aNotification());
  expect(attempts).toHaveLength(1);
  expect(retry.waiting()).toBe(1);
  attempts[0]!.take();
  await sent;
  clock.advance(1_000_000);
  expect([retry.waiting(), attempts.length, failing]).toEqual([0, 1, []]);
});

test("the waits double up to the longest, and the last failure is told", async () => {
  const { retry, attempts, clock, meters } = aRetry({ attempts: 5, retryMs: 100, retryMaxMs: 300 });
  const failed = failureOf(retry.send(aNotification("fire")));
  for (const wait of [100, 200, 300, 300]) {
    attempts.at(-1)!.fail();
    await settled();
    const before = attempts.length;
    clock.advance(wait - 1);
    expect(attempts).toHaveLength(before);
    clock.advance(1);
    expect(attempts).toHaveLength(before + 1);
  }
  attempts.at(-1)!.fail();
  expect((await failed).message).toBe("not fire");
  expect([attempts.length, retry.waiting(), meters.retried.value("test")]).toEqual([5, 0, 4]);
});

test("chance shortens a wait by up to half", async () => {
  const { retry, attempts, clock } = aRetry({ retryMs: 100 }, 1);
  void retry.send(aNotification());
  attempts[0]!.fail();
  await settled();
  clock.advance(50);
  expect(attempts).toHaveLength(2);
});

test("what can never be taken is not tried again", async () => {
  const { retry, attempts, clock } = aRetry();
  const failed = failureOf(retry.send(aNotification()));
  attempts[0]!.fail(false);
  await failed;
  clock.advance(1_000_000);
  expect(attempts).toHaveLength(1);
});

test("one that waits holds up no other, and so many at most are under way", async () => {
  const { retry, attempts, ids } = aRetry({ atOnce: 2 });
  for (const id of ["a", "b", "c"]) void retry.send(aNotification(id));
  expect(ids()).toEqual(["a", "b"]);
  attempts[0]!.fail();
  await settled();
  expect(ids()).toEqual(["a", "b", "c"]);
});

test("at the bound the oldest is given up, whether it waits, or is under way", async () => {
  const { retry, attempts, clock, meters, ids } = aRetry({ waiting: 2, atOnce: 1 });
  const frozen = failureOf(retry.send(aNotification("under way")));
  const queued = failureOf(retry.send(aNotification("queued")));
  const third = retry.send(aNotification("third"));
  expect((await frozen).message).toContain("2 newer notifications wait for test");
  const fourth = retry.send(aNotification("fourth"));
  expect((await queued).code).toBe("notify-failed");
  expect([meters.dropped.value("test"), retry.waiting()]).toEqual([2, 2]);
  attempts[0]!.fail();
  await settled();
  clock.advance(1_000_000);
  expect(ids()).toEqual(["under way", "third"]);
  attempts[1]!.take();
  await third;
  await settled();
  attempts[2]!.take();
  await fourth;
  expect(retry.waiting()).toBe(0);
});

test("one failure is no news; the second in a row is, until something is taken", async () => {
  const { retry, attempts, clock, failing } = aRetry({ retryMs: 100 });
  void retry.send(aNotification("a"));
  attempts[0]!.fail();
  await settled();
  expect(failing).toEqual([]);
  clock.advance(100);
  attempts[1]!.fail();
  await settled();
  expect(failing).toEqual(["not a"]);
  clock.advance(200);
  attempts[2]!.take();
  await settled();
  expect(failing).toEqual(["not a", undefined]);
});

test("after its close nothing more is tried", async () => {
  const { retry, attempts, clock, failing } = aRetry({ retryMs: 100 });
  void retry.send(aNotification());
  void retry.send(aNotification());
  attempts[0]!.fail();
  await settled();
  retry.close();
  // The parts that would take this up are closing too.
  attempts[1]!.fail();
  await settled();
  clock.advance(1_000_000);
  expect([attempts.length, failing]).toEqual([2, []]);
});
