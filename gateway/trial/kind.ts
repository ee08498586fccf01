import { defineKind } from "../../devices/kit/define.ts";
import { alarmFlag, text } from "../../devices/kit/fields.ts";
import type { Kind, Rule, Text } from "../../devices/kit/kind.ts";
import { telemetry } from "../../devices/kit/samples.ts";
import type { Trial } from "../types.ts";

/** The name of the kind and the middle of its devices' names. */
export const trialKindName = "gateway";

interface Words {
  readonly title: Text;
  readonly advice: Text;
}

const words = {
  "self-test": {
    title: { zh: "自检报警", en: "Self-test alarm" },
    advice: { zh: "无需处理", en: "Nothing to do" },
  },
  drill: {
    title: { zh: "【演练】火警", en: "DRILL: fire alarm" },
    advice: {
      zh: "这是演练，没有火情；按真实火警接警、出动、到场、处置",
      en: "This is a drill, nothing burns; acknowledge, set out, arrive and act as in a fire",
    },
  },
} as const satisfies Record<string, Words>;

/**
 * What the gateway itself is when it tests its path or lets people drill. It is in no catalogue: nobody registers such a device, and no
 * list, dashboard or series knows it.
 */
export const trialKind: Kind = defineKind({
  name: trialKindName,
  title: { zh: "网关自检与演练", en: "Gateway: self-test and drills" },
  intervalMs: 30_000,
  fields: {
    selfTest: alarmFlag({ zh: "自检报警", en: "Self-test alarm" }),
    drill: alarmFlag({ zh: "演练火警", en: "Drill alarm" }),
    run: text({ zh: "编号", en: "Run" }, 64),
  },
  rules: [alarm("selfTest", "self-test"), alarm("drill", "drill")],
  summary: ["selfTest", "drill"],
  examples: [telemetry({ selfTest: true, run: "01J" })],
  simulate: () => ({ step: () => [], command: () => ({ ok: false }), provoke: () => [] }),
});

/** What people read about an alarm of the gateway's own devices; undefined for any other rule. */
export function wordsOf(rule: string): Words | undefined {
  return Object.hasOwn(words, rule) ? words[rule as keyof typeof words] : undefined;
}

/** The payload by which the gateway raises, or ends, the alarm of a trial. Always simulated, so that it never covers a real value. */
export function trialPayload(trial: Trial, isOn: boolean): string {
  const [[flag, run]] = Object.entries(trial) as [[string, string]];
  return JSON.stringify({ [flag]: isOn, run, simulated: true });
}

function alarm(flag: "selfTest" | "drill", id: keyof typeof words): Rule {
  return {
    ...{ id, ...words[id], severity: "critical", fire: true, limits: {}, reads: [] },
    check({ changed }) {
      if (changed[flag] === undefined) return "keep";
      return changed[flag] === true ? "raise" : "clear";
    },
    example: { raise: [telemetry({ [flag]: true })], clear: [telemetry({ [flag]: false })] },
  };
}
