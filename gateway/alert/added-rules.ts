import type { Fault } from "./fault-table.ts";

/** A rule that the gateway adds to whatever device it concerns; no kind has one of this name. */
export type AddedRule = "duty-check-unanswered" | "false-alarms-many";

/** What people read about each. */
export const addedRules: Readonly<Record<AddedRule, Omit<Fault, "isLasting">>> = {
  "duty-check-unanswered": {
    severity: "major",
    title: { zh: "查岗无人应答", en: "Nobody answered the duty check" },
    advice: {
      zh: "电话联系值班人员；无人接听时到站查看并补位。下次查岗应答后自动恢复。",
      en: "Phone the crew; if nobody answers, go there and stand in. It ends when the crew answers the next check.",
    },
  },
  "false-alarms-many": {
    severity: "major",
    title: { zh: "误报过多", en: "Too many false alarms" },
    advice: {
      zh: "今天多次误报：检查该设备的安装位置和状况，维修或更换；不要停用报警。",
      en: "It was a false alarm many times today: look at its place and state, repair or replace it; do not switch alarms off.",
    },
  },
};

/** Whether an alert is one of these. */
export function isAdded(rule: string): rule is AddedRule {
  return Object.hasOwn(addedRules, rule);
}
