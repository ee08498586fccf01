import type { Severity, Text } from "../../devices/kit/kind.ts";
import type { Notification } from "./contract.ts";

const text = (zh: string, en: string): Text => ({ zh, en });

/** In front of everything that belongs to a drill. */
export const drillMark = text("【演练】", "[DRILL] ");

/** What a message begins with when something new happens, by severity. */
const news: Readonly<Record<Severity, Text>> = {
  critical: text("紧急", "URGENT"),
  major: text("重要", "Major"),
  minor: text("一般", "Minor"),
  info: text("提示", "Info"),
};

const fire = text("火警", "FIRE");

/** What became of an alert or incident. */
const steps: Readonly<Record<string, Text>> = {
  cleared: text("已恢复", "Cleared"),
  acknowledged: text("已接警", "Acknowledged"),
  assigned: text("派单", "Assigned"),
  commented: text("备注", "Comment"),
  resolved: text("已处理", "Resolved"),
  joined: text("火警又起", "FIRE, another alarm"),
  escalated: text("火警无人响应", "FIRE, nobody there yet"),
  dispatched: text("已出动", "Dispatched"),
  arrived: text("已到场", "Arrived"),
  controlled: text("火情已控制", "Under control"),
  closed: text("已结束", "Closed"),
  "false-alarm": text("误报", "False alarm"),
  noted: text("备注", "Note"),
};

const kinds: Readonly<Partial<Record<Notification["kind"], Text>>> = {
  "duty-check": text("值班查岗", "Duty check"),
  test: text("测试", "Test"),
  summary: text("汇总", "Summary"),
};

/** The word in front of the title. */
export function headOf({ kind, step, urgency, severity }: Notification): Text {
  if (kind === "call" && urgency === "fire") return text("火警无人应答", "FIRE, nobody has answered");
  if (kind === "call") return text("报警无人应答", "Alert, nobody has answered");
  return kinds[kind] ?? steps[step] ?? (urgency === "fire" ? fire : news[severity]);
}

/** Steps of which a fire is new, or still burns with nobody there. */
const burning: ReadonlySet<string> = new Set(["raised", "detected", "joined", "escalated"]);

/** Whether something burns that nobody may take for an exercise. */
export function isRealFire({ kind, step, urgency, drill }: Notification): boolean {
  return urgency === "fire" && drill === undefined && (kind === "call" || burning.has(step));
}

/** Steps that end what was told before. */
const good: ReadonlySet<string> = new Set(["cleared", "resolved", "closed", "false-alarm", "controlled"]);

/** Whether it is good news. */
export function isOver({ step }: Notification): boolean {
  return good.has(step);
}

/** Labels of the lines. */
export const labels = {
  place: text("地点", "Place"),
  device: text("设备", "Device"),
  time: text("时间", "Time"),
  readings: text("读数", "Readings"),
  by: text("处理人", "By"),
  assignee: text("负责人", "Assigned to"),
  assignedBy: text("派单人", "Assigned by"),
  reason: text("原因", "Reason"),
  note: text("备注", "Note"),
  advice: text("建议", "What to do"),
} as const;

/** Whole sentences. */
export const sentences = {
  drill: text("这是演练，没有火情。", "This is an exercise, nothing burns."),
  call119: text("如确有火情，立即拨打 119。", "If it burns, call 119 at once."),
  test: text("这是一条测试消息，没有发生报警。", "This is a test. Nothing has happened."),
  dutyCheck: text(
    "这是查岗，不是报警。请确认你在岗。",
    "This is no alarm. Please confirm that you are on duty.",
  ),
  acknowledge: text("点此确认（无需登录）", "Answer here, no login"),
  spoken: text("请立即到场查看，并在系统中接警。", "Go there at once, and answer it in the system."),
} as const;

const windows: Readonly<Record<string, Text>> = {
  maintenance: text("维护期间", "during maintenance"),
  drill: text("演练期间", "during a drill"),
};

/** The window that it came in; `during` is its kind or its name, already clean. */
export function windowOf(during: string): Text {
  const known = windows[during];
  if (known !== undefined) return text(`发生在${known.zh}，请核实。`, `It came ${known.en}; check it.`);
  return text(`发生在“${during}”期间，请核实。`, `It came during "${during}"; check it.`);
}

/** How long nobody has answered a call; `stage` and `round` count from 1. */
export function unansweredFor(minutes: number, stage: string, round: number): Text {
  return text(
    `${minutes > 0 ? `已 ${minutes} 分钟` : ""}无人应答（第 ${stage} 级呼叫，第 ${round} 轮）`,
    `${minutes > 0 ? `unanswered for ${minutes} min` : "unanswered"} (stage ${stage}, round ${round})`,
  );
}

/** The title of a summary. */
export function summaryOf(count: number): Text {
  return text(`${count} 条通知`, `${count} notifications`);
}

/** In place of what had no room. */
export function moreOf(count: number): Text {
  return text(`另有 ${count} 条，请看值班屏幕`, `and ${count} more, see the screen`);
}
