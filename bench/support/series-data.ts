import type { Values } from "../../devices/kit/kind.ts";
import type { SeriesFields, SeriesReading, SeriesType } from "../../gateway/series/contract.ts";
import { createRandom } from "../../simulators/random.ts";

/** How much data there is. A smaller number of devices gives the same readings of these devices. */
export interface DataSize {
  readonly devices: number;
  /** 1 to 6, of the list below. */
  readonly fields: number;
  readonly days: number;
  /** Messages of one device in a day. */
  readonly perDay: number;
}

export const dayMs = 86_400_000;

/** End of the data. Fixed, so that it is the same in every run; long past, because writing goes on after it and VictoriaMetrics takes no values of the future. */
export const endOfData = Date.UTC(2025, 0, 1);

export const benchKind = "bench";

/** Every field that there can be, in the order in which `--fields` takes them. */
const types: Readonly<Record<string, SeriesType>> = {
  fill: "number",
  temperature: "number",
  flow: "number",
  mode: "state",
  open: "boolean",
  battery: "number",
};

export const maxFields = Object.keys(types).length;

/** Names of the fields that are there. */
export function fieldsOf({ fields }: Pick<DataSize, "fields">): string[] {
  return Object.keys(types).slice(0, fields);
}

/** The fields as a store knows them. */
export function seriesFields(size: DataSize): SeriesFields {
  return { [benchKind]: Object.fromEntries(fieldsOf(size).map((name) => [name, types[name]!])) };
}

export const modes = ["normal", "service", "fault"];

export function valuesIn({ devices, fields, days, perDay }: DataSize): number {
  return devices * fields * days * perDay;
}

export function beginOfData({ days }: DataSize): number {
  return endOfData - days * dayMs;
}

/** Part of a device's name that follows the kind. */
export function idOf(device: number): string {
  return `device-${String(device).padStart(5, "0")}`;
}

export function deviceName(device: number): string {
  return `bench/${benchKind}/${idOf(device)}`;
}

/**
 * Readings in the order in which a gateway gets them, of some devices; `from` and `to` are days of the data. Each device sends
 * at even intervals with jitter; one message in two thousand comes up to half a day late.
 */
export function* readings(
  size: DataSize,
  { devices = range(size.devices), from = 0, to = size.days, after = 0 } = {},
): Generator<SeriesReading> {
  const { perDay } = size;
  const begin = beginOfData(size);
  const intervalMs = dayMs / perDay;
  const states = devices.map((device) => ({ device, ...createDevice(device, size) }));
  const late = new Map<number, SeriesReading[]>();
  let sequence = after;
  for (let slot = from * perDay; slot < to * perDay; slot++) {
    const slotEnd = Math.floor(begin + (slot + 1) * intervalMs);
    for (const reading of late.get(slot) ?? [])
      yield { ...reading, sequence: ++sequence, receivedAt: slotEnd };
    late.delete(slot);
    for (const { device, random, next } of states) {
      const time = Math.floor(begin + (slot + random()) * intervalMs);
      const place = { site: "bench", kind: benchKind, id: idOf(device), quality: "good" } as const;
      const reading = { ...place, sequence: 0, time, receivedAt: time + 20, values: next(time) };
      const due = slot + 1 + Math.floor((random() * perDay) / 2);
      if (random() < 0.0005) late.set(due, [...(late.get(due) ?? []), reading]);
      else yield { ...reading, sequence: ++sequence };
    }
  }
  for (const reading of [...late.values()].flat()) yield { ...reading, sequence: ++sequence };
}

/** A device with a memory: what it says next follows from what it said before. */
function createDevice(device: number, { fields, days, perDay }: DataSize) {
  const random = createRandom(`series ${device}`);
  const names = fieldsOf({ fields });
  const warmth = 8 + random() * 8;
  const fillStep = (0.2 + random()) / perDay;
  let fill = random();
  let flow = 0;
  let mode = "normal";
  let isOpen = false;
  const next: Readonly<Record<string, (time: number) => Values[string]>> = {
    fill() {
      fill = fill > 0.97 ? 0 : Math.min(1, fill + random() * fillStep);
      return Math.round(fill * 1000) / 1000;
    },
    temperature(time) {
      const day = Math.sin((time / dayMs - 0.4) * 2 * Math.PI);
      const season = Math.sin((time / dayMs / 365 - 0.3) * 2 * Math.PI);
      return Math.round((warmth + 5 * day + 9 * season + random() * 0.8) * 10) / 10;
    },
    flow() {
      flow = random() < 0.2 ? 0 : flow * 0.8 + random() * 2;
      return Math.round(flow * 100) / 100;
    },
    mode() {
      if (random() < 0.02) mode = modes[Math.floor(random() * modes.length)]!;
      return mode;
    },
    open() {
      if (random() < 0.05) isOpen = !isOpen;
      return isOpen;
    },
    battery(time) {
      const worn = (time - (endOfData - days * dayMs)) / (days * dayMs);
      return Math.round(100 - 60 * worn - random() * 0.5);
    },
  };
  return {
    random,
    next: (time: number) => Object.fromEntries(names.map((name) => [name, next[name]!(time)])),
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
