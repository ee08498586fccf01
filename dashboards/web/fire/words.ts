import { defineArea } from "../i18n/words.ts";

/** Texts of the fire page. */
export const fireArea = defineArea({
  title: { zh: "消防值守", en: "Fire duty" },
  quiet: { zh: "没有火警", en: "No fire incident" },
  quietDetail: { zh: "连接正常，火警会立即显示在这里。", en: "Connected; an alarm shows here at once." },
  alarms: { zh: "{count} 个报警点", en: "{count} alarms" },
  detected: { zh: "已报警，待应答", en: "Alarm, not answered" },
  acknowledged: { zh: "已应答", en: "Acknowledged" },
  dispatched: { zh: "已出动", en: "Dispatched" },
  arrived: { zh: "已到场", en: "On site" },
  controlled: { zh: "已控制", en: "Under control" },
  closed: { zh: "已结束", en: "Closed" },
  "false-alarm": { zh: "误报", en: "False alarm" },
  acknowledge: { zh: "接警", en: "Acknowledge" },
  dispatch: { zh: "已出动", en: "Crew has set out" },
  arrive: { zh: "已到场", en: "Crew is on site" },
  control: { zh: "已控制", en: "It is under control" },
  record: { zh: "打印记录", en: "Printed record" },
  property: { zh: "物业页面", en: "Property screens" },
});
