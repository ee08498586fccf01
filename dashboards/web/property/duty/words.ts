import { defineArea } from "../../i18n/words.ts";

/** Texts that more than one part of the duty page shows. */
export const dutyArea = defineArea({
  title: { zh: "值班", en: "Duty" },
  now: { zh: "现在", en: "Now" },
  roster: { zh: "排班表", en: "Roster" },
  crews: { zh: "消防队", en: "Crews" },
  people: { zh: "联系人", en: "Contacts" },
  chains: { zh: "呼叫顺序", en: "Chain of calls" },
  checks: { zh: "查岗", en: "Duty checks" },

  noCrews: { zh: "还没有登记消防队", en: "No crew yet" },
  noCrewsDetail: {
    zh: "先建消防队，再加队员，然后排班。",
    en: "Begin with a crew, add its members, then plan their shifts.",
  },
  noCrewsReader: {
    zh: "物业经理登记后会显示在这里。",
    en: "Crews that the property office adds stand here.",
  },
  addCrew: { zh: "新建消防队", en: "Add a crew" },
  leads: { zh: "带班", en: "leads" },
  least: { zh: "应有 {least} 人", en: "{least} are needed" },
  wholeSite: { zh: "整个小区", en: "The whole site" },

  member: { zh: "队员", en: "Member" },
  leader: { zh: "队长", en: "Leader" },
  supervisor: { zh: "物业值班经理", en: "Property supervisor" },
  station: { zh: "小型消防站", en: "Small fire station" },
  district: { zh: "区消防", en: "District fire brigade" },
  inactive: { zh: "停用", en: "Inactive" },
  noWays: { zh: "没有联系方式，无法呼叫", en: "No way to call" },
});
