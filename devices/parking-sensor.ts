import { z } from "zod";
import { defineKind } from "./kit/define.ts";
import { battery, count, fact, flag, state } from "./kit/fields.ts";
import type { CommandKind, Facts, RuleInput, Simulator } from "./kit/kind.ts";
import {
  between,
  createWander,
  dayCurve,
  hourOf,
  nextArrival,
  nextHour,
  outdoorCelsius,
  rounded,
} from "./kit/patterns.ts";
import { celsius } from "./kit/quantities.ts";
import { above, type Condition, is, only, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { createSimulator } from "./kit/simulator.ts";
import { changesWithin } from "./kit/timed-rules.ts";

const intervalMs = 1_800_000;

const bayClass = state(
  { zh: "车位类别", en: "Bay class" },
  {
    normal: { zh: "普通车位", en: "Normal" },
    disabled: { zh: "无障碍车位", en: "Disabled" },
    ev: { zh: "充电车位", en: "EV charging" },
    "fire-lane": { zh: "消防车通道", en: "Fire lane" },
  },
  { "ev-charging": "ev", firelane: "fire-lane", fire: "fire-lane", accessible: "disabled" },
);

const capacity = count({ zh: "车位总数", en: "Capacity" });

const commands: Record<string, CommandKind> = {
  locate: {
    title: { zh: "闪灯定位", en: "Flash to be found" },
    args: z.strictObject({ seconds: z.int().min(1).max(300).default(30).describe("How long it flashes") }),
    maxAgeMs: 60_000,
  },
  reset: {
    title: { zh: "按空位重新校准", en: "Calibrate as empty" },
    args: z.strictObject({}),
    maxAgeMs: 600_000,
  },
};

/** A sensor of one parking bay, or the counter of a garage. */
export default defineKind({
  name: "parking-sensor",
  title: { zh: "车位检测器", en: "Parking sensor" },
  intervalMs,
  fields: {
    occupied: flag(
      { zh: "有车", en: "Occupied" },
      { occupied: true, busy: true, free: false, vacant: false, empty: false },
    ),
    bayClass,
    temperature: celsius(),
    count: count({ zh: "在场车辆", en: "Cars inside" }),
    capacity,
    battery: battery(),
  },
  facts: { bayClass: fact(bayClass), capacity: fact(capacity) },
  events: {
    arrived: { title: { zh: "驶入", en: "Car arrived" }, fields: ["occupied", "bayClass", "count"] },
    departed: { title: { zh: "驶离", en: "Car departed" }, fields: ["occupied", "bayClass", "count"] },
  },
  commands,
  rules: [
    {
      id: "fire-lane-occupied",
      severity: "major",
      title: { zh: "消防车通道被占用", en: "Fire lane occupied" },
      advice: {
        zh: "立即联系车主挪车并广播劝离；拒不驶离的报消防部门和交警。",
        en: "Have the car moved now; if the owner refuses, tell the fire service and traffic police.",
      },
      ...stays(120, only(isBay("fire-lane"), is("occupied", true))),
      example: {
        facts: { bayClass: "fire-lane" },
        raise: [event("arrived", { occupied: true })],
        clear: [event("departed", { occupied: false })],
      },
    },
    {
      id: "ev-hot",
      severity: "critical",
      fire: true,
      title: { zh: "充电车位高温", en: "EV bay hot" },
      advice: {
        zh: "立即拨打119，远程断开充电桩电源，疏散人员和相邻车辆；电池起火会复燃并释放有毒烟气，不要靠近。",
        en: "Call 119, cut the charger's power, clear people and cars nearby; a burning battery re-ignites and its smoke is toxic.",
      },
      ...only(isBay("ev"), above("temperature", { raise: 60, clear: 45, unit: "°C" })),
      example: {
        facts: { bayClass: "ev" },
        raise: [telemetry({ temperature: 68.5 })],
        clear: [telemetry({ temperature: 33 })],
      },
    },
    {
      id: "flapping",
      severity: "info",
      title: { zh: "状态频繁跳变，数据存疑", en: "Changes too often to be believed" },
      advice: {
        zh: "检查安装是否松动或有干扰，必要时重新校准。",
        en: "Check mounting and interference; calibrate it again.",
      },
      ...changesWithin("occupied", { count: 6, withinS: 600 }),
      example: {
        raise: Array.from({ length: 8 }, (_, i) => telemetry({ occupied: i % 2 === 0 }, 20)),
        clear: [telemetry({ occupied: false }, 700)],
      },
    },
    {
      id: "over-capacity",
      severity: "info",
      title: { zh: "在场车辆超过车位总数", en: "More cars than bays" },
      advice: {
        zh: "核对计数：可能漏计驶离，或有车停在车位外。",
        en: "Check the count: a missed exit, or cars outside of the bays.",
      },
      ...aboveCapacity(),
      example: {
        facts: { capacity: 120 },
        raise: [telemetry({ count: 123 })],
        clear: [telemetry({ count: 118 })],
      },
    },
    batteryLow(),
    offline({ severity: "minor", wake: telemetry({ occupied: false, battery: 90 }) }),
  ],
  summary: ["occupied", "count", "bayClass", "temperature", "battery"],
  examples: [
    telemetry({ occupied: true, bayClass: "ev", temperature: 21.5, battery: 88 }),
    telemetry({ count: 87, capacity: 120 }),
    event("arrived", { occupied: true }),
    event("departed", { occupied: 0 }),
  ],
  simulate,
});

/** What the sensor says of its bay goes before what was registered. */
function isBay(wanted: string): (input: RuleInput) => boolean | undefined {
  return ({ values, facts }) => {
    const known = values.bayClass ?? facts.bayClass;
    return known === undefined ? undefined : known === wanted;
  };
}

function aboveCapacity(): Condition {
  return {
    limits: { margin: { value: 0, unit: "count", title: { zh: "容许超出", en: "Cars allowed beyond" } } },
    check: ({ values, facts, limits }) => {
      const bays = values.capacity ?? facts.capacity;
      if (typeof values.count !== "number" || typeof bays !== "number") return "keep";
      return values.count > bays + limits.margin! ? "raise" : "clear";
    },
    reads: ["count", "capacity"],
  };
}

/** Cars an hour that come to one bay, by its class, and how long they stay (h); those of the evening stay overnight. */
const visits = {
  normal: { perHour: dayCurve({ 0: 0.02, 7: 0.05, 11: 0.4, 16: 0.5, 18: 1.5, 21: 0.5 }), low: 0.5, high: 3 },
  disabled: { perHour: dayCurve({ 0: 0.01, 8: 0.3, 15: 0.3, 20: 0.05 }), low: 0.5, high: 2 },
  ev: { perHour: dayCurve({ 0: 0.05, 8: 0.3, 18: 0.9, 22: 0.3 }), low: 1.5, high: 4 },
  "fire-lane": { perHour: dayCurve({ 0: 0, 7: 0.1, 12: 0.3, 18: 0.3, 22: 0 }), low: 0.005, high: 0.02 },
} as const;

/** Share of a garage's bays that are taken. */
const taken = dayCurve({ 0: 0.9, 6: 0.9, 9: 0.45, 14: 0.4, 17: 0.5, 20: 0.85 });

/**
 * A bay whose cars come and go by the day, or with the fact `capacity` a garage whose count does. Normal traffic raises
 * nothing: a delivery leaves the fire lane within 72 s.
 */
function simulate({
  random,
  facts,
  start,
}: {
  random: () => number;
  facts: Facts;
  start: number;
}): Simulator {
  const bays = typeof facts.capacity === "number" ? facts.capacity : undefined;
  const ownClass = String(facts.bayClass ?? "normal") as keyof typeof visits;
  const { perHour, low, high } = visits[ownClass];
  const weather = createWander({ spread: 3, random });
  const crowd = createWander({ spread: 0.06, random });
  const isNight = hourOf(start) < 7 || hourOf(start) > 20;
  const normal = {
    occupied: bays === undefined ? ownClass === "normal" && isNight && random() < 0.8 : undefined,
    bayClass: bays === undefined ? ownClass : undefined,
    temperature: 0,
    count: bays === undefined ? undefined : 0,
    capacity: bays,
    battery: Math.round(between(60, 100, random)),
  };

  return createSimulator(
    { start, random, intervalMs, normal },
    ({ values, plan, repeat, event, telemetry }) => {
      const leaves = (at: number) =>
        ownClass === "normal" && (hourOf(at) >= 16 || hourOf(at) < 5)
          ? nextHour(at, 7) + between(0, 5_400_000, random)
          : at + between(low, high, random) * 3_600_000;
      const depart = (at: number) => {
        if (values.occupied) event(at, "departed", { occupied: false });
      };

      if (normal.occupied) plan(leaves(start), depart);
      if (bays === undefined) {
        repeat(nextArrival(start, perHour, random), (at) => {
          if (!values.occupied) {
            event(at, "arrived", { occupied: true });
            plan(leaves(at), depart);
          }
          return nextArrival(at + 300_000, perHour, random);
        });
      }

      return {
        commands,
        measure: (at) => ({
          temperature: rounded(
            outdoorCelsius(at) + weather() + (ownClass === "ev" && values.occupied ? 9 : 0),
            1,
          ),
          ...(bays && { count: Math.round(bays * Math.min(1, Math.max(0, taken.at(at) + crowd()))) }),
        }),
        obey: {
          locate: () => undefined,
          reset(_args, at) {
            telemetry(at, { occupied: bays === undefined ? false : undefined });
            return undefined;
          },
        },
        conditions: {
          "fire-lane-occupied": { event: "arrived", occupied: true, bayClass: "fire-lane" },
          "ev-hot": { bayClass: "ev", temperature: 74 },
          flapping(at) {
            for (let i = 0; i < 9; i++)
              plan(at + i * 20_000, (due) => telemetry(due, { occupied: i % 2 === 0 }));
          },
          "over-capacity": { count: 123, capacity: 120 },
          "battery-low": { battery: 9 },
        },
      };
    },
  );
}
