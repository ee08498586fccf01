import { defineArea } from "../../i18n/words.ts";

/** Texts of the overview. */
export const overviewArea = defineArea({
  title: { zh: "总览", en: "Overview" },
  onlineOf: { zh: "在线 {online} / {total}", en: "{online} of {total} online" },
  otherAlerts: { zh: "另 {count} 条", en: "+{count}" },
  openAlerts: { zh: "未恢复告警", en: "Open alerts" },
  noAlerts: { zh: "没有未恢复的告警", en: "No open alerts" },
  noAlertsDetail: { zh: "一切正常。", en: "Everything is in order." },
  moreAlerts: { zh: "另有 {count} 条", en: "{count} more" },
  acknowledged: { zh: "{by} 已确认", en: "acknowledged by {by}" },
  devices: { zh: "设备", en: "Devices" },
  noDevices: { zh: "还没有设备", en: "No devices yet" },
  noDevicesDetail: {
    zh: "登记设备后，这里会显示各类设备的概况。",
    en: "Register devices to see here how each kind is doing.",
  },
  few: { zh: "重点设备", en: "Key installations" },
  recent: { zh: "最新消息", en: "Latest messages" },
  noMessages: { zh: "等待设备上报…", en: "Waiting for devices to report…" },
});
