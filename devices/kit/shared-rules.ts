import type { Rule, Sample } from "./kind.ts";
import { below, quiet } from "./rules.ts";
import { telemetry } from "./samples.ts";

/** The battery is low: minor below 20 %, over at 30 % so that a cold night does not make it flap. */
export function batteryLow(): Rule {
  return {
    id: "battery-low",
    severity: "minor",
    title: { zh: "电池电量低", en: "Battery low" },
    advice: {
      zh: "一周内更换电池或检查供电。",
      en: "Replace the battery or check the supply within a week.",
    },
    ...below("battery", { raise: 20, clear: 30, unit: "%" }),
    example: { raise: [telemetry({ battery: 12 })], clear: [telemetry({ battery: 98 })] },
  };
}

/** The device stopped talking. `wake` is a message after which it is back. */
export function offline(parts: {
  severity: Rule["severity"];
  severityFor?: Rule["severityFor"];
  advice?: Rule["advice"];
  wake: Sample;
}): Rule {
  const { severity, severityFor, wake } = parts;
  return {
    id: "offline",
    severity,
    ...(severityFor && { severityFor }),
    title: { zh: "设备离线", en: "Device offline" },
    advice: parts.advice ?? {
      zh: "检查设备供电与网络；离线期间的数值不可信。",
      en: "Check its power and network; its last values cannot be relied on meanwhile.",
    },
    ...quiet(),
    example: { raise: [], clear: [wake] },
  };
}
