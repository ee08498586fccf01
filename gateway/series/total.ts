import { type AnswerParts, refuseTooMany } from "./answer.ts";
import type { LastValue, SteppedSeries, TotalAnswer, TotalRequest } from "./contract.ts";
import { planRange } from "./plan.ts";

/**
 * One field over many devices: at the end of each step every device counts with its last value, unless that is older than
 * `carryMs`. So a car park whose sensors report changes only has an occupancy at every moment.
 */
export async function answerTotal(parts: AnswerParts, request: TotalRequest): Promise<TotalAnswer> {
  const { store, settings, now } = parts;
  const { devices, field, carryMs } = request;
  const plan = planRange(request, store.levels, now());
  const stepMs = plan.stepMs!;
  const steps = Math.max(0, (plan.to - plan.from) / stepMs);
  refuseTooMany(steps, settings.maxPoints);
  const choice = { devices, fields: [field], simulated: false };
  const series = await store.stepped({ ...choice, ...plan, stepMs });
  const before = await store.latest({ devices, fields: [field], before: plan.from, withinMs: carryMs });
  const fold = createFold(steps);
  for (const name of devices) {
    const mine = series.find(({ device }) => device === name);
    const first = before.find(({ device }) => device === name);
    for (const { step, value } of carried({ mine, first, carryMs, steps, stepMs, from: plan.from })) {
      fold.add(step, value);
    }
  }
  const times = Array.from({ length: steps }, (_, step) => plan.from + step * stepMs);
  return { stepMs, level: plan.level, times, ...fold.finish() };
}

/** The value of one device at the end of each step, while it counts. */
function* carried(parts: {
  mine: SteppedSeries | undefined;
  first: LastValue | undefined;
  carryMs: number;
  steps: number;
  stepMs: number;
  from: number;
}): Generator<{ step: number; value: number | string }> {
  const { mine, first, carryMs, steps, stepMs, from } = parts;
  let value: number | string | undefined =
    typeof first?.value === "boolean" ? Number(first.value) : first?.value;
  let saidAt = first?.time ?? 0;
  let next = 0;
  for (let step = 0; step < steps; step++) {
    const begin = from + step * stepMs;
    if (mine !== undefined && mine.times[next] === begin) {
      value = mine.last[next]!;
      // When in the step it was said is not known; it counts from the end.
      saidAt = begin + stepMs;
      next += 1;
    }
    if (value !== undefined && begin + stepMs - saidAt <= carryMs) yield { step, value };
  }
}

function createFold(steps: number) {
  const devices = new Array<number>(steps).fill(0);
  const sum = new Array<number | null>(steps).fill(null);
  const min = new Array<number | null>(steps).fill(null);
  const max = new Array<number | null>(steps).fill(null);
  const states: Record<string, number[]> = {};
  return {
    add(step: number, value: number | string): void {
      devices[step]! += 1;
      if (typeof value === "string") {
        states[value] ??= new Array<number>(steps).fill(0);
        states[value][step]! += 1;
        return;
      }
      sum[step] = (sum[step] ?? 0) + value;
      min[step] = Math.min(min[step] ?? value, value);
      max[step] = Math.max(max[step] ?? value, value);
    },
    finish(): Omit<TotalAnswer, "stepMs" | "level" | "times"> {
      const mean = sum.map((total, step) => (total === null ? null : total / devices[step]!));
      return { devices, sum, mean, min, max, states };
    },
  };
}
