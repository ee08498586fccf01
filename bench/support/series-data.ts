import type { SeriesFields, SeriesReading } from "../../gateway/series/contract.ts";
import { createRandom } from "../../simulators/random.ts";

/** How much is measured. */
export interface DataSize {
  readonly devices: number;
  readonly days: number;
  /** Values of all fields of all devices over all days, about. */
  readonly values: number;
}

/** The kind of every device: what bins, valves and gates have between them. */
export const benchKind = "bench";
const types = {
  fill: "number",
  temperature: "number",
  battery: "number",
  open: "boolean",
  mode: "state",
} as const;
export const benchFields: SeriesFields = { [benchKind]: { ...types, event: "state" } };
export const fieldNames = Object.keys(types);

const dayMs = 86_400_000;
/** Ends at a midnight in the past, so that no store refuses it for its time. */
export const endOfData = Math.floor(Date.now() / dayMs) * dayMs;

/** Full name of a device, from 0. */
export function deviceName(device: number): string {
  return `bench/${benchKind}/${idOf(device)}`;
}

/** Messages of one device in a day. */
export function messagesADay({ devices, days, values }: DataSize): number {
  return Math.max(1, Math.round(values / (devices * fieldNames.length * days)));
}

/** When the data begins, epoch ms. */
export function beginOfData({ days }: DataSize): number {
  return endOfData - days * dayMs;
}

/**
 * Every reading, in the order in which a gateway would have received them. Values follow the day and the season with noise; times
 * have jitter; one in a thousand comes a day late.
 */
export function* readings(size: DataSize): Generator<SeriesReading> {
  const random = createRandom("series");
  const perDay = messagesADay(size);
  const intervalMs = dayMs / perDay;
  const fill = Array.from({ length: size.devices }, () => random());
  const late: SeriesReading[] = [];
  let sequence = 0;
  for (let begin = beginOfData(size); begin < endOfData; begin += dayMs) {
    yield* late.splice(0).map((reading) => ({ ...reading, sequence: ++sequence }));
    for (let message = 0; message < perDay; message++) {
      for (let device = 0; device < size.devices; device++) {
        fill[device] = fill[device]! > 0.95 ? 0 : fill[device]! + random() * 0.01;
        const time = Math.floor(begin + (message + random()) * intervalMs);
        const reading: SeriesReading = {
          ...{ site: "bench", kind: benchKind, id: idOf(device), quality: "good", sequence: 0 },
          ...{ time, receivedAt: time + 20 + Math.floor(random() * 200) },
          values: {
            fill: Math.round(fill[device]! * 1000) / 1000,
            temperature: Math.round((12 + 8 * Math.sin((time / dayMs) * 2 * Math.PI) + random()) * 10) / 10,
            battery: 100 - Math.floor(((time - beginOfData(size)) / (size.days * dayMs)) * 60),
            open: random() < 0.1,
            mode: modes[Math.floor(random() * 1.2)] ?? "fault",
          },
        };
        if (random() < 0.001 && begin + dayMs < endOfData) late.push(reading);
        else yield { ...reading, sequence: ++sequence };
      }
    }
  }
}

const modes = ["normal", "service"];

function idOf(device: number): string {
  return `device-${String(device).padStart(5, "0")}`;
}
