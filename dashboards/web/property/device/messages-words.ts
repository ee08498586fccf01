import { defineArea } from "../../i18n/words.ts";

/** Texts of the messages of a device. */
export const messagesArea = defineArea({
  title: { zh: "最近消息", en: "Recent messages" },
  none: { zh: "最近没有消息", en: "No recent messages" },
  noneDetail: { zh: "设备上报后会显示在这里。", en: "What the device sends appears here." },
  suspect: { zh: "数据存疑", en: "suspect" },
  refused: { zh: "被拒收的消息", en: "Refused messages" },
  noneRefused: { zh: "没有被拒收的消息。", en: "No message was refused." },
  allRefused: { zh: "查看全部拒收记录", en: "All refused messages" },
  payload: { zh: "原文", en: "Payload" },
});
