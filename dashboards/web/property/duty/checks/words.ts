import { defineArea } from "../../../i18n/words.ts";

/** Texts of the duty checks. */
export const checksArea = defineArea({
  month: { zh: "月份", en: "Month" },
  ask: { zh: "现在查岗：{crew}", en: "Ask {crew} now" },
  askNow: { zh: "现在查岗", en: "Ask now" },
  asked: { zh: "已发出查岗", en: "The duty check was asked" },
  print: { zh: "打印月表", en: "Print the sheet" },
  export: { zh: "导出 CSV", en: "Export as CSV" },
  none: { zh: "这个月没有查岗", en: "No duty check in this month" },
  cut: { zh: "这个月的查岗太多，没有全部列出。", en: "There are more checks in this month than are listed." },
  open: { zh: "等待应答", en: "Open" },
  answered: { zh: "已应答", en: "Answered" },
  missed: { zh: "缺岗", en: "Missed" },
  byPlan: { zh: "自动", en: "by plan" },
  byPerson: { zh: "{name} 查岗", en: "asked by {name}" },
  atStation: { zh: "在站内设备上", en: "at the station" },
  seconds: { zh: "{seconds} 秒", en: "{seconds} s" },
  present: { zh: "值班 {names}", en: "On duty: {names}" },
  nobody: { zh: "当时无人值班", en: "Nobody was on duty" },

  totals: { zh: "汇总", en: "Totals" },
  every: { zh: "明细", en: "Every check" },
  crew: { zh: "消防队", en: "Crew" },
  count: { zh: "查岗", en: "Asked" },
  rate: { zh: "应答率", en: "Answered in" },
  median: { zh: "应答中位数", en: "Median" },
  longest: { zh: "最长", en: "Longest" },
  plan: { zh: "查岗时间", en: "When crews are asked" },
  changePlan: { zh: "修改 {crew} 的查岗时间", en: "Change when {crew} is asked" },
});
