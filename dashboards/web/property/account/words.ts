import { defineArea } from "../../i18n/words.ts";

/** Texts of one's own account. */
export const accountArea = defineArea({
  title: { zh: "我的账户", en: "My account" },
  name: { zh: "姓名", en: "Name" },
  login: { zh: "登录名", en: "Log-in name" },
  nameHint: {
    zh: "告警、火警和操作记录中写的就是这个姓名，由系统管理员修改。",
    en: "Alerts, incidents and the audit trail record this name; an administrator changes it.",
  },
  roles: { zh: "我的权限", en: "What I may do" },
  look: { zh: "语言与外观（仅本设备）", en: "Language and look of this device" },
  password: { zh: "修改密码", en: "Change the password" },
  old: { zh: "当前密码", en: "Present password" },
  new: { zh: "新密码", en: "New password" },
  again: { zh: "再输入一次新密码", en: "New password once more" },
  notSame: { zh: "两次输入的新密码不一致", en: "The two new passwords differ" },
  wrongOld: { zh: "当前密码不正确", en: "The present password is wrong" },
  passwordHint: {
    zh: "修改后，您在其他设备上的登录都会退出，本设备保持登录。",
    en: "Your sessions on other devices end; this one goes on.",
  },
  change: { zh: "修改密码", en: "Change it" },
  changed: {
    zh: "密码已修改，其他设备上的登录已退出",
    en: "The password is changed, and other sessions have ended",
  },
  sessions: { zh: "我的登录", en: "My sessions" },
  sessionsHint: {
    zh: "不认识的登录请立即退出，并修改密码。",
    en: "End what you do not know, and change the password.",
  },
  here: { zh: "本设备", en: "This device" },
  opened: { zh: "登录于 {time}", en: "logged in {time}" },
  used: { zh: "最近使用 {age}", en: "used {age}" },
  ends: { zh: "{time} 到期", en: "ends {time}" },
  end: { zh: "退出", en: "End" },
  endOthers: { zh: "退出其他全部登录", en: "End all others" },
  endTitle: { zh: "退出这些登录？", en: "End these sessions?" },
  endText: {
    zh: "对应的设备要重新登录；如果上面开着值守屏幕，它将不再报警。",
    en: "Those devices have to log in again; a duty screen that is open there sounds no more.",
  },
  ended: { zh: "已退出 {count} 个登录", en: "{count} sessions have ended" },
  unknownBrowser: { zh: "未知浏览器", en: "Unknown browser" },
});
