import { defineArea } from "../../i18n/words.ts";

/** Texts of the commands of a device. */
export const commandsArea = defineArea({
  send: { zh: "下发命令", en: "Send a command" },
  ask: {
    zh: "将向“{device}”发送“{command}”。设备收到后立即执行。",
    en: "“{command}” will be sent to “{device}”, which does it as soon as it receives it.",
  },
  offline: {
    zh: "设备现在不在线。命令最多等待 {time}，过期不再发送。",
    en: "The device is offline. The command waits at most {time} and is not sent after that.",
  },
  confirm: { zh: "发送", en: "Send" },
  queuedToast: { zh: "命令已排队", en: "The command is queued" },
  notAllowed: { zh: "您的角色只能查看命令。", en: "Your role may look at commands only." },
  past: { zh: "命令记录", en: "Commands so far" },
  none: { zh: "还没有下发过命令", en: "No command was sent yet" },
  queued: { zh: "排队中", en: "Queued" },
  sent: { zh: "已发送", en: "Sent" },
  acknowledged: { zh: "设备已收到", en: "Received" },
  done: { zh: "已执行", en: "Done" },
  failed: { zh: "失败", en: "Failed" },
  expired: { zh: "已过期，未发送", en: "Expired, not sent" },
  until: { zh: "最迟 {time} 发送", en: "sent by {time} at the latest" },
  took: { zh: "用时 {time}", en: "took {time}" },
});
