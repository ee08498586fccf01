import type { Value } from "../../devices/kit/kind.ts";
import { beginOfData, type DataSize, dayMs, endOfData, fieldsOf, modes, readings } from "./series-data.ts";
import type { Steps, Subject } from "./series-subject.ts";

/** What was compared with what the generator made, and what was not the same. */
export interface Verdict {
  readonly steps: number;
  readonly lasts: number;
  readonly faults: readonly string[];
}

/** Asks for some devices by steps of 5 minutes, an hour and a day, the last values, and all values of a day; compares with the generator. */
export async function verify(subject: Subject, size: DataSize): Promise<Verdict> {
  const fields = fieldsOf(size);
  const faults: string[] = [];
  let steps = 0;
  let lasts = 0;
  for (const device of new Set([0, size.devices >> 1, size.devices - 1])) {
    const made = makeAgain(size, device);
    const wanted = (days: number) => ({
      devices: [device],
      fields,
      from: endOfData - days * dayMs,
      to: endOfData,
    });
    for (const [days, stepMs] of [
      [Math.min(2, size.days), 300_000],
      [Math.min(30, size.days), 3_600_000],
      [size.days, dayMs],
    ] as const) {
      const answer = await subject.stepped(wanted(days), stepMs);
      for (const field of fields) {
        const what = `device ${device}, ${field}, ${days} days by ${stepMs} ms`;
        const found = answer.find((one) => one.field === field && one.device === device);
        const fault = differenceOf(found, fold(made, field, endOfData - days * dayMs, stepMs));
        if (fault !== undefined) faults.push(`${what}: ${fault}`);
        steps += found?.times.length ?? 0;
      }
    }
    for (const { field, time, value } of await subject.latest(wanted(Math.min(30, size.days)))) {
      const last = made.at(-1)!;
      lasts += 1;
      if (time === last.time && plain(value as Value) === plain(last.values[field]!)) continue;
      faults.push(
        `device ${device}: last ${field} is ${value} at ${time}, it was ${last.values[field]} at ${last.time}`,
      );
    }
    const raw = await subject.raw(wanted(1));
    const there = made.filter(({ time }) => time >= endOfData - dayMs).length * fields.length;
    if (raw !== there) faults.push(`device ${device}: ${raw} values of the last day, there were ${there}`);
  }
  if (lasts !== Math.min(3, size.devices) * fields.length) faults.push(`there are ${lasts} last values`);
  return { steps, lasts, faults };
}

type Made = { readonly time: number; readonly values: Readonly<Record<string, Value>> };

function makeAgain(size: DataSize, device: number): Made[] {
  return [...readings(size, { devices: [device] })]
    .filter(({ time }) => time >= beginOfData(size))
    .sort((a, b) => a.time - b.time);
}

/** Booleans and words as numbers, which is all that some stores have. */
function plain(value: Value): number {
  return typeof value === "string" ? modes.indexOf(value) : Number(value);
}

function fold(made: readonly Made[], field: string, from: number, stepMs: number): Required<Steps> {
  const byStep = new Map<number, { count: number; sum: number }>();
  for (const { time, values } of made) {
    if (time < from) continue;
    const begin = time - (time % stepMs);
    const step = byStep.get(begin) ?? { count: 0, sum: 0 };
    byStep.set(begin, step);
    step.count += 1;
    step.sum += plain(values[field]!);
  }
  const folds = [...byStep.values()];
  return {
    ...{ device: 0, field, times: [...byStep.keys()], counts: folds.map(({ count }) => count) },
    means: folds.map(({ count, sum }) => sum / count),
  };
}

/** What is not the same; means may differ by rounding. */
function differenceOf(found: Steps | undefined, right: Required<Steps>): string | undefined {
  if (found === undefined) return "nothing was found";
  if (found.times.length !== right.times.length) {
    return `${found.times.length} steps instead of ${right.times.length}`;
  }
  for (const [i, time] of right.times.entries()) {
    if (found.times[i] !== time) return `a step at ${found.times[i]} instead of ${time}`;
    if (found.counts[i] !== right.counts[i])
      return `count ${found.counts[i]} instead of ${right.counts[i]} at ${time}`;
    const mean = found.means?.[i];
    const isClose =
      mean === undefined || Math.abs(mean - right.means![i]!) <= 1e-9 * Math.max(1, Math.abs(mean));
    if (!isClose) return `mean ${mean} instead of ${right.means![i]} at ${time}`;
  }
  return undefined;
}
