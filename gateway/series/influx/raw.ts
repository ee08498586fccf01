import type { Value } from "../../../devices/kit/kind.ts";
import { GatewayError } from "../../errors.ts";
import type { DeviceName } from "../../types.ts";
import type { PastQuality, RawSeries, SeriesType } from "../contract.ts";
import type { Ask } from "./ask.ts";
import type { Group } from "./choice.ts";
import { readPoints } from "./points.ts";

/** Values of groups as they came; rejects with `limit-reached` as soon as more than `maxValues` were read. */
export async function readRaw(
  ask: Ask,
  {
    groups,
    during,
    maxValues,
  }: {
    groups: readonly Group[];
    during: { from: number; to: number; simulated: boolean };
    maxValues: number;
  },
): Promise<RawSeries[]> {
  const found = new Map<string, MutableRaw>();
  let count = 0;
  for (const group of groups) {
    const ofDevice = new Map<string, number>();
    for await (const points of readPoints(ask, { group, during, maxOfDevice: maxValues + 1 })) {
      for (const { device, time, values, quality } of points) {
        const seen = (ofDevice.get(device) ?? 0) + 1;
        ofDevice.set(device, seen);
        // Points of which only the suspicion is left count here: the server stopped after them.
        if (seen > maxValues) throw tooManyValues(maxValues);
        for (const [i, value] of values.entries()) {
          if (value === undefined) continue;
          count += 1;
          if (count > maxValues) throw tooManyValues(maxValues);
          add(found, { device, ...group.fields[i]! }, { time, value, quality });
        }
      }
    }
  }
  return [...found.values()];
}

/** The refusal of an answer that would be too long. */
export function tooManyValues(maxValues: number): GatewayError {
  const message = `more than ${maxValues} values (series.maxPoints): ask for a shorter time, fewer devices or fields, or a step`;
  return new GatewayError("limit-reached", message);
}

interface MutableRaw extends RawSeries {
  readonly times: number[];
  readonly values: Value[];
  readonly quality: PastQuality[];
}

function add(
  found: Map<string, MutableRaw>,
  { device, name, type }: { device: DeviceName; name: string; type: SeriesType },
  { time, value, quality }: { time: number; value: Value; quality: PastQuality },
): void {
  const key = `${device}/${name}`;
  let series = found.get(key);
  if (series === undefined) {
    series = { device, field: name, type, times: [], values: [], quality: [] };
    found.set(key, series);
  }
  series.times.push(time);
  series.values.push(value);
  series.quality.push(quality);
}
