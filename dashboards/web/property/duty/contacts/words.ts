import { defineArea } from "../../../i18n/words.ts";

/** Texts of the contacts. */
export const contactsArea = defineArea({
  add: { zh: "添加联系人", en: "Add a contact" },
  change: { zh: "修改联系人", en: "Change the contact" },
  changeOf: { zh: "修改 {name}", en: "Change {name}" },
  remove: { zh: "删除联系人", en: "Remove the contact" },
  removeOf: { zh: "删除 {name}", en: "Remove {name}" },
  removeText: {
    zh: "从此不再呼叫 {name}，他的号码立即删除，今后的排班一并取消。过去的记录仍保留姓名。",
    en: "{name} is called no more: the numbers are erased at once and all coming shifts are gone. Records of the past keep the name.",
  },
  saved: { zh: "已保存 {name}", en: "{name} is saved" },
  removed: { zh: "已删除 {name}", en: "{name} is removed" },
  find: { zh: "按姓名查找", en: "Find by name" },
  none: { zh: "还没有联系人", en: "No contact yet" },
  noneDetail: {
    zh: "消防队员、物业值班经理、消防站——谁要接到呼叫，就添加谁。",
    en: "Members of crews, supervisors, fire stations: add everybody who is to be called.",
  },
  noneFound: { zh: "没有叫这个名字的人", en: "Nobody of this name" },
  above: { zh: "随时可呼叫", en: "Called at any time" },
  count: { zh: "{count} 人", en: "{count} people" },
  masked: { zh: "号码只有物业经理和管理员看得到。", en: "Only managers and administrators see the numbers." },
  noTargets: {
    zh: "网关设置里还没有能联系到个人的渠道（notify.targets），现在谁也呼叫不到。号码可以先登记。",
    en: "The gateway's settings have no channel that reaches one person (notify.targets), so nobody can be called. Numbers can be kept already.",
  },

  name: { zh: "姓名", en: "Name" },
  role: { zh: "职责", en: "Role" },
  memberSays: { zh: "排到班时接到呼叫。", en: "Is called while on duty." },
  leaderSays: {
    zh: "排到班时接到呼叫；无人应答时作为队长再呼叫。",
    en: "Is called while on duty, and again as the leader when nobody answers.",
  },
  supervisorSays: { zh: "不用排班，随时可呼叫。", en: "Needs no shift and is called at any time." },
  stationSays: {
    zh: "街道或社区的小型消防站，随时可呼叫。",
    en: "The small fire station of the quarter, called at any time.",
  },
  districtSays: {
    zh: "区里的消防救援队，随时可呼叫。",
    en: "The brigade of the district, called at any time.",
  },
  crew: { zh: "消防队", en: "Crew" },
  choose: { zh: "请选择", en: "Choose one" },
  needCrewFirst: {
    zh: "先新建消防队，才能添加队员和队长。",
    en: "Members and leaders need a crew: add one first.",
  },

  ways: { zh: "联系方式", en: "Ways to reach" },
  waysText: {
    zh: "从上到下依次使用：先用第一种，无人应答再用第二种。",
    en: "Used from top to bottom: the first one first, the second when nobody answers.",
  },
  wayNumber: { zh: "第 {number} 种", en: "Way {number}" },
  target: { zh: "渠道", en: "Channel" },
  phone: { zh: "电话号码", en: "Telephone number" },
  mail: { zh: "邮箱", en: "E-mail address" },
  address: { zh: "号码或地址", en: "Number or address" },
  addWay: { zh: "添加联系方式", en: "Add a way" },
  removeWay: { zh: "删除第 {number} 种联系方式", en: "Remove way {number}" },
  sooner: { zh: "把第 {number} 种提前", en: "Use way {number} sooner" },
  sms: { zh: "短信或语音电话", en: "text message or call" },
  email: { zh: "邮件", en: "e-mail" },
  login: { zh: "登录账号", en: "Log-in" },
  noLogin: { zh: "不关联", en: "None" },
  loginHint: {
    zh: "关联后，他在消防页面的操作会记到这个联系人名下。",
    en: "What he does on the fire page is then known to be this contact's.",
  },
  loginIs: { zh: "登录账号 {login}", en: "Log-in {login}" },
  hasLogin: { zh: "可登录", en: "Can log in" },
  unlink: { zh: "取消关联", en: "Unlink" },
  active: { zh: "参与呼叫", en: "Is called" },
  activeHint: {
    zh: "请假或离岗时取消勾选，保留资料但不再呼叫。",
    en: "Untick it for who is away: he stays on record and is not called.",
  },
});
