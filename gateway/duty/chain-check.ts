import { GatewayError } from "../errors.ts";
import type { IncidentMark } from "../types.ts";
import type { Chain, ChainClass, ChainStage } from "./contract.ts";

const second = 1_000;
/** Somebody above the crew must know of a fire by then, ms: the acknowledgement is due after 60 s. */
const aboveByMs = 90 * second;
/** A fire is called again at least so often, ms. */
const longestFireRepeatMs = 300 * second;
/** No chain calls again more often, ms: people must be able to answer in between. */
const shortestRepeatMs = 10 * second;
/** A stage after a whole day calls nobody who could still help, ms. */
const longestAfterMs = 86_400 * second;

/** What a check goes by. */
export interface ChainLimits {
  readonly maxStages: number;
  /** When the marks of the site's incidents pass, ms after detection. */
  readonly marks: Readonly<Record<IncidentMark, number>>;
}

/**
 * Refuses a chain with which an alarm could stay unheard: `invalid-request` with the path and why. A fire must call somebody at once,
 * somebody above the crew soon, and again until a person acts.
 */
export function checkChain(of: ChainClass, chain: Chain, { maxStages, marks }: ChainLimits): void {
  const { stages, repeatMs } = chain;
  if (stages.length > maxStages)
    refuse("stages", `has ${stages.length} stages, at most ${maxStages} are taken`);
  const times = stages.map((stage, index) => checkStage(of, stage, { index, marks }));
  for (const [index, time] of times.entries()) {
    const before = times[index - 1] ?? 0;
    if (time < before)
      refuse(
        `stages[${index}].after`,
        `comes ${before / second} s after the alarm at the earliest, the stage before it; this one says ${time / second} s`,
      );
  }
  if (repeatMs !== undefined && stages.length === 0) refuse("repeatMs", "repeats nothing: there is no stage");
  if (repeatMs !== undefined && repeatMs < shortestRepeatMs)
    refuse("repeatMs", `must be at least ${shortestRepeatMs / second} s, or nobody could answer in between`);
  if (of === "fire") checkFire(chain, times);
}

function checkStage(
  of: ChainClass,
  { after, call, until }: ChainStage,
  { index, marks }: { index: number; marks: ChainLimits["marks"] },
): number {
  const path = `stages[${index}]`;
  if (call.length === 0) refuse(`${path}.call`, "calls nobody");
  if (of !== "fire" && typeof after !== "number")
    refuse(
      `${path}.after`,
      `"${after}" is a mark of incidents, and only the class fire is for them; write ms`,
    );
  if (of !== "fire" && until !== "acknowledged")
    refuse(`${path}.until`, `alerts know no "${until}"; only "acknowledged" ends their calls`);
  const time = typeof after === "number" ? after : marks[after];
  if (time > longestAfterMs) refuse(`${path}.after`, "must be within a day of the alarm");
  return time;
}

function checkFire({ stages, repeatMs }: Chain, times: readonly number[]): void {
  if (times[0] !== 0) refuse("stages", "must begin at 0: a fire calls somebody at once");
  const isAbove = ({ who }: ChainStage["call"][number]) => who === "supervisor" || who === "targets";
  if (!stages.some(({ call }, index) => times[index]! <= aboveByMs && call.some(isAbove)))
    refuse(
      "stages",
      `must call supervisor or targets by ${aboveByMs / second} s: when the crew does not answer, somebody above it must know while there is time to help`,
    );
  if (repeatMs === undefined || repeatMs > longestFireRepeatMs)
    refuse("repeatMs", "must be there and at most 300 s: a fire calls again until a person acts");
}

function refuse(path: string, message: string): never {
  throw new GatewayError("invalid-request", `${path} ${message}`, { path });
}
