import type { Values } from "../../devices/kit/kind.ts";
import type { Log } from "../log.ts";
import { createMetrics } from "../metrics.ts";
import type { Change, KnownDevice, Reading } from "../types.ts";
import type { Episode, PastReading, Rehearse, RuleMemory } from "./contract.ts";
import { createJudge } from "./judge.ts";
import { createPhases } from "./phases.ts";
import type { JudgeSettings } from "./settings.ts";

/**
 * Runs the judge itself over the past, so that holding times and hysteresis count as they do in earnest. Unlike in earnest nobody
 * resolves anything: an alert that waits for a person is over when its condition is.
 */
export function createRehearsal({
  settings,
  log,
}: {
  settings: JudgeSettings;
  log: Pick<Log, "error">;
}): Rehearse {
  return ({ device, rule, limits, before, readings, from, to }) => {
    const { latched: _, ...unlatched } = rule;
    const tried: KnownDevice = {
      ...device,
      limits: { [rule.id]: limits },
      definition: { ...device.definition, rules: [unlatched] },
    };
    let now = from;
    let ids = 0;
    const judge = createJudge({
      ...{ phases: createPhases(), find: () => tried, clock: { now: () => now }, newId: () => String(++ids) },
      ...{ metrics: createMetrics(), log, settings },
    });
    const memory: RuleMemory = {};
    const present: Values = { ...before };
    const episodes: Episode[] = [];

    function hear({ at, event, values }: PastReading): void {
      now = at;
      Object.assign(present, values);
      const stream = event === undefined ? "telemetry" : "event";
      const reading: Reading = { device: device.device, stream, event, at, ts: at, quality: "good", values };
      note(judge.judge(tried, reading, present, memory));
    }

    function note(changes: readonly Change[]): void {
      for (const { step, at } of changes) {
        if (step === "raised") episodes.push({ from: at, to: undefined });
        const last = episodes.at(-1);
        if (step === "cleared" && last !== undefined) episodes[episodes.length - 1] = { ...last, to: at };
      }
    }

    if (Object.keys(before).length > 0) hear({ at: from, event: undefined, values: { ...before } });
    for (const reading of readings) hear(reading);
    now = to;
    note(judge.due(to));
    return episodes;
  };
}
