import { z } from "zod";
import { argument } from "./kit/arguments.ts";
import { defineKind } from "./kit/define.ts";
import { alarmFlag, battery, count, fact, flag, state } from "./kit/fields.ts";
import type { CommandKind, RuleInput } from "./kit/kind.ts";
import { kpa } from "./kit/quantities.ts";
import { anyFalse, below, is, latched, only, pressed, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { mains } from "./kit/shared-fields.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { unanswered } from "./kit/timed-rules.ts";
import { simulateMicroFireStation } from "./life/micro-fire-station.ts";

const intervalMs = 30_000;
const equipmentWords = { present: true, missing: false };

const commands: Record<string, CommandKind> = {
  dispatch: {
    title: { zh: "调派出动", en: "Dispatch the crew" },
    args: z.strictObject({
      incident: argument(
        { zh: "警情编号", en: "Incident id" },
        z.string().min(1).max(64).describe("Id of the incident"),
      ),
      place: argument(
        { zh: "地点", en: "Place" },
        z.string().min(1).max(200).describe("Where to go, as it is read out"),
      ),
      note: argument(
        { zh: "现场情况", en: "What is known" },
        z.string().max(500).optional().describe("What burns, who is inside, which way is open"),
      ),
    }),
    maxAgeMs: 60_000,
  },
  "stand-down": {
    title: { zh: "撤销调派", en: "Stand down" },
    args: z.strictObject({
      incident: argument(
        { zh: "警情编号", en: "Incident id" },
        z.string().min(1).max(64).describe("Id of the incident"),
      ),
    }),
    maxAgeMs: 300_000,
  },
  "duty-check": {
    title: { zh: "查岗", en: "Duty check" },
    args: z.strictObject({
      answerS: argument(
        { zh: "应答时限（秒）", en: "Answer within (s)" },
        z.int().min(60).max(600).default(600).describe("Sounds until answered, at most so long"),
      ),
    }),
    maxAgeMs: 60_000,
  },
  siren: {
    title: { zh: "声光警报", en: "Siren" },
    args: z.strictObject({
      on: argument({ zh: "响铃", en: "Sounds" }, z.boolean()),
      seconds: argument(
        { zh: "响铃时长（秒）", en: "Sounds for (s)" },
        z.int().min(1).max(300).default(60).describe("Falls silent after this time"),
      ),
    }),
    maxAgeMs: 10_000,
  },
};

/** The room or cabinet from which residents and guards fight a fire in its first minutes. */
export default defineKind({
  name: "micro-fire-station",
  title: { zh: "微型消防站", en: "Micro fire station" },
  intervalMs,
  fields: {
    crew: count({ zh: "在岗人数", en: "Crew on duty" }, [0, 50]),
    sos: alarmFlag({ zh: "一键报警", en: "SOS button" }),
    dispatch: state(
      { zh: "调派状态", en: "Dispatch" },
      {
        none: { zh: "无", en: "None" },
        calling: { zh: "呼叫中", en: "Calling" },
        answered: { zh: "已应答出动", en: "Answered" },
      },
    ),
    dutyCheck: state(
      { zh: "查岗状态", en: "Duty check" },
      {
        none: { zh: "无", en: "None" },
        calling: { zh: "等待应答", en: "Waiting for an answer" },
        answered: { zh: "已应答", en: "Answered" },
        missed: { zh: "未应答", en: "Missed" },
      },
    ),
    extinguishers: flag({ zh: "灭火器在位", en: "Extinguishers in place" }, equipmentWords),
    hoses: flag({ zh: "水带水枪在位", en: "Hoses in place" }, equipmentWords),
    masks: flag({ zh: "防毒面具在位", en: "Masks in place" }, equipmentWords),
    radios: flag({ zh: "对讲机在位", en: "Radios in place" }, equipmentWords),
    extinguisherPressure: kpa({ zh: "灭火器压力", en: "Extinguisher pressure" }, [0, 2500]),
    cabinetOpen: flag(
      { zh: "器材柜门打开", en: "Cabinet open" },
      { open: true, opened: true, closed: false },
    ),
    siren: flag({ zh: "警报器", en: "Siren" }),
    linkUp: flag({ zh: "与指挥中心链路", en: "Link to the centre" }, { up: true, down: false }),
    mains: mains(),
    battery: battery(),
  },
  facts: { crewPerShift: fact(count({ zh: "每班编制人数", en: "Crew of a shift" }, [1, 50])) },
  events: {
    sos: { title: { zh: "一键报警按下", en: "SOS pressed" }, fields: ["sos"], implies: { sos: true } },
    "sos-released": {
      title: { zh: "一键报警复位", en: "SOS released" },
      fields: ["sos"],
      implies: { sos: false },
    },
    "dispatch-received": {
      title: { zh: "收到调派", en: "Dispatch received" },
      fields: ["dispatch", "siren"],
      implies: { dispatch: "calling" },
    },
    "dispatch-answered": {
      title: { zh: "应答出动", en: "Dispatch answered" },
      fields: ["dispatch", "siren"],
      implies: { dispatch: "answered" },
    },
    "dispatch-ended": {
      title: { zh: "调派结束", en: "Dispatch ended" },
      fields: ["dispatch", "siren"],
      implies: { dispatch: "none" },
    },
    "duty-check-asked": {
      title: { zh: "开始查岗", en: "Duty check asked" },
      fields: ["dutyCheck"],
      implies: { dutyCheck: "calling" },
    },
    "duty-check-answered": {
      title: { zh: "查岗应答", en: "Duty check answered" },
      fields: ["dutyCheck"],
      implies: { dutyCheck: "answered" },
    },
    "duty-check-missed": {
      title: { zh: "查岗未应答", en: "Duty check missed" },
      fields: ["dutyCheck"],
      implies: { dutyCheck: "missed" },
    },
    "shift-changed": { title: { zh: "交接班", en: "Shift changed" }, fields: ["crew"] },
    "cabinet-opened": {
      title: { zh: "器材柜打开", en: "Cabinet opened" },
      fields: ["cabinetOpen"],
      implies: { cabinetOpen: true },
    },
    "cabinet-closed": {
      title: { zh: "器材柜关闭", en: "Cabinet closed" },
      fields: ["cabinetOpen"],
      implies: { cabinetOpen: false },
    },
  },
  commands,
  dutyCheck: {
    command: "duty-check",
    answerArg: "answerS",
    answered: "duty-check-answered",
    missed: "duty-check-missed",
  },
  rules: [
    {
      id: "sos",
      severity: "critical",
      fire: true,
      title: { zh: "微型消防站一键报警", en: "SOS at the micro fire station" },
      advice: {
        zh: "立即拨打119并回拨站内核实，通知邻近站点增援。",
        en: "Call 119, call the station back, and send the neighbouring stations.",
      },
      ...latched(pressed("sos", "sos")),
      example: { raise: [event("sos", { sos: true })], clear: [] },
    },
    {
      id: "dispatch-unanswered",
      severity: "critical",
      fire: true,
      title: { zh: "调派无人应答", en: "Dispatch not answered" },
      advice: {
        zh: "电话呼叫班长，同时调派邻近微型消防站。",
        en: "Phone the leader and dispatch the neighbouring station now.",
      },
      ...unanswered("dispatch", { asked: "calling", answerS: 60 }),
      example: {
        raise: [event("dispatch-received", { dispatch: "calling" })],
        clear: [event("dispatch-answered", { dispatch: "answered" })],
      },
    },
    {
      id: "duty-check-missed",
      severity: "major",
      title: { zh: "查岗未应答", en: "Duty check missed" },
      advice: {
        zh: "电话联系值班人员；无人接听时到站查看并补位。",
        en: "Phone the crew; if nobody answers, go there and stand in.",
      },
      ...unanswered("dutyCheck", { asked: "calling", failed: "missed", answerS: 600 }),
      example: {
        raise: [event("duty-check-missed", { dutyCheck: "missed" })],
        clear: [event("duty-check-answered", { dutyCheck: "answered" })],
      },
    },
    {
      id: "crew-short",
      severity: "major",
      title: { zh: "在岗人数不足", en: "Crew too small" },
      advice: {
        zh: "立即补足本班人数，无法补足时通知邻近站点兼顾。",
        en: "Bring it to strength, or have the neighbouring station cover.",
      },
      ...stays(300, below("crew", { raise: 3, clear: 3, unit: "count" })),
      example: { raise: [event("shift-changed", { crew: 2 })], clear: [telemetry({ crew: 5 })] },
    },
    {
      id: "equipment-missing",
      severity: "major",
      title: { zh: "器材缺失", en: "Equipment missing" },
      advice: {
        zh: "清点器材，当班补齐并登记去向。",
        en: "Count the equipment; replace it this shift and note where it went.",
      },
      ...stays(60, only(isAtHome, anyFalse("extinguishers", "hoses", "masks", "radios"))),
      example: {
        raise: [telemetry({ extinguishers: true, hoses: true, masks: "missing", radios: true })],
        clear: [telemetry({ masks: true })],
      },
    },
    {
      id: "extinguisher-pressure-low",
      severity: "minor",
      title: { zh: "灭火器压力不足", en: "Extinguisher pressure low" },
      advice: { zh: "更换该灭火器并送检充装。", en: "Replace the extinguisher and have it refilled." },
      // The green zone of stored-pressure powder extinguishers begins near 1 MPa.
      ...below("extinguisherPressure", { raise: 1000, clear: 1050, unit: "kPa" }),
      example: {
        raise: [telemetry({ extinguisherPressure: "0.82 MPa" })],
        clear: [telemetry({ extinguisherPressure: 1200 })],
      },
    },
    {
      id: "link-down",
      severity: "major",
      title: { zh: "指挥中心链路中断", en: "Link to the centre down" },
      advice: {
        zh: "改用电话或对讲机联络，报修线路。",
        en: "Use the telephone or radio; have the line repaired.",
      },
      ...stays(30, is("linkUp", false)),
      example: { raise: [telemetry({ linkUp: false })], clear: [telemetry({ linkUp: true })] },
    },
    {
      id: "mains-lost",
      severity: "minor",
      title: { zh: "市电中断", en: "Mains lost" },
      advice: {
        zh: "确认备用电池在供电，联系电工恢复市电。",
        en: "Check that the battery carries it; have the mains restored.",
      },
      ...stays(10, is("mains", false)),
      example: { raise: [telemetry({ mains: false })], clear: [telemetry({ mains: true })] },
    },
    batteryLow(),
    offline({
      severity: "major",
      advice: {
        zh: "电话联系站内值班人员，检查供电与网络。",
        en: "Phone the crew; check the station's power and network.",
      },
      wake: telemetry({ crew: 4, linkUp: true }),
    }),
  ],
  summary: ["sos", "dispatch", "crew", "dutyCheck", "linkUp", "mains", "battery"],
  examples: [
    telemetry({
      crew: 4,
      sos: false,
      dispatch: "none",
      dutyCheck: "none",
      linkUp: true,
      mains: true,
      battery: 100,
    }),
    telemetry({
      extinguishers: true,
      hoses: true,
      masks: 1,
      radios: "ON",
      cabinetOpen: false,
      extinguisherPressure: "1.2 MPa",
    }),
    event("sos", { sos: true }),
    event("duty-check-answered", { dutyCheck: "answered" }),
  ],
  simulate: (parts) => simulateMicroFireStation({ ...parts, intervalMs, commands }),
});

/** What the crew took to a fire is not missing: nothing is said of it until they are back. */
function isAtHome({ values }: RuleInput): boolean | undefined {
  return values.dispatch === "answered" ? undefined : true;
}
