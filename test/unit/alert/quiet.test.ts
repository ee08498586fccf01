import { expect, test } from "vitest";
import type { Rule } from "../../../devices/kit/kind.ts";
import { createGaps, noteGap } from "../../../gateway/alert/interval.ts";
import { createPhases } from "../../../gateway/alert/phases.ts";
import { createQuiet } from "../../../gateway/alert/quiet.ts";
import { type QuietSettings, quietSettings } from "../../../gateway/alert/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change, KnownDevice, Presence } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDevice, aRule, countingIds, offlineRule } from "./makers.ts";

const second = 1_000;
const minute = 60 * second;

function aWatch(
  settings: Partial<QuietSettings> = {},
  device = aDevice([offlineRule]),
  { isStarting = false } = {},
) {
  const clock = createFakeClock();
  const metrics = createMetrics();
  const log = { error() {} };
  const newId = countingIds();
  // Without jitter, so that a test can say when.
  const own = quietSettings.parse({ jitterRatio: 0, ...settings });
  const phases = createPhases();
  const quiet = createQuiet({ phases, clock, newId, metrics, log, settings: own });
  const watch = {
    ...{ clock, quiet, phases, metrics, device },
    hear: (known = device) => says(quiet.heard(known, clock.now())),
    /** Lets time pass in the steps of the gateway's own look, and tells what happened. */
    wait(ms: number): string[] {
      const end = clock.now() + ms;
      const said: string[] = [];
      while (clock.now() < end) {
        clock.advance(Math.min(second, end - clock.now()));
        said.push(...says(quiet.due(clock.now())));
      }
      return said;
    },
    tell: (reason: Presence["reason"], online = reason === "connected") =>
      says(quiet.presence(device, { device: device.device, online, at: clock.now(), reason })),
  };
  quiet.watch(device);
  if (!isStarting) quiet.due(clock.now());
  return watch;
}

function says(happenings: readonly (Change | Presence)[]): string[] {
  return happenings.map((one) =>
    "step" in one
      ? `${one.step} ${one.reason ?? ""}`.trim()
      : `${one.online ? "online" : "offline"} ${one.reason}`,
  );
}

test("a device that stops talking is offline after 2.2 intervals, once, and online at its next word", () => {
  const watch = aWatch();
  expect(watch.hear()).toEqual(["online message"]);
  expect(watch.wait(66 * second - 1)).toEqual([]);
  expect(watch.wait(1)).toEqual(["offline silent", "raised silent"]);
  expect(watch.wait(3 * 60 * minute)).toEqual([]);
  expect(watch.hear()).toEqual(["online message", "cleared"]);
  expect(watch.hear()).toEqual([]);
  expect(watch.wait(66 * second)).toEqual(["offline silent", "raised silent"]);
});

test("a device that keeps talking is never looked at for nothing, and never called silent", () => {
  const watch = aWatch();
  watch.hear();
  for (let i = 0; i < 20; i++) expect([...watch.wait(60 * second), ...watch.hear()]).toEqual([]);
});

test("the interval of the device counts before that of its kind", () => {
  const watch = aWatch({}, aDevice([offlineRule], { intervalMs: 10 * second }));
  watch.hear();
  expect(watch.wait(22 * second)).toEqual(["offline silent", "raised silent"]);
});

test("an interval that a person shortens counts at once", () => {
  const watch = aWatch();
  watch.hear();
  watch.quiet.watch({ ...watch.device, intervalMs: 10 * second });
  expect(watch.wait(22 * second)).toEqual(["offline silent", "raised silent"]);
});

test("devices of one moment end at different moments within a tenth of their deadline", () => {
  const watch = aWatch({ jitterRatio: 0.1 });
  const devices = Array.from({ length: 200 }, (_, i) => aDevice([offlineRule], { id: `d${i}` }));
  for (const device of devices) watch.hear(device);
  expect(watch.wait(65 * second)).toEqual([]);
  const counts = Array.from({ length: 8 }, () => watch.wait(second).length / 2);
  expect(counts.reduce((a, b) => a + b)).toBe(200);
  expect(Math.max(...counts)).toBeLessThan(60);
});

test("a lost connection shows at once and pages after a minute", () => {
  for (const reason of ["will", "closed", "status"] as const) {
    const watch = aWatch();
    watch.tell("connected");
    watch.hear();
    watch.wait(5 * second);
    expect(watch.tell(reason)).toEqual([`offline ${reason}`]);
    expect(watch.wait(minute - 1)).toEqual([]);
    expect(watch.wait(1)).toEqual([`raised ${reason}`]);
    expect(watch.tell("connected")).toEqual(["online connected"]);
    expect(watch.hear()).toEqual(["cleared"]);
  }
});

test("a reconnect within the minute pages nobody", () => {
  const watch = aWatch();
  watch.tell("connected");
  watch.hear();
  watch.tell("closed");
  watch.wait(59 * second);
  expect(watch.tell("connected")).toEqual(["online connected"]);
  expect(watch.wait(30 * second)).toEqual([]);
  expect(watch.hear()).toEqual([]);
});

test("a device that talks through another connection after its own was lost pages nobody", () => {
  const watch = aWatch();
  watch.hear();
  watch.tell("closed");
  watch.wait(30 * second);
  expect(watch.hear()).toEqual(["online message"]);
  expect(watch.wait(60 * second)).toEqual([]);
});

test("a device that reconnects again and again and never talks is silent all the same", () => {
  const watch = aWatch();
  watch.tell("connected");
  watch.hear();
  const said: string[] = [];
  for (let i = 0; i < 6; i++) {
    watch.tell("closed");
    said.push(...watch.wait(20 * second));
    watch.tell("connected");
    said.push(...watch.wait(10 * second));
  }
  expect(said.filter((one) => one.startsWith("raised"))).toEqual(["raised silent"]);
});

test("a will is told as the reason even when the closed connection came first", () => {
  const watch = aWatch();
  watch.hear();
  watch.tell("closed");
  watch.wait(30 * second);
  expect(watch.tell("will")).toEqual([]);
  expect(watch.tell("closed")).toEqual([]);
  expect(watch.wait(30 * second)).toEqual(["raised will"]);
});

test("the end of a connection that was taken over says nothing about the device", () => {
  const watch = aWatch();
  watch.tell("connected");
  watch.hear();
  watch.tell("connected");
  expect([...watch.tell("will"), ...watch.tell("closed")]).toEqual([]);
  expect(watch.tell("closed")).toEqual(["offline closed"]);
});

test("a device that sleeps for an hour may hang up after each message; its will is something else", () => {
  const sleepy = aDevice([offlineRule], { intervalMs: 60 * minute });
  const watch = aWatch({}, sleepy);
  watch.tell("connected");
  watch.hear();
  expect(watch.tell("closed")).toEqual(["offline closed"]);
  expect(watch.wait(60 * minute)).toEqual([]);
  watch.tell("connected");
  watch.hear();
  watch.tell("closed");
  expect(watch.wait(132 * minute)).toEqual(["raised silent"]);
  watch.hear();
  watch.tell("will");
  expect(watch.wait(minute)).toEqual(["raised will"]);
});

test("a device that was never heard is not called silent; one that connected once is", () => {
  const watch = aWatch();
  expect(watch.wait(10 * minute)).toEqual([]);
  watch.tell("connected");
  expect(watch.wait(66 * second)).toEqual(["offline silent", "raised silent"]);
});

test("the severity is that of the installation", () => {
  const rule: Rule = aRule({
    ...offlineRule,
    severityFor: ({ exit }) => (exit === true ? "major" : "minor"),
  });
  const watch = aWatch({}, aDevice([rule], { facts: { exit: true } }));
  watch.hear();
  watch.wait(66 * second);
  expect(watch.phases.find(watch.device.device, "offline", false)).toMatchObject({ severity: "major" });
});

test("a kind without a rule for it shows who is offline and pages nobody", () => {
  const watch = aWatch({}, aDevice([]));
  watch.hear();
  expect(watch.wait(66 * second)).toEqual(["offline silent"]);
  expect(watch.hear()).toEqual(["online message"]);
});

test("a silent device whose alert a person resolved is called silent again after an hour", () => {
  const watch = aWatch();
  watch.hear();
  watch.wait(66 * second);
  const phase = watch.phases.find(watch.device.device, "offline", false)!;
  phase.state = "resolved";
  watch.wait(30 * minute);
  watch.phases.schedule(phase, watch.clock.now() + 60 * minute);
  expect(watch.wait(60 * minute - 1)).toEqual([]);
  expect(watch.wait(1)).toEqual(["raised silent"]);
});

test("a resolved alert is let go when the device talks", () => {
  const watch = aWatch();
  watch.hear();
  watch.wait(66 * second);
  watch.phases.find(watch.device.device, "offline", false)!.state = "resolved";
  expect(watch.hear()).toEqual(["online message", "dropped"]);
});

test("a removed device is forgotten", () => {
  const watch = aWatch();
  watch.hear();
  watch.quiet.forget(watch.device.device);
  expect(watch.wait(10 * minute)).toEqual([]);
});

test("10,000 known devices and a restart raise nothing while they come back, and those that do not are told in portions", () => {
  const watch = aWatch({ jitterRatio: 0.1, batch: 50 });
  const devices = Array.from({ length: 10_000 }, (_, i) => aDevice([offlineRule], { id: `d${i}` }));
  const lastAt = watch.clock.now() - 3 * 60 * minute;
  for (const device of devices) watch.quiet.watch(device, { lastAt, online: true });
  expect(watch.wait(119 * second)).toEqual([]);
  for (const device of devices.slice(100)) expect(watch.hear(device)).toEqual([]);
  const portions = Array.from({ length: 4 }, () => watch.wait(second).length);
  expect(portions).toEqual([100, 100, 0, 0]);
});

test("the grace of a start begins when the start is over", () => {
  const watch = aWatch({}, aDevice([offlineRule]), { isStarting: true });
  watch.quiet.watch(watch.device, { lastAt: watch.clock.now() - minute, online: true });
  watch.clock.advance(10 * minute);
  expect(watch.wait(120 * second)).toEqual([]);
  expect(watch.wait(second)).toEqual(["offline silent", "raised silent"]);
});

test("an alert that was open before the restart is not raised twice", () => {
  const watch = aWatch();
  const { device } = watch.device;
  const lastAt = watch.clock.now() - 60 * minute;
  watch.phases.add({
    ...{ device, rule: "offline", simulated: false, state: "raised", alert: "old", severity: "minor" },
    ...{ since: lastAt, due: Number.POSITIVE_INFINITY, values: undefined },
  });
  watch.quiet.watch(watch.device, { lastAt, online: false });
  expect(watch.wait(50 * minute)).toEqual([]);
  // A critical one is idle once it was resolved.
  watch.phases.remove(watch.phases.find(device, "offline", false)!);
  expect(watch.wait(12 * minute)).toEqual(["raised silent"]);
  expect(watch.hear()).toEqual(["online message", "cleared"]);
});

test("after the machine slept, or its clock stepped, everybody gets the grace of a start", () => {
  for (const step of [60 * minute, -60 * minute]) {
    const watch = aWatch();
    watch.hear();
    watch.clock.advance(step);
    expect(watch.wait(119 * second)).toEqual([]);
    expect(watch.wait(2 * second)).toEqual(["offline silent", "raised silent"]);
  }
});

test("a connection that was lost before the machine slept, or the clock stepped, still has its minute", () => {
  for (const step of [60 * minute, -60 * minute]) {
    const watch = aWatch();
    watch.hear();
    watch.tell("closed");
    watch.clock.advance(step);
    expect(watch.wait(minute)).toEqual([]);
    expect(watch.wait(second)).toEqual(["raised closed"]);
  }
});

test("a clock that stepped back does not put off the next look at a silent device", () => {
  const watch = aWatch();
  watch.hear();
  watch.wait(66 * second);
  watch.phases.remove(watch.phases.find(watch.device.device, "offline", false)!);
  watch.clock.advance(-10 * 60 * minute);
  expect(watch.wait(61 * minute)).toEqual(["raised silent"]);
});

test("what is counted tells who is gone and who never came", async () => {
  const watch = aWatch();
  watch.hear(aDevice([offlineRule], { id: "d2" }));
  watch.wait(2 * minute);
  const text = await watch.metrics.text();
  expect(text).toContain("linli_devices_quiet 1");
  expect(text).toContain("linli_devices_never_heard 1");
});

test("a learned interval follows the rhythm of the device, up and down, and forgives one outage", () => {
  const rhythm = (watch: ReturnType<typeof aWatch>, everyMs: number, times: number): string[] =>
    Array.from({ length: times }, () => [...watch.wait(everyMs), ...watch.hear()]).flat();
  const hourly = aDevice([offlineRule], { intervalMs: 60 * minute });
  const faster = aWatch({ interval: "learned" }, hourly);
  rhythm(faster, 2 * minute, 22);
  rhythm(faster, 100 * minute, 1);
  rhythm(faster, 2 * minute, 4);
  expect(faster.wait(4.4 * minute - 1)).toEqual([]);
  expect(faster.wait(1)).toEqual(["offline silent", "raised silent"]);

  const slower = aWatch({ interval: "learned" });
  rhythm(slower, 5 * minute, 25);
  expect(rhythm(slower, 5 * minute, 10)).toEqual([]);
});

test("a burst of messages counts as one", () => {
  const watch = aWatch({ interval: "learned" });
  watch.hear();
  for (let i = 0; i < 25; i++) {
    watch.wait(5 * minute);
    for (let burst = 0; burst < 40; burst++) watch.hear();
  }
  expect(watch.wait(11 * minute - 1)).toEqual([]);
});

test("a step of the clock is no gap", () => {
  const settings = quietSettings.parse({ learnAfterGaps: 3 });
  const gaps = createGaps();
  for (const minutes of [100, 110, 120, 5, 15]) noteGap(gaps, minutes * minute, settings);
  expect(gaps.interval).toBe(10 * minute);
  const stepped = createGaps();
  for (const minutes of [100, 110, 120, 5]) noteGap(stepped, minutes * minute, settings);
  expect(stepped.interval).toBeUndefined();
});

test("what a message says of its device counts from then on", () => {
  const watch = aWatch();
  watch.hear();
  const slower: KnownDevice = { ...watch.device, intervalMs: 10 * minute };
  watch.hear(slower);
  expect(watch.wait(22 * minute - 1)).toEqual([]);
  expect(watch.wait(1)).toEqual(["offline silent", "raised silent"]);
});
