import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { battery, fact, flag, state } from "./kit/fields.ts";
import type { CommandKind, RuleInput } from "./kit/kind.ts";
import { clearsAfter, eventRaises, is, latched, only, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { mains, person, tamper } from "./kit/shared-fields.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { countWithin, unanswered } from "./kit/timed-rules.ts";
import { simulateAccessGate } from "./life/access-gate.ts";

const passageFields = ["direction", "result", "method", "person", "state"];
const intervalMs = 30_000;

const commands: Record<string, CommandKind> = {
  open: {
    title: { zh: "开门一次", en: "Open once" },
    args: z.strictObject({
      seconds: argument(
        { zh: "开锁时长（秒）", en: "Stays unlocked for (s)" },
        z.int().min(1).max(60).default(5).describe("How long it stays unlocked"),
      ),
    }),
    maxAgeMs: 10_000,
  },
  close: { title: { zh: "关门上锁", en: "Close and lock" }, args: z.strictObject({}), maxAgeMs: 60_000 },
  "hold-open": {
    title: { zh: "保持常开", en: "Hold open" },
    args: z.strictObject({
      minutes: argument(
        { zh: "常开时长（分钟）", en: "Held open for (min)" },
        z.int().min(1).max(480).describe("After this time it locks again by itself"),
      ),
    }),
    maxAgeMs: 60_000,
  },
  "fire-unlock": {
    title: { zh: "消防联动解锁", en: "Unlock for fire" },
    args: z.strictObject({}),
    maxAgeMs: 300_000,
  },
};

/** The door of a building or the gate of a community. */
export default defineKind({
  name: "access-gate",
  title: { zh: "门禁", en: "Access gate" },
  intervalMs,
  fields: {
    state: state(
      { zh: "门状态", en: "Door" },
      {
        closed: { zh: "已关", en: "Closed" },
        open: { zh: "已开", en: "Open" },
        held: { zh: "未关好", en: "Held open" },
        forced: { zh: "强行打开", en: "Forced open" },
      },
      { close: "closed", opened: "open", "held-open": "held", "forced-open": "forced" },
    ),
    mode: state(
      { zh: "工作模式", en: "Mode" },
      {
        normal: { zh: "正常", en: "Normal" },
        "hold-open": { zh: "常开", en: "Held open on purpose" },
        fire: { zh: "消防释放", en: "Released for fire" },
      },
    ),
    direction: state(
      { zh: "方向", en: "Direction" },
      { in: { zh: "进", en: "In" }, out: { zh: "出", en: "Out" } },
      { entry: "in", exit: "out" },
    ),
    result: state(
      { zh: "验证结果", en: "Verification" },
      {
        allow: { zh: "放行", en: "Allowed" },
        refuse: { zh: "拒绝", en: "Refused" },
        unknown: { zh: "未识别", en: "Unknown person" },
        duress: { zh: "胁迫", en: "Under duress" },
      },
      { allowed: "allow", refused: "refuse", deny: "refuse", denied: "refuse" },
    ),
    method: state(
      { zh: "验证方式", en: "Method" },
      {
        card: { zh: "刷卡", en: "Card" },
        face: { zh: "人脸", en: "Face" },
        code: { zh: "密码", en: "Code" },
        remote: { zh: "远程", en: "Remote" },
      },
      { password: "code", pin: "code" },
    ),
    person: person(),
    tamper: tamper(),
    fireUnlock: state(
      { zh: "消防联动解锁", en: "Unlock for fire" },
      {
        idle: { zh: "无", en: "None" },
        requested: { zh: "已请求", en: "Requested" },
        confirmed: { zh: "已确认", en: "Confirmed" },
        failed: { zh: "失败", en: "Failed" },
      },
    ),
    mains: mains(),
    battery: battery(),
  },
  facts: { fireExit: fact(flag({ zh: "消防疏散通道", en: "Fire exit" })) },
  events: {
    passage: { title: { zh: "通行", en: "Passage" }, fields: passageFields },
    opened: { title: { zh: "门打开", en: "Opened" }, fields: ["state", "mode"], implies: { state: "open" } },
    closed: {
      title: { zh: "门关闭", en: "Closed" },
      fields: ["state", "mode"],
      implies: { state: "closed" },
    },
    held: { title: { zh: "门未关好", en: "Held open" }, fields: ["state"], implies: { state: "held" } },
    forced: { title: { zh: "强行开门", en: "Forced open" }, fields: ["state"], implies: { state: "forced" } },
    tampered: {
      title: { zh: "防拆触发", en: "Tampered with" },
      fields: ["tamper"],
      implies: { tamper: true },
    },
    "fire-unlock-requested": {
      title: { zh: "收到消防解锁", en: "Fire unlock received" },
      fields: ["fireUnlock"],
      implies: { fireUnlock: "requested" },
    },
    "fire-unlock-confirmed": {
      title: { zh: "消防解锁已确认", en: "Fire unlock confirmed" },
      fields: ["fireUnlock", "state", "mode"],
      implies: { fireUnlock: "confirmed" },
    },
  },
  commands,
  rules: [
    {
      id: "duress",
      severity: "critical",
      title: { zh: "胁迫开门", en: "Opened under duress" },
      advice: {
        zh: "立即报警110，调取监控，不要单独前往，不要拨打住户电话。",
        en: "Call the police (110), watch the cameras, do not go alone, do not phone the resident.",
      },
      ...latched(
        eventRaises("passage", {
          where: (changed) => changed.result === "duress",
          reads: ["result", "method", "direction"],
        }),
      ),
      example: {
        raise: [event("passage", { result: "duress", method: "code", direction: "in" })],
        clear: [],
      },
    },
    {
      id: "fire-unlock-unconfirmed",
      severity: "critical",
      fire: true,
      title: { zh: "消防联动解锁未确认", en: "Unlock for fire not confirmed" },
      advice: {
        zh: "立即派人携带应急钥匙手动开门，通知现场人员走其他出口。",
        en: "Send someone with the emergency key now; direct people to another exit.",
      },
      ...unanswered("fireUnlock", { asked: "requested", failed: "failed", answerS: 10 }),
      example: {
        raise: [event("fire-unlock-requested", { fireUnlock: "requested" })],
        clear: [event("fire-unlock-confirmed", { fireUnlock: "confirmed", state: "open", mode: "fire" })],
      },
    },
    {
      id: "forced",
      severity: "major",
      title: { zh: "强行开门", en: "Forced open" },
      advice: { zh: "查看监控并到现场核实。", en: "Look at the camera and check on site." },
      ...is("state", "forced"),
      example: {
        raise: [event("forced", { state: "forced" })],
        clear: [event("closed", { state: "closed" })],
      },
    },
    {
      id: "tamper",
      severity: "major",
      title: { zh: "门禁被拆动", en: "Tampered with" },
      advice: { zh: "到现场检查读头与控制箱。", en: "Inspect the reader and the control box on site." },
      ...is("tamper", true),
      example: { raise: [event("tampered", { tamper: true })], clear: [telemetry({ tamper: false })] },
    },
    {
      id: "held-open",
      severity: "minor",
      title: { zh: "门超时未关", en: "Held open" },
      advice: {
        zh: "请附近人员关门，检查闭门器与异物。",
        en: "Have it closed; look for an object or a weak door closer.",
      },
      ...stays(60, only(isControlled, is("state", "open", "held"))),
      example: { raise: [event("held", { state: "held" })], clear: [event("closed", { state: "closed" })] },
    },
    {
      id: "held-open-long",
      severity: "major",
      title: { zh: "门长时间未关", en: "Held open for long" },
      advice: {
        zh: "派人到现场关门并核实有无尾随。",
        en: "Send someone to close it and to look for tailgaters.",
      },
      ...stays(300, only(isControlled, is("state", "open", "held"))),
      example: { raise: [event("held", { state: "held" })], clear: [event("closed", { state: "closed" })] },
    },
    {
      id: "refused-often",
      severity: "minor",
      title: { zh: "连续验证失败", en: "Refused again and again" },
      advice: {
        zh: "查看监控：可能有人试密码，也可能是住户的卡失效。",
        en: "Look at the camera: someone guesses codes, or a resident's card has expired.",
      },
      ...clearsAfter(
        300,
        countWithin("passage", {
          count: 5,
          withinS: 60,
          // A camera sees every stranger who walks by; only somebody who holds a card or types a code tries to enter.
          where: ({ result, method }) => result === "refuse" || (result === "unknown" && method !== "face"),
          reads: ["result", "method"],
        }),
      ),
      example: {
        raise: Array.from({ length: 5 }, () => event("passage", { result: "refuse", method: "code" }, 8)),
        clear: [],
      },
    },
    batteryLow(),
    offline({
      severity: "minor",
      severityFor: ({ fireExit }) => (fireExit === true ? "major" : "minor"),
      wake: telemetry({ state: "closed", mode: "normal" }),
    }),
  ],
  summary: ["state", "mode", "tamper", "fireUnlock", "battery"],
  examples: [
    telemetry({
      state: "closed",
      mode: "normal",
      tamper: false,
      fireUnlock: "idle",
      mains: true,
      battery: 100,
    }),
    event("passage", {
      direction: "in",
      result: "allow",
      method: "face",
      person: "0004123987",
      state: "open",
    }),
    event("closed", { state: "closed" }),
  ],
  simulate: (parts) => simulateAccessGate({ ...parts, intervalMs, commands }),
});

/** The time for which a door may stand open counts only while nobody holds it open on purpose and nothing burns. */
function isControlled({ values }: RuleInput): boolean {
  return values.mode !== "hold-open" && values.mode !== "fire";
}
