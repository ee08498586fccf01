import { number } from "./fields.ts";
import type { Field, Rule } from "./kind.ts";
import { above, below, stays } from "./rules.ts";
import { telemetry } from "./samples.ts";

/** Turbidity of drinking water in NTU. */
export function turbidity(): Field {
  const title = { zh: "浊度", en: "Turbidity" };
  return number({ title, unit: "NTU", range: [0, 1000], widget: "gauge" });
}

/** Free chlorine that is left in drinking water, mg/L. */
export function chlorine(): Field {
  const title = { zh: "余氯", en: "Residual chlorine" };
  return number({ title, unit: "mg/L", range: [0, 20], widget: "gauge" });
}

/** What makes drinking water unfit, read from the fields `chlorine` and `turbidity`. Ten minutes, because sensors are flushed. */
export function waterQualityRules(): Rule[] {
  return [
    {
      id: "chlorine-low",
      severity: "major",
      title: { zh: "余氯不足", en: "Residual chlorine too low" },
      advice: {
        zh: "复测；确认后消毒水箱，通知住户煮沸后饮用，报告卫生部门。",
        en: "Measure again; then disinfect the tank, tell residents to boil their water, report to the health office.",
      },
      ...stays(600, below("chlorine", { raise: 0.2, clear: 0.25, unit: "mg/L" })),
      example: { raise: [telemetry({ chlorine: 0.08 })], clear: [telemetry({ chlorine: "0.45 mg/L" })] },
    },
    {
      id: "turbid",
      severity: "minor",
      title: { zh: "浊度超标", en: "Water turbid" },
      advice: {
        zh: "冲洗管道和水箱，复测；持续超标时通知住户。",
        en: "Flush line and tank, measure again; tell residents if it stays.",
      },
      // Derived from the 1 NTU for drinking water in GB 5749.
      ...stays(600, above("turbidity", { raise: 1, clear: 0.8, unit: "NTU" })),
      example: { raise: [telemetry({ turbidity: 2.4 })], clear: [telemetry({ turbidity: "0.30" })] },
    },
  ];
}
