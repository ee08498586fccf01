import { defineArea } from "../i18n/words.ts";

/** Names of the pages in the navigation. */
export const navigationArea = defineArea({
  overview: { zh: "总览", en: "Overview" },
  alerts: { zh: "告警", en: "Alerts" },
  plan: { zh: "平面图", en: "Plan" },
  devices: { zh: "设备", en: "Devices" },
  thresholds: { zh: "阈值", en: "Limits" },
  incidents: { zh: "火警记录", en: "Incidents" },
  notifications: { zh: "通知", en: "Notifications" },
  duty: { zh: "值班", en: "Duty" },
  drills: { zh: "演练", en: "Drills" },
  silences: { zh: "静默", en: "Silences" },
  reports: { zh: "报表", en: "Reports" },
  registry: { zh: "登记", en: "Registry" },
  rejections: { zh: "拒收消息", en: "Refused" },
  people: { zh: "人员", en: "People" },
  access: { zh: "接入凭据", en: "Access" },
  account: { zh: "我的账户", en: "My account" },
  audit: { zh: "操作记录", en: "Audit" },
  fire: { zh: "消防", en: "Fire" },
  wall: { zh: "大屏", en: "Wall" },
  allSites: { zh: "全部小区", en: "All sites" },
  site: { zh: "小区", en: "Site" },
  notFound: { zh: "没有这个页面", en: "There is no such page" },
  toOverview: { zh: "回到总览", en: "Back to the overview" },
});
