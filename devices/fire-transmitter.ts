import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { alarmFlag, flag, number, state, text } from "./kit/fields.ts";
import { transmitterFacts } from "./kit/gb26875.ts";
import type { CommandKind } from "./kit/kind.ts";
import { above, eventRaises, is, latched, pressed, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { offline } from "./kit/shared-rules.ts";
import { unanswered } from "./kit/timed-rules.ts";
import { simulateFireTransmitter } from "./life/fire-transmitter.ts";

const intervalMs = 60_000;

const commands: Record<string, CommandKind> = {
  "duty-check": {
    title: { zh: "查岗", en: "Duty check" },
    args: z.strictObject({
      answerS: argument(
        { zh: "应答时限（秒）", en: "Answer within (s)" },
        z.int().min(60).max(600).default(600).describe("Sounds until answered, at most so long"),
      ),
    }),
    maxAgeMs: 60_000,
  },
  "set-clock": {
    title: { zh: "校时", en: "Set the clock" },
    args: z.strictObject({}),
    maxAgeMs: 10_000,
  },
};

/** The box in a fire control room or micro fire station that reports a building's fire alarm system to the centre. */
export default defineKind({
  name: "fire-transmitter",
  title: { zh: "用户信息传输装置", en: "Fire alarm transmitter" },
  intervalMs,
  // The line is supervised: a connection that breaks is noticed at once, whatever this says.
  quietAfterMs: 300_000,
  fields: {
    fire: alarmFlag({ zh: "火警", en: "Fire alarm" }),
    alarmFrom: text({ zh: "报警部件", en: "Alarm from" }, 200),
    fault: alarmFlag({ zh: "故障", en: "Fault" }),
    lineUp: flag({ zh: "与消防设施连接", en: "Line to the fire alarm panel" }, { up: true, down: false }),
    mains: flag({ zh: "市电", en: "Mains power" }),
    backup: flag({ zh: "备用电源", en: "Backup power" }, { ok: true, fault: false }),
    dutyCheck: state(
      { zh: "查岗状态", en: "Duty check" },
      {
        none: { zh: "无", en: "None" },
        calling: { zh: "等待应答", en: "Waiting for an answer" },
        answered: { zh: "已应答", en: "Answered" },
        missed: { zh: "未应答", en: "Missed" },
      },
    ),
    clockOff: number({ title: { zh: "时钟偏差", en: "Clock off by" }, unit: "s" }),
  },
  facts: { ...transmitterFacts },
  events: {
    "manual-alarm": {
      title: { zh: "手动报警", en: "Alarm pressed by hand" },
      fields: ["fire"],
      implies: { fire: true },
    },
    "alarm-cleared": { title: { zh: "警情消除", en: "Alarm cleared by hand" }, fields: [] },
    "unplaced-fire": {
      title: { zh: "未登记部件火警", en: "Fire at an unregistered component" },
      fields: ["alarmFrom"],
    },
    reset: { title: { zh: "复位", en: "Reset" }, fields: [] },
    silenced: { title: { zh: "消音", en: "Silenced" }, fields: [] },
    "self-test": { title: { zh: "自检", en: "Self-test" }, fields: [] },
    confirmed: { title: { zh: "确认", en: "Confirmed" }, fields: [] },
    test: { title: { zh: "测试", en: "Test" }, fields: [] },
    "duty-check-asked": {
      title: { zh: "开始查岗", en: "Duty check asked" },
      fields: ["dutyCheck"],
      implies: { dutyCheck: "calling" },
    },
    "duty-check-answered": {
      title: { zh: "查岗应答", en: "Duty check answered" },
      fields: ["dutyCheck"],
      implies: { dutyCheck: "answered" },
    },
    "duty-check-missed": {
      title: { zh: "查岗未应答", en: "Duty check missed" },
      fields: ["dutyCheck"],
      implies: { dutyCheck: "missed" },
    },
  },
  commands,
  dutyCheck: {
    command: "duty-check",
    answerArg: "answerS",
    answered: "duty-check-answered",
    missed: "duty-check-missed",
  },
  wire: {
    state: ({ flags }) => ({
      fire: flags.fire,
      fault: flags.fault,
      mains: !flags.mainsFault,
      backup: !flags.backupFault,
      lineUp: !flags.lineFault,
    }),
    operations: {
      "manual-alarm": "manual-alarm",
      "alarm-cleared": "alarm-cleared",
      reset: "reset",
      silence: "silenced",
      "self-test": "self-test",
      confirm: "confirmed",
      test: "test",
      "duty-check-answer": "duty-check-answered",
    },
    transmitter: {
      unplacedFire: { event: "unplaced-fire", field: "alarmFrom" },
      clockOff: "clockOff",
      orders: {
        "duty-check": {
          order: ({ answerS }) => ({ order: "duty-check", minutes: Math.ceil(Number(answerS) / 60) }),
          taken: "duty-check-asked",
        },
        "set-clock": { order: () => ({ order: "set-clock" }) },
      },
    },
  },
  rules: [
    {
      id: "fire",
      severity: "critical",
      fire: true,
      title: { zh: "传输装置火警", en: "Fire alarm at the transmitter" },
      advice: {
        zh: "立即到消防控制室或报警点核实，属实时拨打119。",
        en: "Check the control room and the place at once; if it burns, call 119.",
      },
      ...latched(pressed("manual-alarm", "fire")),
      example: { raise: [event("manual-alarm", { fire: true })], clear: [] },
    },
    {
      id: "unplaced-fire",
      severity: "critical",
      fire: true,
      title: { zh: "未登记部件火警", en: "Fire at an unregistered component" },
      advice: {
        zh: "按部件地址到消防控制器查找位置并立即核实；之后登记该部件。",
        en: "Find the address at the fire alarm panel and go there at once; register the component afterwards.",
      },
      ...latched(eventRaises("unplaced-fire", { reads: ["alarmFrom"] })),
      example: {
        raise: [event("unplaced-fire", { alarmFrom: "01-01-28-0A000200" })],
        clear: [],
      },
    },
    {
      id: "duty-check-missed",
      severity: "major",
      title: { zh: "查岗未应答", en: "Duty check missed" },
      advice: {
        zh: "电话联系值班人员；无人接听时到场查看并补位。",
        en: "Phone the control room; if nobody answers, go there and stand in.",
      },
      ...unanswered("dutyCheck", { asked: "calling", failed: "missed", answerS: 600 }),
      example: {
        raise: [event("duty-check-missed", { dutyCheck: "missed" })],
        clear: [event("duty-check-answered", { dutyCheck: "answered" })],
      },
    },
    {
      id: "line-down",
      severity: "major",
      title: { zh: "与消防控制器连接中断", en: "Line to the fire alarm panel down" },
      advice: {
        zh: "该建筑的火警传不出来：派人值守控制室，报修线路。",
        en: "Alarms of this building do not come through: post somebody at the panel; have the line repaired.",
      },
      ...is("lineUp", false),
      example: { raise: [telemetry({ lineUp: false })], clear: [telemetry({ lineUp: true })] },
    },
    {
      id: "fault",
      severity: "major",
      title: { zh: "传输装置故障", en: "Transmitter fault" },
      advice: { zh: "联系维保单位检修。", en: "Call the maintenance company." },
      ...is("fault", true),
      example: { raise: [telemetry({ fault: true })], clear: [telemetry({ fault: false })] },
    },
    {
      id: "mains-lost",
      severity: "minor",
      title: { zh: "市电中断", en: "Mains lost" },
      advice: {
        zh: "确认备用电源在供电，联系电工恢复市电。",
        en: "Check that the backup carries it; have the mains restored.",
      },
      ...stays(10, is("mains", false)),
      example: { raise: [telemetry({ mains: false })], clear: [telemetry({ mains: true })] },
    },
    {
      id: "backup-lost",
      severity: "minor",
      title: { zh: "备用电源故障", en: "Backup power fault" },
      advice: { zh: "检修或更换备用电池。", en: "Repair or replace the backup battery." },
      ...is("backup", false),
      example: { raise: [telemetry({ backup: false })], clear: [telemetry({ backup: true })] },
    },
    {
      id: "clock-wrong",
      severity: "minor",
      title: { zh: "时钟不准", en: "Clock wrong" },
      advice: { zh: "对该装置下发校时命令。", en: "Send it the command to set the clock." },
      ...above("clockOff", { raise: 300, clear: 60, unit: "s" }),
      example: { raise: [telemetry({ clockOff: 4000 })], clear: [telemetry({ clockOff: 1 })] },
    },
    offline({
      severity: "major",
      advice: {
        zh: "火警传不出来：电话联系消防控制室，检查装置供电与网络。",
        en: "Alarms do not come through: phone the control room; check its power and network.",
      },
      wake: telemetry({ fire: false, lineUp: true }),
    }),
  ],
  summary: ["fire", "alarmFrom", "lineUp", "fault", "mains", "dutyCheck"],
  examples: [
    telemetry({ fire: false, fault: false, lineUp: true, mains: true, backup: true, dutyCheck: "none" }),
    telemetry({ clockOff: 2 }),
    event("duty-check-answered", { dutyCheck: "answered" }),
  ],
  simulate: (parts) => simulateFireTransmitter({ ...parts, intervalMs, commands }),
});
