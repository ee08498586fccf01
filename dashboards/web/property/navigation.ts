import { defineArea } from "../i18n/words.ts";

/** Names of the pages in the navigation. */
export const navigationArea = defineArea({
  overview: { zh: "总览", en: "Overview" },
  alerts: { zh: "告警", en: "Alerts" },
  devices: { zh: "设备", en: "Devices" },
  rejections: { zh: "被拒消息", en: "Refused messages" },
  thresholds: { zh: "阈值", en: "Limits" },
  fire: { zh: "消防", en: "Fire" },
  wall: { zh: "大屏", en: "Wall" },
  allSites: { zh: "全部小区", en: "All sites" },
  site: { zh: "小区", en: "Site" },
  notFound: { zh: "没有这个页面", en: "There is no such page" },
  toOverview: { zh: "回到总览", en: "Back to the overview" },
});
