import { cutBytes, cutCharacters } from "./clean.ts";
import type { Told } from "./told.ts";

/** How long a message may be. */
export interface Room {
  readonly most: number;
  readonly unit: "bytes" | "characters";
}

/**
 * Renders a message so that it fits. What is left out, in this order: entries of a summary, which are counted instead; extra
 * lines from the last; other lines that are not vital. Only then the text is cut, between two characters.
 */
export function fitted(told: Told, render: (told: Told) => string, { most, unit }: Room): string {
  const size = (text: string) => (unit === "bytes" ? Buffer.byteLength(text) : [...text].length);
  const isFine = (one: Told) => size(render(one)) <= most;

  let { lines } = told;
  for (const dropped of [dropExtra, dropPlain]) {
    while (!isFine(withItems({ ...told, lines }, 0))) {
      const fewer = dropped(lines);
      if (fewer === undefined) break;
      lines = fewer;
    }
  }
  const shorter = { ...told, lines };
  let [fits, tooMany] = [0, told.items.length + 1];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (isFine(withItems(shorter, middle))) fits = middle;
    else tooMany = middle;
  }
  const text = render(withItems(shorter, fits));
  return unit === "bytes" ? cutBytes(text, most) : cutCharacters(text, most);
}

/** The same with its first entries, and one that counts the others. */
function withItems(told: Told, kept: number): Told {
  if (kept >= told.items.length) return told;
  const count = told.items.slice(kept).reduce((sum, item) => sum + item.count, 0);
  return { ...told, items: [...told.items.slice(0, kept), { text: told.more(count), count }] };
}

function dropExtra(lines: Told["lines"]): Told["lines"] | undefined {
  return withoutLast(lines, ({ weight }) => weight === "extra");
}

function dropPlain(lines: Told["lines"]): Told["lines"] | undefined {
  return withoutLast(lines, ({ weight }) => weight !== "vital");
}

function withoutLast(lines: Told["lines"], isMeant: (line: Told["lines"][number]) => boolean) {
  const at = lines.findLastIndex(isMeant);
  return at < 0 ? undefined : lines.toSpliced(at, 1);
}
