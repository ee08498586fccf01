import type { Text } from "../../devices/kit/kind.ts";
import type { IncidentState } from "../alert/contract.ts";
import type { IncidentMark, IncidentStep } from "../types.ts";

/** How far a crew has come, in words. */
export const stateWords: Readonly<Record<IncidentState, Text>> = {
  detected: { zh: "待接警", en: "nobody has acknowledged" },
  acknowledged: { zh: "已接警", en: "acknowledged" },
  dispatched: { zh: "已出动", en: "crew has set out" },
  arrived: { zh: "已到场", en: "crew on scene" },
  controlled: { zh: "已控制", en: "under control" },
  closed: { zh: "已结案", en: "closed" },
  "false-alarm": { zh: "误报", en: "false alarm" },
};

/** What happened, in words. */
export const stepWords: Readonly<Record<IncidentStep["step"], Text>> = {
  ...stateWords,
  detected: { zh: "报警", en: "alarm" },
  joined: { zh: "又一报警", en: "further alarm" },
  escalated: { zh: "超时上报", en: "escalated" },
  noted: { zh: "备注", en: "note" },
};

/** What it means that a mark has passed, in words. */
export const markWords: Readonly<Record<IncidentMark, Text>> = {
  acknowledge: { zh: "无人接警", en: "not acknowledged" },
  arrive: { zh: "无人到场", en: "nobody on scene" },
  control: { zh: "未控制", en: "not under control" },
};
