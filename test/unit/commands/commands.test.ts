import { expect, test } from "vitest";
import { createCommands } from "../../../gateway/commands.ts";
import { createLog } from "../../../gateway/log.ts";
import type { Command } from "../../../gateway/state/contract.ts";
import type { CommandStep } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const order = { device: "xinfa/lamp/a", name: "on", args: {}, by: "li", maxAgeMs: 1_000 };

/** Commands whose steps become durable when the test says so; the device is always there. */
function someCommands(find: (id: string) => Command | undefined = () => undefined) {
  const clock = createFakeClock();
  const steps: CommandStep["step"][] = [];
  const published: string[] = [];
  const waiting: (() => void)[] = [];
  let ids = 0;
  const commands = createCommands({
    view: { find, open: () => [] },
    report({ step }) {
      steps.push(step);
      return new Promise((resolve) => waiting.push(resolve));
    },
    publish({ id }) {
      published.push(id);
      return true;
    },
    clock,
    newId: () => `command-${++ids}`,
    log: createLog({ level: "silent" }),
    maxOpen: 2,
  });
  const commit = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { commands, clock, steps, published, commit };
}

test("a command goes out once, and not before it is on disk, also when its device comes back meanwhile", async () => {
  const { commands, published, commit } = someCommands();
  const sent = commands.send(order);
  commands.deviceReady(order.device);
  expect(published).toEqual([]);
  commit();
  await sent;
  expect(published).toEqual(["command-1"]);
});

test("a command that expired while the disk was full is never sent", async () => {
  const { commands, clock, steps, published, commit } = someCommands();
  const sent = commands.send(order);
  clock.advance(1_000);
  commands.tick();
  commit();
  await sent;
  expect([steps, published]).toEqual([["queued", "expired"], []]);
});

test("a command that its list does not show yet is answered all the same", async () => {
  const { commands, clock, commit } = someCommands();
  const sent = commands.send(order);
  commit();
  const { maxAgeMs, ...shown } = order;
  expect(await sent).toMatchObject({ ...shown, state: "sent", expiresAt: clock.now() + maxAgeMs });
});

test("more commands than may wait are refused", async () => {
  const { commands } = someCommands();
  void commands.send(order);
  void commands.send(order);
  await expect(commands.send(order)).rejects.toMatchObject({ code: "limit-reached", retryable: true });
});
