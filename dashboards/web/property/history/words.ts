import { defineArea } from "../../i18n/words.ts";

/** Texts of the history of a device. */
export const historyArea = defineArea({
  range: { zh: "时间范围", en: "Time range" },
  "1h": { zh: "1 小时", en: "1 h" },
  "24h": { zh: "24 小时", en: "24 h" },
  "7d": { zh: "7 天", en: "7 d" },
  "30d": { zh: "30 天", en: "30 d" },
  "1y": { zh: "1 年", en: "1 y" },
  own: { zh: "自定义", en: "Own" },
  fields: { zh: "数据项", en: "Fields" },
  chooseTimes: { zh: "请选择开始时间，且早于结束时间。", en: "Choose a beginning that lies before the end." },
  alerts: { zh: "告警", en: "Alerts" },
  limits: { zh: "告警线", en: "Alert lines" },
  events: { zh: "事件", en: "Events" },
  times: { zh: "{count} 次", en: "{count} times" },
  export: { zh: "导出 CSV", en: "Export CSV" },
  empty: { zh: "这段时间没有数据", en: "Nothing was recorded in this time" },
  emptyDetail: { zh: "换一个时间范围，或多选几个数据项。", en: "Choose another range, or more fields." },
  folded: {
    zh: "每点为 {step} 的平均值，浅色带为最小到最大值。",
    en: "Each point is the mean of {step}; the light band reaches from least to greatest.",
  },
  raw: { zh: "按上报原值绘制，断线表示没有消息。", en: "Values as they came; a broken line means silence." },
  moreEvents: { zh: "只显示最近 {count} 条", en: "Only the last {count} are shown" },
});
