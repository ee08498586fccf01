import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { alarmFlag, battery, state, time } from "./kit/fields.ts";
import type { CommandKind } from "./kit/kind.ts";
import { type Condition, latched, pressed } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { person } from "./kit/shared-fields.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { simulateHelpButton } from "./life/help-button.ts";

const intervalMs = 86_400_000;

const commands: Record<string, CommandKind> = {
  answer: {
    title: { zh: "应答求助", en: "Tell the person that help is coming" },
    args: z.strictObject({
      text: argument(
        { zh: "播报内容", en: "Text to read out" },
        z.string().min(1).max(100).optional().describe("Read out where the device can speak"),
      ),
    }),
    // Help that was promised an hour ago and has not come is worse than silence.
    maxAgeMs: 120_000,
  },
  locate: {
    title: { zh: "鸣响寻找", en: "Sound to be found" },
    args: z.strictObject({
      seconds: argument(
        { zh: "响铃时长（秒）", en: "Sounds for (s)" },
        z.int().min(1).max(120).default(20).describe("How long it sounds"),
      ),
    }),
    maxAgeMs: 60_000,
  },
};

/**
 * A button that an elderly or disabled person wears or finds on the wall, and what watches over them. Nothing a device says
 * ends a call, not even that it was cancelled or that somebody came: whoever heard or saw the person does, by resolving it.
 * Presses belong into events: one that only telemetry tells is a call too, but no new one while an earlier one is open.
 */
export default defineKind({
  name: "help-button",
  title: { zh: "求助按钮", en: "Help button" },
  intervalMs,
  // One lost report a day would be two days without knowing that a call gets through.
  quietAfterMs: 30 * 3_600_000,
  fields: {
    call: state(
      { zh: "求助状态", en: "Call" },
      {
        none: { zh: "无", en: "None" },
        waiting: { zh: "呼叫中", en: "Waiting" },
        answered: { zh: "已应答", en: "Answered" },
        attended: { zh: "已有人到场", en: "Somebody is there" },
        cancelled: { zh: "本人取消", en: "Cancelled by the person" },
      },
      {
        ...{ idle: "none", normal: "none", ok: "none", false: "none", "0": "none", 正常: "none" },
        ...{ calling: "waiting", alarm: "waiting", sos: "waiting", true: "waiting", "1": "waiting" },
        ...{ canceled: "cancelled", 已取消: "cancelled", accepted: "answered", 报警: "waiting" },
      },
    ),
    press: state(
      { zh: "按键方式", en: "Press" },
      {
        none: { zh: "无", en: "None" },
        short: { zh: "短按", en: "Short" },
        long: { zh: "长按", en: "Long" },
        double: { zh: "双击", en: "Double" },
      },
      {
        ...{ single: "short", click: "short", press: "short", "1": "short", true: "short", 单击: "short" },
        ...{ hold: "long", "2": "double", "double-click": "double", "0": "none", release: "none" },
      },
    ),
    fall: alarmFlag({ zh: "跌倒", en: "Fall" }, { fallen: true, 跌倒: true }),
    still: alarmFlag({ zh: "长时间无活动", en: "No movement" }, { still: true, moving: false }),
    movedAt: time({ zh: "最近活动时间", en: "Last movement" }),
    person: person(),
    battery: battery(),
  },
  events: {
    pressed: {
      title: { zh: "按下求助", en: "Pressed" },
      fields: ["call", "press", "person"],
      implies: { call: "waiting" },
    },
    "fall-detected": {
      title: { zh: "检测到跌倒", en: "Fall detected" },
      fields: ["fall", "person"],
      implies: { fall: true },
    },
    "no-movement": {
      title: { zh: "长时间无活动", en: "No movement" },
      fields: ["still", "movedAt", "person"],
      implies: { still: true },
    },
    moved: {
      title: { zh: "恢复活动", en: "Moved again" },
      fields: ["still", "movedAt", "person"],
      implies: { still: false },
    },
    answered: { title: { zh: "已应答", en: "Answered" }, fields: ["call"], implies: { call: "answered" } },
    attended: {
      title: { zh: "已有人到场", en: "Somebody is there" },
      fields: ["call", "fall", "person"],
      implies: { call: "attended", fall: false },
    },
    cancelled: {
      title: { zh: "本人取消求助", en: "Cancelled by the person" },
      fields: ["call", "person"],
      implies: { call: "cancelled" },
    },
    tested: { title: { zh: "按键测试", en: "Tested" }, fields: ["battery"] },
  },
  commands,
  rules: [
    {
      id: "help-wanted",
      severity: "critical",
      title: { zh: "老人求助", en: "Somebody calls for help" },
      advice: {
        zh: "立即回拨；无人接听马上上门，必要时拨打120。显示“本人取消”也要确认本人平安后再关闭。",
        en: "Call back at once; if nobody answers go there, call 120 if needed. Cancelled or not, close it only when the person was heard or seen.",
      },
      ...latched(calls()),
      example: { raise: [event("pressed", { press: "long" })], clear: [] },
    },
    {
      id: "fall",
      severity: "critical",
      title: { zh: "检测到跌倒", en: "Fall detected" },
      advice: {
        zh: "立即回拨并派人上门；不要随意搬动，拨打120。",
        en: "Call back and send somebody at once; do not move the person, call 120.",
      },
      ...latched(pressed("fall-detected", "fall")),
      example: { raise: [event("fall-detected", { fall: true })], clear: [] },
    },
    {
      id: "no-movement",
      severity: "major",
      title: { zh: "超过24小时无活动", en: "No movement for a day" },
      advice: {
        zh: "电话联系本人和家属；联系不上时上门查看。",
        en: "Phone the person and the family; if nobody answers, go there.",
      },
      ...stillTooLong(),
      example: {
        raise: [event("no-movement", { still: true })],
        clear: [event("moved", { still: false })],
      },
    },
    batteryLow(),
    offline({
      severity: "major",
      advice: {
        zh: "现在呼救可能无法送达：电话联系本人，当天上门检查设备。",
        en: "A call may not get through now: phone the person, look at the device today.",
      },
      wake: telemetry({ call: "none", battery: 90 }),
    }),
  ],
  summary: ["call", "press", "fall", "still", "movedAt", "battery"],
  examples: [
    telemetry({ call: "none", fall: false, still: false, movedAt: "2026-07-15T07:42:00+08:00", battery: 84 }),
    telemetry({ call: "正常", fall: 0, still: "moving", battery: "84" }),
    event("pressed", { press: "long", person: "9f86d081884c7d659a2feaa0c55ad015" }),
    event("fall-detected", { fall: true }),
    event("cancelled", { call: "cancelled" }),
  ],
  simulate: (parts) => simulateHelpButton({ ...parts, intervalMs, commands }),
});

/**
 * Each press is a call, however it is told: as an event, as the way of pressing, or as a call that waits from now on. A
 * call that still waits after a person has resolved it is no new one.
 */
function calls(): Condition {
  const waits = pressed("pressed", "isWaiting");
  return {
    ...waits,
    check: (input) => {
      const { changed, memory, ts } = input;
      const isWaiting = changed.call === undefined ? {} : { isWaiting: changed.call === "waiting" };
      const verdict = waits.check({ ...input, changed: isWaiting });
      memory[0] ??= 0;
      // The gateway asks twice about one reading; the second time it is no other press.
      const isPress = changed.press !== undefined && changed.press !== "none" && memory[1] !== ts;
      if (isPress) memory[1] = ts;
      return isPress ? "raise" : verdict;
    },
    reads: ["press", "call", "person"],
  };
}

/** The device's own word, or the time since the movement that this reading tells. Silence proves nothing, a press does. */
function stillTooLong(): Condition {
  return {
    limits: { stillS: { value: 86_400, unit: "s", title: { zh: "无活动时间", en: "Without movement for" } } },
    check: ({ changed: { still, movedAt }, event: happened, limits, ts }) => {
      if (happened === "pressed") return "clear";
      if (still === true) return "raise";
      if (typeof movedAt === "number") return ts - movedAt > limits.stillS! * 1000 ? "raise" : "clear";
      return still === false ? "clear" : "keep";
    },
    reads: ["movedAt", "still"],
  };
}
