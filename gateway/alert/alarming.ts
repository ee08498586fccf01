import type { Values } from "../../devices/kit/kind.ts";
import type { KnownDevice, Reading } from "../types.ts";
import type { RuleMemory } from "./contract.ts";

/**
 * Would this reading raise a critical alert? Asked of the sound part of a message that was refused: an alarm must not
 * be lost with a bad neighbour. Leaves what rules remember as it is.
 */
export function isAlarming(
  device: KnownDevice,
  reading: Reading,
  present: Readonly<Values>,
  memory: RuleMemory,
): boolean {
  const { event, at, ts, values: changed } = reading;
  const { definition, facts, limits } = device;
  const values = { ...present, ...changed };
  return definition.rules.some((rule) => {
    if (rule.quiet === true || (rule.severityFor?.(facts) ?? rule.severity) !== "critical") return false;
    const ownLimits = limits[rule.id] ?? {};
    const own = [...(memory[rule.id] ?? [])];
    return rule.check({ values, changed, event, at, ts, facts, limits: ownLimits, memory: own }) === "raise";
  });
}
