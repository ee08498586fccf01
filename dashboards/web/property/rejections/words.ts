import { defineArea } from "../../i18n/words.ts";

/** Texts of the refused messages. */
export const rejectionsArea = defineArea({
  title: { zh: "拒收消息", en: "Refused messages" },
  subtitle: {
    zh: "网关没有采用的消息都留在这里，附原因和正确写法。修好原因后可以重新接收。",
    en: "What the gateway did not take is kept here, with the reason and what would be right. After a fix it can be taken again.",
  },
  none: { zh: "没有拒收的消息", en: "Nothing was refused" },
  noneDetail: { zh: "所有消息都被采用。", en: "Every message was taken." },
  count: { zh: "{count} 条", en: "{count} messages" },
  devices: { zh: "{count} 台设备", en: "{count} devices" },
  last: { zh: "最近", en: "last" },
  onlyDevice: { zh: "只看设备 {device}", en: "Device {device} only" },
  clear: { zh: "清除筛选", en: "Clear" },
  choose: { zh: "选择左侧的一组查看消息", en: "Choose a group to see its messages" },
  older: { zh: "更早的消息", en: "Older messages" },
  place: { zh: "出错位置", en: "Where" },
  topic: { zh: "主题", en: "Topic" },
  sender: { zh: "发送方", en: "Sender" },
  payload: { zh: "内容", en: "Payload" },
  again: { zh: "重新接收", en: "Take again" },
  againAll: { zh: "全组重新接收", en: "Take the whole group again" },
  againTitle: { zh: "重新接收 {count} 条消息？", en: "Take {count} messages again?" },
  againText: {
    zh: "消息按原来的接收时间重新判断；仍不正确的会再次被拒收。先修好原因（登记设备、改正种类）再做。",
    en: "They are judged anew with the time at which they came; what is still wrong is refused again. Mend the cause first: register the device, correct the kind.",
  },
  result: {
    zh: "采用 {accepted} 条，再次拒收 {refused} 条，已不保存 {missing} 条",
    en: "{accepted} taken, {refused} refused again, {missing} no longer kept",
  },
  whole: { zh: "整条消息", en: "the whole message" },
});
