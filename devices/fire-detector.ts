import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { alarmFlag, battery, fact, flag, state } from "./kit/fields.ts";
import { partFacts } from "./kit/gb26875.ts";
import type { CommandKind } from "./kit/kind.ts";
import { celsius } from "./kit/quantities.ts";
import { above, anyTrue, is, orFlag } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { tamper, testing } from "./kit/shared-fields.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { simulateFireDetector } from "./life/fire-detector.ts";

const intervalMs = 3_600_000;

const detects = state(
  { zh: "探测类型", en: "Detects" },
  {
    smoke: { zh: "感烟", en: "Smoke" },
    heat: { zh: "感温", en: "Heat" },
    gas: { zh: "可燃气体", en: "Gas" },
    manual: { zh: "手动报警按钮", en: "Manual call point" },
  },
);

const commands: Record<string, CommandKind> = {
  mute: {
    title: { zh: "消音", en: "Mute the sounder" },
    args: z.strictObject({
      minutes: argument(
        { zh: "消音时长（分钟）", en: "Silent for (min)" },
        z.int().min(1).max(15).default(10).describe("Then it sounds again if it still has to"),
      ),
    }),
    // One that waited could silence another alarm than the one it was meant for.
    maxAgeMs: 30_000,
  },
  "self-test": { title: { zh: "远程自检", en: "Self-test" }, args: z.strictObject({}), maxAgeMs: 600_000 },
};

/**
 * A smoke, heat or gas detector or a manual call point, alone or behind a fire alarm controller. A test never holds back an
 * alarm: frames of GB/T 26875.3 carry the bit that reads "test" in true fires too. A detector that reports its own test as
 * smoke is a fire here; silence the rule for the time of the test instead. One that reports once a day is registered with
 * that interval.
 */
export default defineKind({
  name: "fire-detector",
  title: { zh: "火灾探测器", en: "Fire detector" },
  intervalMs,
  fields: {
    alarm: alarmFlag(
      { zh: "火警（未分类）", en: "Alarm of any sort" },
      { fire: true, smoke: true, heat: true, gas: true, 火警: true },
    ),
    smoke: alarmFlag({ zh: "烟雾报警", en: "Smoke" }),
    heat: alarmFlag({ zh: "高温报警", en: "Heat" }),
    gas: alarmFlag({ zh: "燃气报警", en: "Gas" }),
    manual: alarmFlag({ zh: "手动报警", en: "Call point pressed" }, { pressed: true, released: false }),
    prealarm: alarmFlag({ zh: "预警", en: "Pre-alarm" }),
    temperature: celsius(undefined, [-40, 150]),
    testing: testing(),
    muted: flag(
      { zh: "已消音", en: "Muted" },
      { muted: true, silenced: true, unmuted: false, normal: false },
    ),
    tamper: tamper(),
    fault: state(
      { zh: "故障", en: "Fault" },
      {
        none: { zh: "无", en: "None" },
        sensor: { zh: "探头故障", en: "Sensor" },
        dirty: { zh: "探头污染", en: "Dirty" },
        line: { zh: "线路或通信故障", en: "Line" },
        power: { zh: "电源故障", en: "Power" },
        other: { zh: "其他故障", en: "Other" },
      },
      {
        ...{ ok: "none", normal: "none", false: "none", "0": "none", 正常: "none" },
        ...{ fault: "other", true: "other", "1": "other", 故障: "other" },
        ...{ contaminated: "dirty", dust: "dirty", communication: "line", mains: "power" },
      },
    ),
    endOfLife: flag(
      { zh: "已到使用年限", en: "End of life" },
      { expired: true, "end-of-life": true, normal: false, ok: false },
    ),
    battery: battery(),
  },
  facts: { detects: fact(detects), ...partFacts },
  wire: {
    state: ({ flags, senses }) => ({
      smoke: flags.fire && senses === "smoke",
      heat: flags.fire && senses === "heat",
      gas: flags.fire && senses === "gas",
      manual: flags.fire && senses === "manual",
      alarm: flags.fire && (senses === undefined || senses === "flame"),
      fault: flags.fault ? "other" : flags.mainsFault ? "power" : "none",
    }),
    analogs: { 3: "temperature" },
  },
  events: {
    alarm: { title: { zh: "火警", en: "Alarm" }, fields: ["alarm", "temperature"], implies: { alarm: true } },
    "smoke-detected": {
      title: { zh: "检测到烟雾", en: "Smoke detected" },
      fields: ["smoke", "temperature"],
      implies: { smoke: true },
    },
    "heat-detected": {
      title: { zh: "检测到高温", en: "Heat detected" },
      fields: ["heat", "temperature"],
      implies: { heat: true },
    },
    "gas-detected": {
      title: { zh: "检测到燃气泄漏", en: "Gas detected" },
      fields: ["gas", "temperature"],
      implies: { gas: true },
    },
    "call-point-pressed": {
      title: { zh: "手动报警按钮按下", en: "Call point pressed" },
      fields: ["manual"],
      implies: { manual: true },
    },
    "alarm-ended": {
      title: { zh: "报警恢复", en: "Alarm ended" },
      fields: ["alarm", "smoke", "heat", "gas", "manual", "temperature"],
      implies: { alarm: false, smoke: false, heat: false, gas: false, manual: false },
    },
    "test-started": {
      title: { zh: "按下测试键或开始自检", en: "Test started" },
      fields: ["testing"],
      implies: { testing: true },
    },
    "test-passed": {
      title: { zh: "测试正常", en: "Test passed" },
      fields: ["testing", "fault"],
      implies: { testing: false },
    },
    "test-failed": {
      title: { zh: "测试不通过", en: "Test failed" },
      fields: ["testing", "fault"],
      implies: { testing: false, fault: "sensor" },
    },
    tampered: {
      title: { zh: "防拆触发", en: "Tampered with" },
      fields: ["tamper"],
      implies: { tamper: true },
    },
  },
  commands,
  rules: [
    {
      id: "fire",
      severity: "critical",
      fire: true,
      title: { zh: "火警", en: "Fire alarm" },
      advice: {
        zh: "立即拨打119，携带灭火器到现场核实，疏散楼上住户，勿乘电梯；手动报警按有人目击火情处理。",
        en: "Call 119, go and look with an extinguisher, lead people out from above, no lifts; a call point means that somebody saw it.",
      },
      ...anyTrue("smoke", "heat", "manual", "alarm"),
      example: {
        raise: [event("smoke-detected", { smoke: true, temperature: 31 })],
        clear: [event("alarm-ended")],
      },
    },
    {
      id: "gas-leak",
      severity: "critical",
      fire: true,
      title: { zh: "燃气泄漏", en: "Gas leak" },
      advice: {
        zh: "不要开关任何电器、按门铃或在室内打电话；敲门疏散，开窗，关闭燃气总阀，到室外拨打119和燃气公司。",
        en: "Switch nothing on or off, ring no bell, phone from outside; knock, lead people out, open windows, shut the gas, call 119.",
      },
      ...is("gas", true),
      example: {
        facts: { detects: "gas" },
        raise: [event("gas-detected", { gas: true })],
        clear: [event("alarm-ended", { gas: false })],
      },
    },
    {
      id: "early-warning",
      severity: "major",
      title: { zh: "火灾预警（预报警或温度异常偏高）", en: "Early warning: pre-alarm or unusual heat" },
      advice: {
        zh: "派人带灭火器到现场查看有无阴燃、电器过热。",
        en: "Send somebody with an extinguisher to look for smouldering or an overheated appliance.",
      },
      // Heat detectors of class A1 alarm from 54 to 65 °C (derived from GB 4716).
      ...orFlag("prealarm", above("temperature", { raise: 54, clear: 45, unit: "°C" })),
      example: {
        raise: [telemetry({ temperature: "57.5℃", prealarm: false })],
        clear: [telemetry({ temperature: 24, prealarm: false })],
      },
    },
    {
      id: "tamper",
      severity: "major",
      title: { zh: "探测器被拆动", en: "Detector tampered with" },
      advice: {
        zh: "到现场复位或补装；在此之前该处没有火灾探测。",
        en: "Put it back on site; until then nothing watches this place.",
      },
      ...is("tamper", true),
      example: { raise: [event("tampered", { tamper: true })], clear: [telemetry({ tamper: "normal" })] },
    },
    {
      id: "fault",
      severity: "major",
      title: { zh: "探测器故障", en: "Detector fault" },
      advice: {
        zh: "清洁或更换探测器，检查线路与供电；修复前加强巡查。",
        en: "Clean or replace it, check line and supply; patrol the place until then.",
      },
      ...is("fault", "sensor", "dirty", "line", "power", "other"),
      example: {
        raise: [event("test-failed", { testing: false, fault: "sensor" })],
        clear: [event("test-passed", { testing: false, fault: "none" })],
      },
    },
    {
      id: "end-of-life",
      severity: "minor",
      title: { zh: "探测器到达使用年限", en: "Detector at the end of its life" },
      advice: { zh: "一个月内更换。", en: "Replace it within a month." },
      ...is("endOfLife", true),
      example: { raise: [telemetry({ endOfLife: 1 })], clear: [telemetry({ endOfLife: false })] },
    },
    batteryLow(),
    offline({
      severity: "major",
      advice: {
        zh: "该处没有火灾探测：加强巡查，检查探测器供电与网络。",
        en: "Nothing watches this place: patrol it, check the detector's power and network.",
      },
      wake: telemetry({ smoke: false, battery: 90 }),
    }),
  ],
  summary: ["alarm", "smoke", "heat", "gas", "manual", "fault", "muted", "testing", "battery"],
  examples: [
    telemetry({
      smoke: false,
      temperature: 21.5,
      testing: false,
      muted: false,
      tamper: false,
      fault: "none",
      endOfLife: false,
      battery: 97,
    }),
    telemetry({ alarm: "normal", heat: 0, temperature: "19.0", fault: "OK", muted: "OFF" }),
    event("smoke-detected", { smoke: true, temperature: 38.5 }),
    event("call-point-pressed", { manual: true }),
    event("test-started", { testing: true }),
  ],
  simulate: (parts) => simulateFireDetector({ ...parts, intervalMs, commands }),
});
