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
  firstSteps: { zh: "开始使用", en: "First steps" },
  stepSite: { zh: "新建小区", en: "Add a site" },
  stepSiteDetail: {
    zh: "写上地址和值班电话，火警时要报给 119。",
    en: "With its address and telephone number, which 119 is told.",
  },
  stepDevice: { zh: "登记第一台设备并接入", en: "Register the first device and connect it" },
  stepDeviceDetail: {
    zh: "登记后给出用户名、密码和一条可直接粘贴的测试命令，收到消息立即显示。也可以导入表格。",
    en: "It gets a user name, a password and a line to paste for a test; the first message shows at once. Tables are imported too.",
  },
  stepPeople: { zh: "邀请同事", en: "Invite colleagues" },
  stepPeopleDetail: {
    zh: "值班室、消防队和管理员各有角色；排班和呼叫顺序在“值班”页。",
    en: "The duty room, the crew and the office have roles of their own; rosters and calls are on the duty page.",
  },
  few: { zh: "重点设备", en: "Key installations" },
  recent: { zh: "最新消息", en: "Latest messages" },
  noMessages: { zh: "等待设备上报…", en: "Waiting for devices to report…" },
});
