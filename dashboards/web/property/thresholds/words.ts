import { defineArea } from "../../i18n/words.ts";

/** Texts of the numbers at which rules raise. */
export const thresholdsArea = defineArea({
  title: { zh: "告警阈值", en: "Alert limits" },
  subtitle: {
    zh: "整个小区同类设备共用；个别设备可在设备页单独设置。",
    en: "They hold for all devices of a kind at the site; single devices may have their own on their page.",
  },
  chooseSite: { zh: "请先选择小区", en: "Choose a site first" },
  chooseSiteDetail: {
    zh: "阈值按小区设置，请在页面上方选择。",
    en: "Limits belong to a site; choose one at the top.",
  },
  kind: { zh: "设备类型", en: "Kind" },
  kindCount: { zh: "{kind}（{count} 台）", en: "{kind} ({count})" },
  noKinds: { zh: "这个小区还没有设备", en: "There are no devices at this site yet" },
  noRules: { zh: "这类设备没有可调的阈值", en: "This kind has no limits to set" },
  changedOnly: { zh: "只看改过的", en: "Changed only" },
  noChanged: { zh: "全部为默认值", en: "Everything is as the kind says" },
  byDefault: { zh: "默认 {value}", en: "default {value}" },
  fromSite: { zh: "小区设置", en: "Site" },
  fromDevice: { zh: "本设备设置", en: "This device" },
  setBy: { zh: "{by} 设置于 {time}", en: "set by {by}, {time}" },
  differing: { zh: "{count} 台设备单独设置", en: "{count} devices have their own" },
  edit: { zh: "修改", en: "Change" },
  editTitle: { zh: "修改阈值：{rule}", en: "Change limits: {rule}" },
  forSite: {
    zh: "适用于“{site}”的全部{kind}（单独设置过的除外）",
    en: "For every {kind} at {site}, except those with their own",
  },
  forDevice: { zh: "只适用于“{device}”", en: "For “{device}” alone" },
  reset: { zh: "恢复默认", en: "Back to default" },
  resetDevice: { zh: "改用小区设置", en: "As the site has it" },
  saved: { zh: "阈值已保存", en: "Limits saved" },
  wasReset: { zh: "已恢复", en: "Reset" },
  noChange: { zh: "没有修改", en: "Nothing was changed" },

  preview: { zh: "用过去的数据试算", en: "Try it on the past" },
  previewing: { zh: "正在试算…", en: "Trying…" },
  days7: { zh: "最近 7 天", en: "Last 7 days" },
  days30: { zh: "最近 30 天", en: "Last 30 days" },
  period: { zh: "时间", en: "Period" },
  withNow: { zh: "现有阈值", en: "Limits now" },
  withTried: { zh: "新阈值", en: "New limits" },
  alertCount: { zh: "{alerts} 次告警", en: "{alerts} alerts" },
  onDevices: { zh: "{devices} 台设备", en: "on {devices} devices" },
  lookedAt: {
    zh: "试算了 {devices} 台设备的存档数据，按规则的持续时间和恢复值计算。不含人工关闭和静默时段的影响。",
    en: "Run over the stored values of {devices} devices, with holding times and clear values. What people resolved and windows of silence are left out.",
  },
  skipped: {
    zh: "另有 {skipped} 台设备数据过多或超时，未计入。",
    en: "{skipped} devices had too much history or no time was left; they are not counted.",
  },
  deviceCounts: { zh: "{now} → {tried} 次", en: "{now} → {tried}" },
  oldLine: { zh: "现有 {value}", en: "now {value}" },
  newLine: { zh: "新 {value}", en: "new {value}" },
});
