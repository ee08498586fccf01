import type { Rejection } from "../../../../gateway/api/contract.ts";
import type { Text } from "../../i18n/language.ts";
import { defineArea } from "../../i18n/words.ts";

/** Words of the refused messages. */
export const rejectionsArea = defineArea({
  title: { zh: "拒收消息", en: "Refused messages" },
  subtitle: {
    zh: "设备发来而网关没有采用的消息，按原因归类。消除原因后可以重新接收。",
    en: "What devices sent and the gateway could not take, by cause. Once the cause is mended, take them in again.",
  },
  count: { zh: "{count} 条", en: "{count} messages" },
  devices: { zh: "{count} 台设备", en: "{count} devices" },
  none: { zh: "没有拒收消息", en: "No refused messages" },
  noneDetail: { zh: "设备发来的消息都已采用。", en: "Everything that devices sent was taken in." },
  noneLeft: { zh: "这里没有拒收消息了", en: "No refused messages left here" },
  ofDevice: { zh: "设备 {device} 的拒收消息", en: "Refused messages of {device}" },
  gone: { zh: "这一类已没有消息", en: "This cause has no messages any more" },
  back: { zh: "返回全部原因", en: "Back to all causes" },
  choose: { zh: "选择这条消息", en: "Choose this message" },
  chooseAll: { zh: "全选", en: "Choose all" },
  place: { zh: "出错位置", en: "Place of the fault" },
  sender: { zh: "发送账号 {name}", en: "sent as {name}" },
  payload: { zh: "原文", en: "Payload" },
  bytes: { zh: "原文（十六进制）", en: "Payload (bytes)" },
  older: { zh: "更早的消息", en: "Older messages" },
  again: { zh: "重新接收", en: "Take in again" },
  againChosen: { zh: "重新接收所选 {count} 条", en: "Take in {count} again" },
  againGroup: { zh: "重新接收整类", en: "Take in the whole group again" },
  groupText: {
    zh: "这一类的全部消息（一次最多 5000 条）将按原来的接收时间重新接收，可能因此产生告警。仍不合格的会再次被拒收，列为新的拒收消息。",
    en: "All messages of this cause (5000 at a time at most) go through the gateway again with their receive time, and may raise alerts. What is still wrong is refused anew and listed as new messages.",
  },
  chosenText: {
    zh: "所选消息将按原来的接收时间重新接收，可能因此产生告警。仍不合格的会再次被拒收，列为新的拒收消息。",
    en: "The chosen messages go through the gateway again with their receive time, and may raise alerts. What is still wrong is refused anew and listed as new messages.",
  },
  result: {
    zh: "已采用 {accepted} 条，再次拒收 {refused} 条，已不存在 {missing} 条",
    en: "{accepted} taken in, {refused} refused again, {missing} no longer kept",
  },
  accepted: { zh: "已采用", en: "Taken in" },
  refused: { zh: "再次拒收", en: "Refused again" },
  missing: { zh: "已不存在", en: "No longer kept" },
});

/** Why a message was refused, in a few words. */
export const codesArea = defineArea({
  "topic-invalid": { zh: "主题格式不对", en: "Topic is malformed" },
  "topic-unknown": { zh: "未知的主题", en: "Unknown topic" },
  "device-unknown": { zh: "设备未登记", en: "Device is not registered" },
  "kind-mismatch": { zh: "设备类型与登记不符", en: "Kind differs from the registered one" },
  "payload-too-large": { zh: "消息过大", en: "Message is too large" },
  "payload-not-utf8": { zh: "不是有效的文本编码", en: "Not valid UTF-8" },
  "payload-not-json": { zh: "不是有效的数据格式", en: "Not valid JSON" },
  "payload-too-deep": { zh: "嵌套层数过多", en: "Nested too deep" },
  "payload-too-many-keys": { zh: "字段过多", en: "Too many keys" },
  "payload-duplicate-key": { zh: "字段重复", en: "A key stands twice" },
  "payload-not-object": { zh: "内容不是对象", en: "Not an object" },
  "batch-empty": { zh: "批量消息为空", en: "Batch is empty" },
  "batch-too-long": { zh: "批量消息过长", en: "Batch is too long" },
  "event-unknown": { zh: "未知的事件", en: "Unknown event" },
  "event-missing": { zh: "缺少事件名", en: "Event is missing" },
  "field-invalid": { zh: "字段的值不合格", en: "A field has a wrong value" },
  "no-known-field": { zh: "没有可识别的字段", en: "No known field" },
  "status-invalid": { zh: "上下线状态不合格", en: "Status is not valid" },
  "reply-invalid": { zh: "指令回复不合格", en: "Command reply is not valid" },
  "frame-unreadable": { zh: "报文无法解析", en: "Frame cannot be read" },
  "component-unknown": { zh: "未登记的部件", en: "Unknown component" },
  "source-unknown": { zh: "未知的来源", en: "Unknown source" },
  "internal-fault": { zh: "网关内部出错", en: "Fault inside the gateway" },
  "series-refused": { zh: "历史数据未能写入", en: "History did not take it" },
} satisfies Record<Rejection["code"], Text>);
