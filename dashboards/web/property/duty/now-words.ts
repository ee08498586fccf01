import { defineArea } from "../../i18n/words.ts";

/** Texts of who is on duty now. */
export const nowArea = defineArea({
  nobody: { zh: "现在无人值班", en: "Nobody is on duty" },
  nobodyDetail: {
    zh: "有火警时会呼叫全队。",
    en: "A fire would call the whole crew.",
  },
  short: { zh: "缺 {count} 人", en: "{count} short" },
  full: { zh: "人手够", en: "Fully staffed" },
  until: { zh: "到 {time}", en: "until {time}" },
  waiting: { zh: "查岗中，等待应答", en: "Being asked, no answer yet" },
  warnings: { zh: "未来几天人手不足", en: "Too few people in the next days" },
  noWarnings: { zh: "未来几天都排满了", en: "The next days are fully staffed" },
  none: { zh: "{from} 至 {to} 无人", en: "Nobody from {from} to {to}" },
  few: { zh: "{from} 至 {to} 只有 {people} 人", en: "Only {people} from {from} to {to}" },
  more: { zh: "还有 {count} 处", en: "{count} more" },
  toRoster: { zh: "去排班", en: "To the roster" },
  toChains: { zh: "现在发生火警会呼叫谁", en: "Who would be called for a fire now" },
});
