import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { battery, fact, flag, percent, state, time } from "./kit/fields.ts";
import type { CommandKind, RuleInput, Values } from "./kit/kind.ts";
import { celsius, kpa, litres, litresPerMinute } from "./kit/quantities.ts";
import { above, atMost, below, is, only, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { deadline, settled } from "./kit/timed-rules.ts";
import { simulateIrrigationValve } from "./life/irrigation-valve.ts";

const intervalMs = 900_000;

const commands: Record<string, CommandKind> = {
  open: {
    title: { zh: "开阀灌溉", en: "Open for a time" },
    args: z.strictObject({
      durationS: argument(
        { zh: "灌溉时长（秒）", en: "Open for (s)" },
        z.int().min(10).max(7200).describe("It closes by itself after this time"),
      ),
      opening: argument(
        { zh: "开度（%）", en: "Opening (%)" },
        z.int().min(1).max(100).default(100).describe("How far it opens, %"),
      ),
    }),
    // An open that waited longer could meet another weather, another schedule or a person at work.
    maxAgeMs: 60_000,
  },
  close: { title: { zh: "关阀", en: "Close" }, args: z.strictObject({}), maxAgeMs: 86_400_000 },
};

/** A valve that waters a green. */
export default defineKind({
  name: "irrigation-valve",
  title: { zh: "灌溉阀", en: "Irrigation valve" },
  intervalMs,
  fields: {
    open: flag(
      { zh: "阀门打开", en: "Valve open" },
      { open: true, opened: true, closed: false, close: false },
    ),
    opening: percent({ zh: "开度", en: "Opening" }),
    closeBy: time({ zh: "应关时间", en: "Closes by" }),
    flow: litresPerMinute({ zh: "流量", en: "Flow" }, [0, 1000]),
    total: litres({ zh: "累计水量", en: "Total" }, [0, 1e9]),
    pressure: kpa({ zh: "管网压力", en: "Line pressure" }, [0, 1600]),
    soilMoisture: percent({ zh: "土壤湿度", en: "Soil moisture" }),
    temperature: celsius(),
    drained: flag({ zh: "已放空越冬", en: "Drained for winter" }),
    fault: state(
      { zh: "故障", en: "Fault" },
      {
        none: { zh: "无", en: "None" },
        stall: { zh: "卡阀", en: "Stalled" },
        timeout: { zh: "动作超时", en: "Timed out" },
      },
      { ok: "none", normal: "none", stalled: "stall", "time-out": "timeout" },
    ),
    battery: battery(),
  },
  facts: { ratedFlow: fact(litresPerMinute({ zh: "额定流量", en: "Rated flow" }, [1, 1000])) },
  events: {
    opened: {
      title: { zh: "开阀", en: "Opened" },
      fields: ["open", "opening", "closeBy"],
      implies: { open: true },
    },
    closed: {
      title: { zh: "关阀", en: "Closed" },
      fields: ["open", "opening", "total"],
      implies: { open: false },
    },
    fault: { title: { zh: "阀门故障", en: "Fault" }, fields: ["fault"] },
  },
  commands,
  rules: [
    {
      id: "leak",
      severity: "major",
      title: { zh: "关阀后仍有流量（漏水）", en: "Leak: water flows while closed" },
      advice: {
        zh: "关闭上游手动阀，现场查找漏点。",
        en: "Close the manual valve upstream and look for the leak.",
      },
      ...settled(
        { field: "flow", during: isClosed, settleS: 60, otherwise: "keep" },
        above("flow", { raise: 0.5, clear: 0.2, unit: "L/min" }),
      ),
      example: {
        raise: [telemetry({ open: false, flow: 0 }), telemetry({ open: false, flow: 7.5 }, 600)],
        clear: [telemetry({ open: false, flow: 0 }, 600)],
      },
    },
    {
      id: "overdue",
      severity: "major",
      title: { zh: "超过应关时间仍未关阀", en: "Open past its deadline" },
      advice: {
        zh: "再次下发关阀；无效则现场手动关闭。",
        en: "Send a close again; if it stays open, close it by hand.",
      },
      ...deadline({ isOpen, due: "closeBy", graceS: 60, longestS: 7200, reads: ["open", "closeBy", "flow"] }),
      example: {
        raise: [event("opened", { open: true, closeBy: "2026-06-01T05:30:00+08:00" })],
        clear: [event("closed", { open: false })],
      },
    },
    {
      id: "freezing",
      severity: "major",
      title: { zh: "管内有水且降至冰点", en: "Freezing with water in the line" },
      advice: {
        zh: "立即关闭上游并放空管路，检查阀体是否冻裂。",
        en: "Shut off upstream and drain now; look for a cracked valve.",
      },
      ...onlyWithWater(atMost("temperature", { raise: 0, clear: 2, unit: "°C" })),
      example: {
        raise: [telemetry({ temperature: -1.5, pressure: "0.25 MPa", flow: 0 })],
        clear: [telemetry({ temperature: -1.5, pressure: 0, flow: 0 })],
      },
    },
    {
      id: "frost-risk",
      severity: "minor",
      title: { zh: "低温冻害风险", en: "Frost risk" },
      advice: { zh: "停止灌溉，安排放空越冬。", en: "Stop watering and plan to drain the line for winter." },
      // Half an hour, because a line does not freeze in a short dip.
      ...stays(1800, only(isNotDrained, atMost("temperature", { raise: 2, clear: 4, unit: "°C" }))),
      example: { raise: [telemetry({ temperature: 1.4 })], clear: [telemetry({ drained: true })] },
    },
    {
      id: "no-flow",
      severity: "minor",
      title: { zh: "开阀无流量", en: "Open but no flow" },
      advice: {
        zh: "检查上游阀门、过滤器和喷头堵塞。",
        en: "Check the valve upstream, the filter and the nozzles.",
      },
      ...settled(
        { field: "flow", during: isOpen, settleS: 60, otherwise: "clear" },
        below("flow", { raise: 1, clear: 2, unit: "L/min" }),
      ),
      example: {
        raise: [event("opened", { open: true }), telemetry({ flow: 0 }, 90)],
        clear: [telemetry({ flow: 38 }, 60)],
      },
    },
    {
      id: "low-pressure",
      severity: "minor",
      title: { zh: "灌溉时压力低", en: "Low pressure while watering" },
      advice: {
        zh: "检查水泵与同时开启的阀门数量，排查爆管。",
        en: "Check the pump and how many valves are open; look for a burst.",
      },
      ...settled(
        { field: "pressure", during: isOpen, settleS: 60, otherwise: "clear" },
        below("pressure", { raise: 100, clear: 130, unit: "kPa" }),
      ),
      example: {
        raise: [event("opened", { open: true }), telemetry({ pressure: 62, flow: 9 }, 90)],
        clear: [telemetry({ pressure: 240 }, 60)],
      },
    },
    {
      id: "fault",
      severity: "minor",
      title: { zh: "阀门故障", en: "Valve fault" },
      advice: {
        zh: "断电复位后手动开关一次，仍卡则更换执行器。",
        en: "Reset it and turn it once by hand; if it stalls again, replace the actuator.",
      },
      ...is("fault", "stall", "timeout"),
      example: { raise: [event("fault", { fault: "stall" })], clear: [telemetry({ fault: "none" })] },
    },
    batteryLow(),
    offline({ severity: "minor", wake: telemetry({ open: false, battery: 90 }) }),
  ],
  summary: ["open", "flow", "soilMoisture", "pressure", "temperature", "battery"],
  figure: "open",
  examples: [
    telemetry({
      open: false,
      opening: 0,
      flow: 0,
      total: 18_250,
      pressure: 285,
      soilMoisture: 34,
      temperature: 19.5,
      battery: 91,
    }),
    telemetry({ open: "closed", pressure: "0.28 MPa", flow: "0.000000", soilMoisture: "41%", fault: "none" }),
    event("opened", { open: true, opening: 100, closeBy: 1_780_263_000_000 }),
    event("closed", { open: false, opening: 0, total: 19_420 }),
  ],
  simulate: (parts) => simulateIrrigationValve({ ...parts, intervalMs, commands }),
});

function isOpen(values: Readonly<Values>): boolean | undefined {
  if (typeof values.open === "boolean") return values.open;
  return typeof values.opening === "number" ? values.opening > 0 : undefined;
}

function isClosed(values: Readonly<Values>): boolean | undefined {
  const open = isOpen(values);
  return open === undefined ? undefined : !open;
}

function isNotDrained({ values }: RuleInput): boolean {
  return values.drained !== true;
}

/** Pressure or flow prove water; a line without either sensor holds water until somebody says that it was drained. */
function onlyWithWater(condition: ReturnType<typeof atMost>): ReturnType<typeof atMost> {
  const guard = ({ values, limits }: RuleInput) => {
    const { pressure, flow, drained } = values;
    if (typeof pressure !== "number" && typeof flow !== "number")
      return drained === undefined ? undefined : !drained;
    return (
      (typeof pressure === "number" && pressure > limits.waterKpa!) || (typeof flow === "number" && flow > 0)
    );
  };
  const waterKpa = {
    value: 20,
    unit: "kPa",
    title: { zh: "视为有水的压力", en: "Water is in the line above" },
  };
  return {
    ...only(guard, condition),
    limits: { ...condition.limits, waterKpa },
    reads: ["temperature", "pressure", "flow"],
  };
}
