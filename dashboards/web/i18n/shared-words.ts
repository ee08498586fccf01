import { defineArea, wordsOf } from "./words.ts";

/** Texts that more than one page shows. */
export const commonArea = defineArea({
  product: { zh: "邻里", en: "Linli" },

  critical: { zh: "紧急", en: "Critical" },
  major: { zh: "重要", en: "Major" },
  minor: { zh: "一般", en: "Minor" },
  info: { zh: "提示", en: "Info" },

  online: { zh: "在线", en: "Online" },
  offline: { zh: "离线", en: "Offline" },
  unknown: { zh: "未上线", en: "Never heard" },
  yes: { zh: "是", en: "Yes" },
  no: { zh: "否", en: "No" },
  noValue: { zh: "暂无数据", en: "No value yet" },

  good: { zh: "正常", en: "Good" },
  stale: { zh: "数据过期", en: "Stale" },
  offlineValue: { zh: "设备离线时的旧值", en: "Old value, device offline" },
  suspect: { zh: "数据存疑", en: "Suspect" },
  simulated: { zh: "模拟数据", en: "Simulated" },

  average: { zh: "平均{field}", en: "Average {field}" },
  inOrder: { zh: "正常", en: "In order" },
  inAll: { zh: "{field}合计", en: "{field}, in all" },

  live: { zh: "实时", en: "Live" },
  connecting: { zh: "正在连接", en: "Connecting" },
  lost: { zh: "连接中断", en: "Connection lost" },
  lostDetail: {
    zh: "实时连接已中断，数值可能过时。正在自动重连…",
    en: "The live connection is lost; values may be out of date. Reconnecting…",
  },
  lostSince: { zh: "中断于 {time}", en: "since {time}" },

  loading: { zh: "加载中", en: "Loading" },
  refresh: { zh: "刷新", en: "Refresh" },
  tryAgain: { zh: "重试", en: "Try again" },
  close: { zh: "关闭", en: "Close" },
  cancel: { zh: "取消", en: "Cancel" },
  confirm: { zh: "确定", en: "Confirm" },
  save: { zh: "保存", en: "Save" },
  search: { zh: "搜索", en: "Search" },
  all: { zh: "全部", en: "All" },
  more: { zh: "更多", en: "More" },
  pages: { zh: "全部页面", en: "All pages" },
  watch: { zh: "值守", en: "Watch" },
  safety: { zh: "消防", en: "Fire safety" },
  manage: { zh: "管理", en: "Manage" },
  nothing: { zh: "这里还没有内容", en: "Nothing here yet" },
  rows: { zh: "{count} 行", en: "{count} rows" },
  sortBy: { zh: "按“{column}”排序", en: "Sort by {column}" },
  from: { zh: "从", en: "From" },
  to: { zh: "到", en: "To" },
  skip: { zh: "跳到内容", en: "Skip to content" },
  chartOf: { zh: "{name} 的曲线图", en: "Chart of {name}" },

  justNow: { zh: "刚刚", en: "just now" },
  never: { zh: "从未", en: "never" },

  appearance: { zh: "显示设置", en: "Appearance" },
  language: { zh: "语言", en: "Language" },
  theme: { zh: "主题", en: "Theme" },
  themeAuto: { zh: "跟随系统", en: "System" },
  themeLight: { zh: "浅色", en: "Light" },
  themeDark: { zh: "深色", en: "Dark" },
  contrast: { zh: "高对比度", en: "High contrast" },
  largeText: { zh: "大字", en: "Large text" },
  logOut: { zh: "退出登录", en: "Log out" },

  incidentOne: { zh: "火警进行中", en: "Fire incident in progress" },
  incidentMany: { zh: "{count} 起火警进行中", en: "{count} fire incidents in progress" },
  drillOne: { zh: "演练进行中，不是真火警", en: "Drill under way, no real fire" },
  drill: { zh: "演练", en: "Drill" },
  openFire: { zh: "打开处置页面", en: "Open fire page" },
  incidentUnanswered: { zh: "尚无人应答", en: "not answered yet" },

  errorTitle: { zh: "没有成功", en: "That did not work" },
  errorNetwork: {
    zh: "连不上网关。请检查网络后重试。",
    en: "The gateway cannot be reached. Check the network and try again.",
  },
  errorForbidden: { zh: "您的角色不能这样做。", en: "Your role does not allow this." },
  errorNotFound: { zh: "没有找到，可能已被删除。", en: "Not found; it may have been removed." },
  errorConflict: {
    zh: "与当前状态冲突，请刷新后再试。",
    en: "It does not fit the present state; refresh and try again.",
  },
  errorInvalid: {
    zh: "填写的内容有误，请按提示修改。",
    en: "Something entered is not right; correct it as said below.",
  },
  errorBusy: { zh: "系统正忙，请稍候重试。", en: "The gateway is busy; try again in a moment." },
  errorLimit: { zh: "请求过于频繁，请稍候重试。", en: "Too many requests; wait a moment." },
  errorInternal: {
    zh: "网关内部出错，已写入日志。",
    en: "Something failed inside the gateway; it is in the log.",
  },
  errorEnded: { zh: "登录已失效，请重新登录。", en: "The session has ended; log in again." },
});

/** Says one of the common texts. */
export const common = wordsOf(commonArea);
