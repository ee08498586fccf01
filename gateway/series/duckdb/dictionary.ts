import type { SeriesFields } from "../contract.ts";
import type { Engine } from "./engine.ts";

/** What a series is of. */
export interface SeriesPlace {
  readonly site: string;
  readonly kind: string;
  readonly id: string;
  readonly field: string;
}

/** Numbers for series (a field of a device) and for words, so that rows hold numbers only. */
export interface Dictionary {
  /** The number of a series; undefined when there may be no more of them. */
  series(place: SeriesPlace): number | undefined;
  /** The number of a word, from 1; undefined when there may be no more of them. */
  word(text: string): number | undefined;
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
  const byDevice = new Map<string, Map<string, number>>();
  const words = new Map<string, number>();
  let newSeries: (SeriesPlace & { number: number })[] = [];
  let newWords: string[] = [];
  let seriesCount = 0;
  const refused = { series: 0, words: 0 };

  for (const [id, site, kind, device, field] of await engine.read(
    "SELECT id, site, kind, device, field FROM series",
  )) {
    fieldsOf(`${site}/${kind}/${device}`).set(field as string, id as number);
    seriesCount = Math.max(seriesCount, id as number);
  }
  for (const [id, word] of await engine.read("SELECT id, word FROM words")) {
    words.set(word as string, id as number);
  }

  function fieldsOf(name: string): Map<string, number> {
    let known = byDevice.get(name);
    if (known === undefined) {
      known = new Map();
      byDevice.set(name, known);
    }
    return known;
  }

  return {
    series({ site, kind, id, field }) {
      const known = fieldsOf(`${site}/${kind}/${id}`);
      const number = known.get(field);
      if (number !== undefined) return number;
      if (seriesCount >= maxSeries) {
        refused.series += 1;
        return undefined;
      }
      seriesCount += 1;
      known.set(field, seriesCount);
      newSeries.push({ number: seriesCount, site, kind, id, field });
      return seriesCount;
    },
    word(text) {
      const number = words.get(text);
      if (number !== undefined) return number;
      if (words.size >= maxTexts) {
        refused.words += 1;
        return undefined;
      }
      words.set(text, words.size + 1);
      newWords.push(text);
      return words.size;
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
        for (const { site, kind, id, field } of newSeries)
          byDevice.get(`${site}/${kind}/${id}`)?.delete(field);
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
