import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { runsUnasked, startsOn } from "./kit/demand-rules.ts";
import { alarmFlag, flag, ratio, state } from "./kit/fields.ts";
import { partFacts } from "./kit/gb26875.ts";
import type { CommandKind } from "./kit/kind.ts";
import { celsius, kpa } from "./kit/quantities.ts";
import { below, type Condition, is, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { mains, testing } from "./kit/shared-fields.ts";
import { offline } from "./kit/shared-rules.ts";
import { chlorine, turbidity, waterQualityRules } from "./kit/water-quality.ts";
import { simulatePumpRoom } from "./life/pump-room.ts";

const intervalMs = 300_000;
const firePump = { signal: "fireSignal", running: "firePumpRunning" };
const runWords = { run: true, running: true, 运行: true, stop: false, stopped: false, 停止: false };
const faultWords = { tripped: true, overload: true };

const commands: Record<string, CommandKind> = {
  "test-fire-pump": {
    title: { zh: "消防泵试运行", en: "Test the fire pump" },
    args: z.strictObject({
      seconds: argument(
        { zh: "运行时长（秒）", en: "Runs for (s)" },
        z.int().min(10).max(600).default(120).describe("It stops by itself, unless a fire needs it"),
      ),
    }),
    maxAgeMs: 60_000,
  },
  // There is none to stop it: a running fire pump is stopped by a person who stands beside it.
  "start-fire-pump": {
    title: { zh: "远程启动消防泵", en: "Start the fire pump" },
    args: z.strictObject({}),
    maxAgeMs: 30_000,
  },
};

/** The room whose pumps give a community its water, and its hydrants theirs. */
export default defineKind({
  name: "pump-room",
  title: { zh: "中心泵房", en: "Pump room" },
  intervalMs,
  fields: {
    fireSignal: alarmFlag({ zh: "消防联动启泵信号", en: "Fire signal" }, { fire: true, 启动: true }),
    firePumpRunning: flag({ zh: "消防泵运行", en: "Fire pump running" }, runWords),
    firePumpFault: alarmFlag({ zh: "消防泵故障", en: "Fire pump fault" }, faultWords),
    firePumpMode: state(
      { zh: "消防泵控制方式", en: "Fire pump mode" },
      {
        auto: { zh: "自动", en: "Automatic" },
        manual: { zh: "手动", en: "By hand" },
        off: { zh: "停用", en: "Off" },
      },
      { automatic: "auto", hand: "manual", local: "manual", stop: "off", disabled: "off", 停止: "off" },
    ),
    hydrantPressure: kpa({ zh: "消火栓管网压力", en: "Hydrant pressure" }, [0, 2500]),
    tankLevel: ratio({ zh: "消防水池液位", en: "Tank level" }),
    testing: testing(),
    supplyPumpRunning: flag({ zh: "生活泵运行", en: "Supply pump running" }, runWords),
    supplyPumpFault: alarmFlag({ zh: "生活泵故障", en: "Supply pump fault" }, faultWords),
    // A pump that lifts its water makes a vacuum.
    inletPressure: kpa({ zh: "进水压力", en: "Inlet pressure" }, [-100, 1600]),
    outletPressure: kpa({ zh: "出水压力", en: "Outlet pressure" }, [0, 2500]),
    dryRun: alarmFlag({ zh: "缺水干转", en: "Dry run" }),
    turbidity: turbidity(),
    chlorine: chlorine(),
    flood: alarmFlag({ zh: "水浸", en: "Flood" }, { water: true, wet: true, leak: true, dry: false }),
    temperature: celsius(),
    doorOpen: flag({ zh: "泵房门打开", en: "Door open" }, { open: true, opened: true, closed: false }),
    mains: mains(),
  },
  facts: { ...partFacts },
  wire: {
    state: ({ flags, componentType }) => {
      if (flags.fire) return {};
      const isFirePump = componentType === 91 || componentType === 95;
      return {
        mains: !flags.mainsFault,
        ...(isFirePump && { firePumpRunning: flags.started, firePumpFault: flags.fault }),
      };
    },
    analogs: { 4: "hydrantPressure", 5: "hydrantPressure" },
  },
  events: {
    "fire-signal": {
      title: { zh: "收到消防启泵信号", en: "Fire signal received" },
      fields: ["fireSignal"],
      implies: { fireSignal: true },
    },
    "fire-signal-ended": {
      title: { zh: "消防启泵信号复位", en: "Fire signal ended" },
      fields: ["fireSignal"],
      implies: { fireSignal: false },
    },
    "fire-pump-started": {
      title: { zh: "消防泵启动", en: "Fire pump started" },
      fields: ["firePumpRunning", "fireSignal", "hydrantPressure"],
      implies: { firePumpRunning: true },
    },
    "fire-pump-stopped": {
      title: { zh: "消防泵停止", en: "Fire pump stopped" },
      fields: ["firePumpRunning", "fireSignal", "hydrantPressure"],
      implies: { firePumpRunning: false },
    },
    "test-started": {
      title: { zh: "消防泵试运行开始", en: "Test run started" },
      fields: ["testing", "firePumpRunning"],
      implies: { testing: true },
    },
    "test-ended": {
      title: { zh: "消防泵试运行结束", en: "Test run ended" },
      fields: ["testing", "firePumpRunning", "firePumpFault"],
      implies: { testing: false },
    },
    "flood-detected": {
      title: { zh: "检测到水浸", en: "Flood detected" },
      fields: ["flood"],
      implies: { flood: true },
    },
    "door-opened": {
      title: { zh: "开门", en: "Door opened" },
      fields: ["doorOpen"],
      implies: { doorOpen: true },
    },
    "door-closed": {
      title: { zh: "关门", en: "Door closed" },
      fields: ["doorOpen"],
      implies: { doorOpen: false },
    },
  },
  commands,
  rules: [
    {
      id: "fire-signal",
      severity: "critical",
      fire: true,
      title: { zh: "消防启泵信号（可能有火情）", en: "Fire signal at the pump room" },
      advice: {
        zh: "查明哪个消火栓按钮或报警器动作，按火警处理，拨打119；确认消防泵已出水。",
        en: "Find out which hydrant button or alarm it was; treat it as a fire, call 119; see that the pump delivers.",
      },
      ...is("fireSignal", true),
      example: { raise: [event("fire-signal", { fireSignal: true })], clear: [event("fire-signal-ended")] },
    },
    {
      id: "fire-pump-not-started",
      severity: "critical",
      fire: true,
      title: { zh: "有火警信号但消防泵未启动", en: "Fire signal, but the fire pump does not run" },
      advice: {
        zh: "立即派人到泵房手动启动消防泵，可先远程启动；告知119和现场：消火栓可能无水。",
        en: "Send somebody to start it by hand, try to start it from here; tell 119 and the crew that hydrants may be dry.",
      },
      // Two minutes from the signal to the running pump are derived from GB 50974.
      ...startsOn(firePump, {
        withinS: 120,
        cannot: ({ firePumpFault, firePumpMode = "auto" }) =>
          firePumpFault === true || firePumpMode !== "auto",
        reads: ["firePumpMode", "firePumpFault"],
      }),
      example: {
        raise: [telemetry({ firePumpRunning: false }), event("fire-signal", { fireSignal: true })],
        clear: [event("fire-pump-started", { firePumpRunning: true })],
      },
    },
    {
      id: "flood",
      severity: "critical",
      title: { zh: "泵房进水", en: "Pump room flooded" },
      advice: {
        zh: "先断电再进入；关闭进水阀，启动排水泵，保住消防泵电机。",
        en: "Cut the power before you enter; shut the inlet, pump the water out, save the fire pump's motor.",
      },
      ...is("flood", true),
      example: { raise: [event("flood-detected", { flood: true })], clear: [telemetry({ flood: "dry" })] },
    },
    {
      id: "hydrant-pressure-very-low",
      severity: "major",
      title: { zh: "消火栓压力严重不足", en: "Hydrant pressure far too low" },
      advice: {
        zh: "立即查稳压泵、阀门和漏点；通知各微型消防站：消火栓可能无水。",
        en: "Look at the jockey pump, valves and leaks now; tell the fire stations that hydrants may be dry.",
      },
      // 0.10 MPa at a hydrant in a fire and 0.14 MPa at rest are derived from GB 50974.
      ...stays(60, below("hydrantPressure", { raise: 100, clear: 120, unit: "kPa" })),
      example: {
        raise: [telemetry({ hydrantPressure: "0.08 MPa" })],
        clear: [telemetry({ hydrantPressure: 320 })],
      },
    },
    {
      id: "hydrant-pressure-low",
      severity: "minor",
      title: { zh: "消火栓压力偏低", en: "Hydrant pressure low" },
      advice: {
        zh: "检查稳压泵和管网有无渗漏。",
        en: "Check the jockey pump and look for leaks.",
      },
      ...stays(60, below("hydrantPressure", { raise: 140, clear: 160, unit: "kPa" })),
      example: {
        raise: [telemetry({ hydrantPressure: 132 })],
        clear: [telemetry({ hydrantPressure: "0.32 MPa" })],
      },
    },
    {
      id: "tank-low",
      severity: "major",
      title: { zh: "消防水池液位低", en: "Fire water tank low" },
      advice: {
        zh: "检查进水浮球阀与市政来水，立即补水。",
        en: "Check the float valve and the mains; have it filled now.",
      },
      ...stays(120, below("tankLevel", { raise: 0.5, clear: 0.6, unit: "ratio" })),
      example: { raise: [telemetry({ tankLevel: "42%" })], clear: [telemetry({ tankLevel: 0.85 })] },
    },
    {
      id: "fire-pump-fault",
      severity: "major",
      title: { zh: "消防泵故障", en: "Fire pump fault" },
      advice: {
        zh: "切换备用泵并当班报修；通知微型消防站。",
        en: "Change to the standby pump, have it repaired this shift, tell the fire stations.",
      },
      ...is("firePumpFault", true),
      example: {
        raise: [telemetry({ firePumpFault: "tripped" })],
        clear: [telemetry({ firePumpFault: false })],
      },
    },
    {
      id: "fire-pump-not-automatic",
      severity: "major",
      title: { zh: "消防泵未处于自动状态", en: "Fire pump not in automatic" },
      advice: {
        zh: "确认现场有无检修，完成后立即恢复自动；否则火灾时不会启泵。",
        en: "Ask who works on it, then put it back to automatic: it would not start in a fire.",
      },
      ...stays(900, is("firePumpMode", "manual", "off")),
      example: {
        raise: [telemetry({ firePumpMode: "手动" })],
        clear: [telemetry({ firePumpMode: "auto" })],
      },
    },
    {
      id: "running-without-fire",
      severity: "major",
      title: { zh: "无火警信号时消防泵运行", en: "Fire pump runs without a fire signal" },
      advice: {
        zh: "先核实是否有人正在用消火栓灭火；再查误开的消火栓、爆管或误启动，在现场停泵。",
        en: "First ask whether somebody fights a fire from a hydrant; then look for an open hydrant, a burst or a wrong start, and stop it on site.",
      },
      ...runsUnasked({ ...firePump, testing: "testing" }, { holdS: 60, testS: 1800 }),
      example: {
        raise: [event("fire-pump-started", { firePumpRunning: true })],
        clear: [event("fire-pump-stopped", { firePumpRunning: false })],
      },
    },
    {
      id: "supply-pump-fault",
      severity: "major",
      title: { zh: "生活泵故障", en: "Supply pump fault" },
      advice: {
        zh: "切换备用泵；通知高层住户可能停水并报修。",
        en: "Change to the standby pump; tell residents on upper floors; have it repaired.",
      },
      ...is("supplyPumpFault", true),
      example: {
        raise: [telemetry({ supplyPumpFault: "故障" })],
        clear: [telemetry({ supplyPumpFault: "normal" })],
      },
    },
    {
      id: "dry-run",
      severity: "major",
      title: { zh: "水泵缺水干转", en: "Pump runs dry" },
      advice: {
        zh: "立即停生活泵，检查进水阀、滤网和市政来水；火灾中不得停消防泵。",
        en: "Stop the supply pump; check inlet valve, strainer and mains; never stop the fire pump in a fire.",
      },
      ...stays(30, dryRun()),
      example: {
        raise: [telemetry({ supplyPumpRunning: true, inletPressure: 2 })],
        clear: [telemetry({ supplyPumpRunning: true, inletPressure: "0.18 MPa" })],
      },
    },
    ...waterQualityRules(),
    {
      id: "cold",
      severity: "major",
      title: { zh: "泵房低温，有冻结风险", en: "Pump room too cold" },
      advice: {
        zh: "立即恢复供暖、关好门窗，检查管道和阀门有无冻结。",
        en: "Restore the heating, shut the door and windows, look for frozen pipes and valves.",
      },
      // A heated pump room without a crew is kept at 5 °C or more (derived from GB 50974).
      ...stays(900, below("temperature", { raise: 5, clear: 7, unit: "°C" })),
      example: { raise: [telemetry({ temperature: 2.5 })], clear: [telemetry({ temperature: 12 })] },
    },
    {
      id: "mains-lost",
      severity: "major",
      title: { zh: "泵房市电中断", en: "Pump room without mains" },
      advice: {
        zh: "确认双电源已切换；消防泵可能无法启动，通知微型消防站并抢修。",
        en: "See that the second supply took over; the fire pump may not start: tell the fire stations, have it restored.",
      },
      ...stays(30, is("mains", false)),
      example: { raise: [telemetry({ mains: "off" })], clear: [telemetry({ mains: true })] },
    },
    offline({
      severity: "major",
      advice: {
        zh: "派人到泵房查看压力表、水位和控制柜，检查网关供电与网络。",
        en: "Send somebody to read gauges, level and control panel; check the unit's power and network.",
      },
      wake: telemetry({ hydrantPressure: 320, firePumpMode: "auto" }),
    }),
  ],
  summary: [
    "fireSignal",
    "firePumpRunning",
    "firePumpMode",
    "hydrantPressure",
    "tankLevel",
    "outletPressure",
    "flood",
  ],
  examples: [
    telemetry({
      fireSignal: false,
      firePumpRunning: false,
      firePumpFault: false,
      firePumpMode: "auto",
      hydrantPressure: 320,
      tankLevel: 0.86,
      testing: false,
      temperature: 13.5,
      flood: false,
      doorOpen: false,
      mains: true,
    }),
    telemetry({
      supplyPumpRunning: "run",
      supplyPumpFault: 0,
      inletPressure: "0.18 MPa",
      outletPressure: "0.43MPa",
      tankLevel: 86,
      dryRun: "normal",
      turbidity: "0.320000",
      chlorine: "0.45 mg/L",
    }),
    event("test-started", { testing: true, firePumpRunning: true }),
    event("fire-pump-started", { firePumpRunning: true, fireSignal: true, hydrantPressure: 510 }),
    event("door-opened", { doorOpen: true }),
  ],
  simulate: (parts) => simulatePumpRoom({ ...parts, intervalMs, commands }),
});

/** The pump's own word, or next to no water before a supply pump that runs. */
function dryRun(): Condition {
  const inlet = below("inletPressure", { raise: 10, clear: 20, unit: "kPa" });
  return {
    ...inlet,
    check: (input) => {
      const { dryRun, supplyPumpRunning, inletPressure } = input.values;
      if (dryRun === true) return "raise";
      if (supplyPumpRunning === true && inletPressure !== undefined) return inlet.check(input);
      return dryRun === false || supplyPumpRunning === false ? "clear" : "keep";
    },
    reads: ["inletPressure", "dryRun", "supplyPumpRunning"],
  };
}
