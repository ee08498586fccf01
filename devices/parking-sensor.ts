import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { battery, count, fact, flag, state } from "./kit/fields.ts";
import type { CommandKind, RuleInput } from "./kit/kind.ts";
import { celsius } from "./kit/quantities.ts";
import { above, type Condition, is, only, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { changesWithin } from "./kit/timed-rules.ts";
import { simulateParkingSensor } from "./life/parking-sensor.ts";

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
    args: z.strictObject({
      seconds: argument(
        { zh: "闪灯时长（秒）", en: "Flashes for (s)" },
        z.int().min(1).max(300).default(30).describe("How long it flashes"),
      ),
    }),
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
    arrived: {
      title: { zh: "驶入", en: "Car arrived" },
      fields: ["occupied", "bayClass"],
      implies: { occupied: true },
    },
    departed: {
      title: { zh: "驶离", en: "Car departed" },
      fields: ["occupied", "bayClass"],
      implies: { occupied: false },
    },
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
  figure: "occupied",
  examples: [
    telemetry({ occupied: true, bayClass: "ev", temperature: 21.5, battery: 88 }),
    telemetry({ count: 87, capacity: 120 }),
    event("arrived", { occupied: true }),
    event("departed", { occupied: 0 }),
  ],
  simulate: (parts) => simulateParkingSensor({ ...parts, intervalMs, commands }),
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
