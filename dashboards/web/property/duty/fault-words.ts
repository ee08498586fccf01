import { defineArea } from "../../i18n/words.ts";

/** What the gateway refuses of people, crews, rosters and chains, as a person in the office says it. */
export const dutyFaultArea = defineArea({
  timeOfDay: { zh: "请填 24 小时制的时间，如 08:00", en: "A time of day such as 08:00 is needed" },

  fullContacts: { zh: "本小区最多 {most} 个联系人", en: "The site may have {most} contacts" },
  fullCrews: { zh: "本小区最多 {most} 个消防队", en: "The site may have {most} crews" },
  fullShifts: { zh: "排班表最多 {most} 班", en: "The roster may have {most} shifts" },
  needCrew: { zh: "队员和队长要选一个消防队", en: "Choose the crew: members and leaders belong to one" },
  noPerson: { zh: "这个登录账号已不存在", en: "This log-in is gone" },
  personTaken: { zh: "这个登录账号已经是“{name}”的", en: "This log-in is {name}'s already" },
  manyWays: { zh: "最多保留 {most} 种联系方式", en: "At most {most} ways are kept" },
  noTarget: {
    zh: "网关设置里没有“{target}”这个渠道",
    en: "The gateway's settings have no channel “{target}”",
  },
  groupTarget: {
    zh: "“{target}”发到群里，不能联系到个人",
    en: "“{target}” goes to a group and reaches nobody in particular",
  },

  crewTaken: { zh: "已有同名的消防队", en: "There is a crew of this name already" },
  noStation: { zh: "小区里没有“{device}”这台设备", en: "The site has no device “{device}”" },
  noBuilding: { zh: "小区里没有这些楼：{buildings}", en: "The site has no such building: {buildings}" },
  noNeighbour: { zh: "选中的邻队已不存在", en: "A neighbouring crew is gone" },
  leastRange: { zh: "请填 1 到 100 人", en: "1 to 100 people" },
  crewFull: {
    zh: "“{crew}”还有联系人。请先把他们调到别的队，或删除。",
    en: "{crew} still has contacts. Move them to another crew or remove them first.",
  },
  manyTimes: { zh: "每天最多 {most} 个时间", en: "At most {most} times a day" },
  littleRoom: {
    zh: "{from} 至 {to} 之间最多再随机查 {most} 次：每次（含定时查岗）前后要留出一小时",
    en: "Between {from} and {to} there is room for {most} at most: each check, a planned one too, needs an hour",
  },
  askedAlready: { zh: "这个队正在查岗，还没有应答", en: "This crew is being asked already" },

  noCrew: { zh: "没有“{crew}”这个消防队", en: "There is no crew “{crew}”" },
  noContact: { zh: "没有“{contact}”这个联系人", en: "There is no contact “{contact}”" },
  endFirst: { zh: "结束要晚于开始", en: "The end must be later than the beginning" },
  longShift: { zh: "一班最长 {most} 小时", en: "A shift lasts {most} hours at most" },
  longLine: { zh: "这一班有 {hours} 小时，太长了", en: "A shift of {hours} hours is too long" },
  busy: { zh: "{name} 在 {from} 至 {to} 已有排班", en: "{name} is on duty from {from} to {to} already" },
  sameWeek: { zh: "请选另一周", en: "Choose another week" },

  emptyFile: { zh: "文件是空的", en: "The file is empty" },
  manyLines: { zh: "一次最多导入 {most} 班", en: "At most {most} shifts at once" },
  unknownColumn: {
    zh: "不认识这一列；可用：班组、人员、日期、上班、下班、带班",
    en: "Unknown column; known are crew, contact, date, from, to, leads",
  },
  twiceColumn: { zh: "这一列出现了两次", en: "This column is there twice" },
  lacksColumn: {
    zh: "第一行要写列名，缺少这一列",
    en: "The first line names the columns, and this one is missing",
  },
  badDate: { zh: "日期写成 2026-01-15，这里是“{got}”", en: "A date such as 2026-01-15, got “{got}”" },
  badTime: { zh: "时间写成 08:00，这里是“{got}”", en: "A time such as 08:00, got “{got}”" },
  badLeads: { zh: "填“是”或“否”，这里是“{got}”", en: "Yes or no, got “{got}”" },
  manyNamed: { zh: "有 {count} 个“{name}”，请写编号", en: "{count} are called “{name}”; write the id" },

  manyStages: { zh: "最多 {most} 步", en: "At most {most} steps" },
  earlyStage: {
    zh: "上一步在 {before} 秒，这一步不能更早",
    en: "The step before comes at {before} s; this one cannot come earlier",
  },
  nobodyCalled: { zh: "这一步没有呼叫任何人", en: "This step calls nobody" },
  withinDay: { zh: "要在告警后一天之内", en: "It must be within a day of the alarm" },
  repeatsNothing: { zh: "没有任何一步，无从重复", en: "There is no step to repeat" },
  repeatShort: {
    zh: "至少间隔 {least} 秒，否则来不及应答",
    en: "At least {least} s, or nobody could answer in between",
  },
  fireBegins: { zh: "火警的第一步必须立即呼叫", en: "A fire calls somebody at once: the first step is at 0" },
  fireAbove: {
    zh: "{most} 秒之内必须叫到值班经理或通知群：消防队没有应答时，上级要来得及知道",
    en: "Supervisors or groups must be called by {most} s, so that somebody above the crew knows while there is time",
  },
  fireRepeats: {
    zh: "火警至少每 5 分钟再呼叫一次，直到有人处置",
    en: "A fire calls again at least every 5 minutes until a person acts",
  },
});
