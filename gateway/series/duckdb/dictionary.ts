import type { DeviceName } from "../../types.ts";
import type { SeriesFields, SeriesType } from "../contract.ts";
import { typeOf } from "../values.ts";
import type { Engine } from "./engine.ts";

/** A series that is asked for. */
export interface ChosenSeries {
  readonly number: number;
  readonly device: DeviceName;
  readonly field: string;
  /** As its kind has it now. */
  readonly type: SeriesType;
}

/** The series of one device. */
export interface DeviceSeries {
  /** The number of a field's series; undefined when there may be no more of them. */
  number(field: string): number | undefined;
}

/** Numbers for series (a field of a device) and for words, so that rows hold numbers only. */
export interface Dictionary {
  /** Numbers of the series of a device, by field. */
  device(site: string, kind: string, id: string): DeviceSeries;
  /** The series that are known of these devices, by names of device and field; of all fields when none are named. */
  choose(devices: readonly DeviceName[], fields: readonly string[] | undefined): ChosenSeries[];
  /** The number of a word, from 1; undefined when there may be no more of them. */
  word(text: string): number | undefined;
  /** Forgets the numbers of words that were deleted. */
  forget(texts: readonly string[]): void;
  /** Writes what is new; inside the transaction of the rows that use it. */
  save(): Promise<void>;
  /** Says whether that transaction happened; if not, what is new is forgotten. */
  settle(isCommitted: boolean): void;
  seriesCount(): number;
  /** Values that were refused because a bound was reached. */
  refused(): { readonly series: number; readonly words: number };
}

/** Reads the numbers that were given. */
export async function openDictionary(
  engine: Engine,
  { fields, maxSeries, maxTexts }: { fields: SeriesFields; maxSeries: number; maxTexts: number },
): Promise<Dictionary> {
  const devices = new Map<string, NumberedDevice>();
  const words = new Map<string, number>();
  let newSeries: NewSeries[] = [];
  let newWords: string[] = [];
  let seriesCount = 0;
  // Numbers are never used twice, also not those of words that were forgotten since the start.
  let lastWord = 0;
  const refused = { series: 0, words: 0 };

  for (const row of await engine.read("SELECT site, kind, device, field, id FROM series")) {
    const [site, kind, id, field, number] = row as [string, string, string, string, number];
    deviceOf(site, kind, id).numbers.set(field, number);
    seriesCount = Math.max(seriesCount, number);
  }
  for (const [id, word] of await engine.read("SELECT id, word FROM words")) {
    words.set(word as string, id as number);
    lastWord = Math.max(lastWord, id as number);
  }

  function deviceOf(site: string, kind: string, id: string): NumberedDevice {
    const name = `${site}/${kind}/${id}`;
    let device = devices.get(name);
    if (device === undefined) {
      const numbers = new Map<string, number>();
      const place = { site, kind, id, numbers };
      device = { numbers, number: (field) => numbers.get(field) ?? addSeries({ ...place, field }) };
      devices.set(name, device);
    }
    return device;
  }

  function addSeries(place: Omit<NewSeries, "number">): number | undefined {
    if (seriesCount >= maxSeries) {
      refused.series += 1;
      return undefined;
    }
    seriesCount += 1;
    place.numbers.set(place.field, seriesCount);
    newSeries.push({ ...place, number: seriesCount });
    return seriesCount;
  }

  return {
    device: deviceOf,
    choose(names, wanted) {
      const chosen: ChosenSeries[] = [];
      for (const device of [...new Set(names)].sort()) {
        const known = [...(devices.get(device)?.numbers ?? [])].sort();
        for (const [field, number] of known) {
          const type = typeOf(fields, device, field);
          if (type === undefined || wanted?.includes(field) === false) continue;
          chosen.push({ number, device, field, type });
        }
      }
      return chosen;
    },
    word(text) {
      const number = words.get(text);
      if (number !== undefined) return number;
      if (words.size >= maxTexts) {
        refused.words += 1;
        return undefined;
      }
      lastWord += 1;
      words.set(text, lastWord);
      newWords.push(text);
      return lastWord;
    },
    forget(texts) {
      for (const text of texts) words.delete(text);
    },
    async save() {
      if (newSeries.length > 0) {
        const appender = await engine.writer.createAppender("series");
        for (const { number, site, kind, id, field } of newSeries) {
          appender.appendUInteger(number);
          for (const text of [site, kind, id, field]) appender.appendVarchar(text);
          appender.appendBoolean(fields[kind]?.[field] !== "text");
          appender.endRow();
        }
        appender.closeSync();
      }
      if (newWords.length > 0) {
        const appender = await engine.writer.createAppender("words");
        for (const word of newWords) {
          appender.appendUInteger(words.get(word)!);
          appender.appendVarchar(word);
          appender.endRow();
        }
        appender.closeSync();
      }
    },
    settle(isCommitted) {
      if (!isCommitted) {
        for (const { numbers, field } of newSeries) numbers.delete(field);
        for (const word of newWords) words.delete(word);
        seriesCount -= newSeries.length;
      }
      newSeries = [];
      newWords = [];
    },
    seriesCount: () => seriesCount,
    refused: () => refused,
  };
}

interface NumberedDevice extends DeviceSeries {
  readonly numbers: Map<string, number>;
}

interface NewSeries {
  readonly site: string;
  readonly kind: string;
  readonly id: string;
  readonly field: string;
  readonly number: number;
  /** Those of its device. */
  readonly numbers: Map<string, number>;
}
