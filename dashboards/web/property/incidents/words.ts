import { defineArea } from "../../i18n/words.ts";

/** Texts of the list of incidents. */
export const incidentsArea = defineArea({
  title: { zh: "火警记录", en: "Incidents" },
  subtitle: {
    zh: "进行中的在消防页面处置；每条都有可打印的完整记录。",
    en: "Those that go on are answered on the fire page; each has a whole record to print.",
  },
  all: { zh: "全部", en: "All" },
  open: { zh: "进行中", en: "Open" },
  ended: { zh: "已结束", en: "Ended" },
  state: { zh: "状态", en: "State" },
  drills: { zh: "演练", en: "Drills" },
  withDrills: { zh: "包括演练", en: "With drills" },
  noDrills: { zh: "不含演练", en: "Without drills" },
  onlyDrills: { zh: "只看演练", en: "Only drills" },
  none: { zh: "没有记录", en: "No incident" },
  older: { zh: "更早的记录", en: "Older incidents" },
  handle: { zh: "去处置", en: "Answer it" },
  record: { zh: "完整记录", en: "Whole record" },
  detected: { zh: "待接警", en: "Not answered" },
  acknowledged: { zh: "已接警", en: "Acknowledged" },
  dispatched: { zh: "已出动", en: "Dispatched" },
  arrived: { zh: "已到场", en: "On scene" },
  controlled: { zh: "已控制", en: "Under control" },
  closed: { zh: "已结束", en: "Closed" },
  "false-alarm": { zh: "误报", en: "False alarm" },
  drill: { zh: "演练", en: "Drill" },
  took: {
    zh: "接警 {acknowledged} · 到场 {arrived} · 控制 {controlled}",
    en: "Answered {acknowledged} · on scene {arrived} · controlled {controlled}",
  },
});
