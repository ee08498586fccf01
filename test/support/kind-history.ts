import type { Facts, Kind, Values } from "../../devices/kit/kind.ts";
import type { SeriesReading } from "../../gateway/series/contract.ts";
import { seriesFields } from "../../gateway/series/fields.ts";
import { toLine } from "../../gateway/series/influx/line.ts";
import { createRandom } from "../../simulators/random.ts";
import { readValues } from "../contract/kind-judge.ts";

/** What one message of the past left. */
type Past = Pick<SeriesReading, "id" | "time" | "values" | "quality">;

/**
 * Some hours of a kind at the site `xinfa`, as the gateway writes them to InfluxDB: the simulated life of each installation that
 * the kind tells apart, then each of its examples and events, so that no field and no event is missing.
 */
export function historyOf(kind: Kind, { from, to }: { from: number; to: number }): string[] {
  const shape = {
    fields: seriesFields(new Map([[kind.name, kind]])),
    types: ["number", "boolean", "state", "text"],
    suspectBy: "reading",
  } as const;
  return [...simulated(kind, from, to), ...shown(kind, to)].flatMap((past, sequence) => {
    const reading = { ...past, sequence, site: "xinfa", kind: kind.name, receivedAt: past.time };
    return toLine(reading, shape)?.text ?? [];
  });
}

function simulated(kind: Kind, from: number, to: number): Past[] {
  const installations: Facts[] = [
    {},
    ...kind.rules.flatMap(({ example: { facts } }) => (facts ? [facts] : [])),
  ];
  return installations.flatMap((facts, i) => {
    const simulator = kind.simulate({ random: createRandom(`${kind.name}-${i}`), facts, start: from });
    return simulator.step(to).map(({ payload }) => {
      const { ts, ...values } = payload as Values & { ts: number };
      const implied = kind.events[String(values.event)]?.implies;
      return { id: `device-${i}`, time: ts, values: { ...implied, ...values }, quality: "good" };
    });
  });
}

function shown(kind: Kind, to: number): Past[] {
  const samples = [
    ...kind.examples,
    ...kind.rules.flatMap(({ example }) => [...example.raise, ...example.clear]),
    ...Object.keys(kind.events).map((event) => ({ payload: { event } })),
  ];
  return samples.map(({ payload }, i) => {
    const event = payload.event as string | undefined;
    const values = { ...kind.events[String(event)]?.implies, ...readValues(kind, payload, {}) };
    return {
      id: "shown",
      time: to - (samples.length - i) * 1000,
      values: event === undefined ? values : { ...values, event },
      quality: i === 0 ? "suspect" : "good",
    };
  });
}
