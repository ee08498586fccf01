import { defineArea } from "../i18n/words.ts";

/** Texts of the wall. */
export const wallArea = defineArea({
  title: { zh: "社区运行状态", en: "Community status" },
  status: { zh: "总览", en: "Status" },
  alerts: { zh: "未恢复告警", en: "Open alerts" },
  plan: { zh: "平面图", en: "Plan" },
  online: { zh: "设备在线", en: "Devices online" },
  noAlerts: { zh: "没有未恢复的告警", en: "No open alerts" },
  moreAlerts: { zh: "另有 {count} 条", en: "{count} more" },
  sound: { zh: "点一下打开声音，火警时会响", en: "Tap once for sound: a fire will be loud" },
  fire: { zh: "火警", en: "FIRE" },
  drill: { zh: "演练", en: "DRILL" },
  others: { zh: "另有 {count} 起", en: "{count} more" },
  detected: { zh: "尚无人接警", en: "Nobody has answered" },
  acknowledged: { zh: "{by} 已接警", en: "{by} has answered" },
  dispatched: { zh: "{by} 已出动", en: "{by} has set out" },
  arrived: { zh: "{by} 已到场", en: "{by} is on scene" },
  controlled: { zh: "{by}：已控制", en: "{by}: under control" },
});
