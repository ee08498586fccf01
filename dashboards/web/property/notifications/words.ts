import { defineArea } from "../../i18n/words.ts";

/** Texts of who was told. */
export const notificationsArea = defineArea({
  title: { zh: "通知", en: "Notifications" },
  subtitle: {
    zh: "通知了谁、走哪个通道、是否送达。屏幕上的显示不在此列。",
    en: "Who was told, by which way, and whether it arrived. What screens show is not listed.",
  },
  targets: { zh: "通知通道", en: "Targets" },
  noTargets: {
    zh: "没有配置通知通道，告警只显示在屏幕上。见 docs/notifications.md。",
    en: "No target is set up: alerts are on screens only. See docs/notifications.md.",
  },
  fine: { zh: "正常", en: "works" },
  lastSent: { zh: "最近送出 {time}", en: "last sent {time}" },
  neverSent: { zh: "启动后还没有送出", en: "nothing sent since the start" },
  waitsMany: { zh: "{count} 条等待", en: "{count} wait" },
  state: { zh: "送达情况", en: "Delivery" },
  any: { zh: "全部", en: "Any" },
  waiting: { zh: "等待送出", en: "waits" },
  sent: { zh: "已送达通道", en: "taken" },
  failed: { zh: "失败", en: "failed" },
  expired: { zh: "已不需要", en: "no longer needed" },
  held: { zh: "已静默", en: "held back" },
  none: { zh: "还没有通知", en: "Nobody was told of anything yet" },
  older: { zh: "更早的通知", en: "Older notifications" },
  everybody: { zh: "群组", en: "everybody there" },
});
