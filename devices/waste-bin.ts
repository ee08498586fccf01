import { z } from "zod";
import { defineKind } from "./kit/define.ts";
import { alarmFlag, battery, fact, flag, state } from "./kit/fields.ts";
import type { CommandKind, RuleInput } from "./kit/kind.ts";
import { celsius, degrees, fillRatio, kilograms, litres, millimetres, ppm } from "./kit/quantities.ts";
import { above, atLeast, only, orFlag, stays } from "./kit/rules.ts";
import { event, telemetry } from "./kit/samples.ts";
import { batteryLow, offline } from "./kit/shared-rules.ts";
import { risesBy } from "./kit/timed-rules.ts";
import { simulateWasteBin } from "./life/waste-bin.ts";

const intervalMs = 600_000;

const wasteClass = state(
  { zh: "垃圾类别", en: "Waste class" },
  {
    recyclable: { zh: "可回收物", en: "Recyclable" },
    hazardous: { zh: "有害垃圾", en: "Hazardous" },
    food: { zh: "厨余垃圾", en: "Food" },
    other: { zh: "其他垃圾", en: "Other" },
  },
  { recycling: "recyclable", kitchen: "food", residual: "other" },
);

const fillUnit = state(
  { zh: "满溢度上报方式", en: "Fill is sent as" },
  {
    percent: { zh: "百分比", en: "Per cent" },
    mm: { zh: "到箱盖的距离（毫米）", en: "Distance to the lid in mm" },
  },
);

const commands: Record<string, CommandKind> = {
  lock: { title: { zh: "锁定投口", en: "Lock the lid" }, args: z.strictObject({}), maxAgeMs: 600_000 },
  unlock: { title: { zh: "解锁投口", en: "Unlock the lid" }, args: z.strictObject({}), maxAgeMs: 600_000 },
  compact: { title: { zh: "压缩", en: "Compact" }, args: z.strictObject({}), maxAgeMs: 60_000 },
};

/** A bin for one class of sorted household waste. */
export default defineKind({
  name: "waste-bin",
  title: { zh: "垃圾分类箱", en: "Waste bin" },
  intervalMs,
  fields: {
    fill: fillRatio({ zh: "满溢度", en: "Fill" }),
    wasteClass,
    weight: kilograms({ zh: "重量", en: "Weight" }, [0, 1000]),
    temperature: celsius({ zh: "温度", en: "Temperature" }, [-40, 300]),
    burning: alarmFlag({ zh: "明火", en: "Burning" }),
    methane: ppm({ zh: "甲烷", en: "Methane" }, [0, 50_000]),
    tilt: degrees({ zh: "倾角", en: "Tilt" }, [0, 180]),
    moved: alarmFlag({ zh: "被移动", en: "Moved" }),
    lidOpen: flag({ zh: "箱盖打开", en: "Lid open" }, { open: true, opened: true, closed: false }),
    locked: flag({ zh: "投口锁定", en: "Lid locked" }, { locked: true, unlocked: false }),
    battery: battery(),
  },
  facts: {
    depthMm: fact(
      millimetres({ zh: "箱体深度（探头到箱底）", en: "Depth from the sensor to the floor" }, [100, 5000]),
    ),
    fillUnit: fact(fillUnit),
    volumeL: fact(litres({ zh: "容积", en: "Volume" }, [10, 5000])),
    wasteClass: fact(wasteClass),
  },
  events: {
    emptied: { title: { zh: "已清运", en: "Emptied" }, fields: ["fill", "weight"] },
    "lid-opened": {
      title: { zh: "箱盖打开", en: "Lid opened" },
      fields: ["lidOpen"],
      implies: { lidOpen: true },
    },
    "lid-closed": {
      title: { zh: "箱盖关闭", en: "Lid closed" },
      fields: ["lidOpen"],
      implies: { lidOpen: false },
    },
    moved: { title: { zh: "被移动", en: "Moved" }, fields: ["moved", "tilt"], implies: { moved: true } },
    "fire-detected": {
      title: { zh: "检测到火情", en: "Fire detected" },
      fields: ["burning", "temperature"],
      implies: { burning: true },
    },
  },
  commands,
  rules: [
    {
      id: "fire",
      severity: "critical",
      fire: true,
      title: { zh: "垃圾箱起火", en: "Bin on fire" },
      advice: {
        zh: "立即拨打119，疏散周边人员和车辆；用水基或干粉灭火器从上风向扑救，有害垃圾箱不要靠近。",
        en: "Call 119, clear people and cars away; extinguish from upwind, do not approach a hazardous bin.",
      },
      ...orFlag("burning", above("temperature", { raise: 70, clear: 50, unit: "°C" })),
      example: {
        raise: [telemetry({ temperature: 84, burning: false })],
        clear: [telemetry({ temperature: 31, burning: false })],
      },
    },
    {
      id: "heating",
      severity: "major",
      title: { zh: "温度快速上升", en: "Heating up" },
      advice: {
        zh: "立即到现场查看是否阴燃，备好灭火器。",
        en: "Go and look for smouldering; take an extinguisher.",
      },
      ...risesBy("temperature", { raisePerMinute: 5, clearPerMinute: 1, minimumS: 30, unit: "°C" }),
      example: {
        raise: [telemetry({ temperature: 20 }), telemetry({ temperature: 26 }, 60)],
        clear: [telemetry({ temperature: 26 }, 60)],
      },
    },
    {
      id: "overfull",
      severity: "minor",
      title: { zh: "垃圾满溢", en: "Overfull" },
      advice: {
        zh: "通知清运，必要时锁定投口并指引旁边的箱子。",
        en: "Call collection; lock the lid and point to the next bin.",
      },
      ...atLeast("fill", { raise: 0.95, clear: 0.9, unit: "ratio" }),
      example: { raise: [telemetry({ fill: 0.97 })], clear: [event("emptied", { fill: 0.02 })] },
    },
    {
      id: "nearly-full",
      severity: "info",
      title: { zh: "即将满溢", en: "Nearly full" },
      advice: { zh: "列入下一趟清运。", en: "Put it on the next collection round." },
      ...atLeast("fill", { raise: 0.8, clear: 0.7, unit: "ratio" }),
      example: { raise: [telemetry({ fill: "83%" })], clear: [event("emptied", { fill: 0.02 })] },
    },
    {
      id: "full-too-long",
      severity: "minor",
      title: { zh: "长时间满溢未清运", en: "Full for too long" },
      advice: { zh: "联系清运单位，说明漏收。", en: "Tell the collection company that a round was missed." },
      ...stays(86_400, atLeast("fill", { raise: 0.95, clear: 0.9, unit: "ratio" })),
      example: { raise: [telemetry({ fill: 0.97 })], clear: [event("emptied", { fill: 0.02 })] },
    },
    {
      id: "hazardous-full",
      severity: "minor",
      title: { zh: "有害垃圾箱已满", en: "Hazardous bin full" },
      advice: {
        zh: "通知有资质的单位专车清运，不得混装。",
        en: "Order the licensed collector; never mix it with other waste.",
      },
      ...only(isHazardous, atLeast("fill", { raise: 0.8, clear: 0.5, unit: "ratio" })),
      example: {
        facts: { wasteClass: "hazardous" },
        raise: [telemetry({ fill: 0.85 })],
        clear: [event("emptied", { fill: 0.02 })],
      },
    },
    {
      id: "displaced",
      severity: "minor",
      title: { zh: "箱体倾倒或被移动", en: "Tilted or moved" },
      advice: {
        zh: "到现场扶正复位，检查是否伤人或遗撒。",
        en: "Put it back up; look for injury and spilt waste.",
      },
      ...stays(120, orFlag("moved", above("tilt", { raise: 45, clear: 15, unit: "°" }))),
      example: {
        raise: [event("moved", { moved: true, tilt: 88 })],
        clear: [telemetry({ moved: false, tilt: 1 })],
      },
    },
    {
      id: "methane",
      severity: "major",
      title: { zh: "甲烷浓度高", en: "Methane high" },
      advice: {
        zh: "禁止烟火，打开箱盖通风，尽快清运。",
        en: "No flames; open the lid to air it; have it emptied soon.",
      },
      // A tenth of the lower explosive limit (5 % by volume), the usual first alarm of gas detectors.
      ...above("methane", { raise: 5000, clear: 2500, unit: "ppm" }),
      example: { raise: [telemetry({ methane: 6200 })], clear: [telemetry({ methane: 300 })] },
    },
    batteryLow(),
    offline({ severity: "minor", wake: telemetry({ fill: 0.4, battery: 90 }) }),
  ],
  summary: ["fill", "wasteClass", "temperature", "battery"],
  figure: "fill",
  examples: [
    telemetry({
      fill: 0.42,
      wasteClass: "food",
      weight: 31.5,
      temperature: 18.2,
      burning: false,
      battery: 87,
    }),
    telemetry({ fill: "63.000000%", tilt: 2, moved: false, methane: 120, lidOpen: "closed", locked: 0 }),
    event("lid-closed", { lidOpen: false }),
    event("emptied", { fill: 0.02, weight: 1.2 }),
  ],
  simulate: (parts) => simulateWasteBin({ ...parts, intervalMs, commands }),
});

function isHazardous({ values, facts }: RuleInput): boolean | undefined {
  const known = values.wasteClass ?? facts.wasteClass;
  return known === undefined ? undefined : known === "hazardous";
}
