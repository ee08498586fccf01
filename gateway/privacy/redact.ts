import type { Sensitive, Sensitivity } from "./sensitive-keys.ts";

/** What is done to the values of a text. */
export interface RedactParts {
  readonly sensitive: Sensitive;
  /** Fields that the kind declares and that name nobody: they stay, or the text could not be ingested again. */
  readonly isField: (key: string) => boolean;
  readonly hash: (identity: string) => string;
  /** A text from this length on is looked at for an image. */
  readonly imageBytes: number;
}

/** A text without personal data, as far as its keys and forms tell. */
export interface Redacted {
  readonly text: string;
  /** Images that were dropped. */
  readonly images: number;
}

// A string with its end and colon, a number, a word, or what opens, closes and parts. Every quotation mark begins a match, also one
// that nothing ends: a mark that failed only at the end of the text would make the walk quadratic.
const tokens = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)("|\\?$)(\s*:)?|-?\d[\w.+-]*|true|false|null|[{}[\],]/g;

/**
 * Replaces what names a person in JSON, and in text that only nearly is JSON: it walks over the tokens, so that equal keys, endless
 * nesting and a cut end make no difference, and everything else stays as it came. The same again changes nothing.
 */
export function redact(whole: string, parts: RedactParts, begin?: Sensitivity): Redacted {
  const { sensitive, isField } = parts;
  const input = /^\s*[[{"]/.test(whole) || begin !== undefined ? whole : redactPairs(whole, parts);
  const open: Container[] = [];
  let next: Sensitivity | "field" | undefined = begin;
  let output = "";
  let taken = 0;
  let images = 0;

  for (const match of input.matchAll(tokens)) {
    const [token, content, , colon] = match;
    if (colon !== undefined) {
      const key = content!;
      const { how, isReading = true } = open.at(-1) ?? {};
      next = how ?? (isReading && isField(key) ? "field" : sensitive(key));
      continue;
    }
    const [first] = token;
    if (first === "{" || first === "[") {
      const around = open.at(-1);
      const isDropped = dropped.test(input.slice(match.index, match.index + 60));
      const how = next === "field" || isDropped ? undefined : (next ?? around?.how);
      open.push({ how, isList: first === "[", isReading: around === undefined || isListOfReadings(around) });
      next = undefined;
    } else if (first === "}" || first === "]") {
      open.pop();
      next = undefined;
    } else if (first === ",") next = undefined;
    else {
      const replaced = replacement(match, next ?? open.at(-1)?.how, parts);
      next = undefined;
      if (replaced === token) continue;
      if (replaced.startsWith('{"dropped"')) images += 1;
      output += input.slice(taken, match.index) + replaced;
      taken = match.index + token.length;
    }
  }
  return { text: output + input.slice(taken), images };
}

interface Container {
  /** What holds for all values in it. */
  readonly how: Sensitivity | undefined;
  readonly isList: boolean;
  /** Its keys may be fields of the kind: it is the whole, or an item of a list that is the whole. */
  readonly isReading: boolean;
}

function isListOfReadings({ isList, isReading }: Container): boolean {
  return isList && isReading;
}

/** Replaces images alone, and leaves everything else as it came. */
export function dropImages(whole: string, imageBytes: number): Redacted {
  return redact(whole, {
    sensitive: () => undefined,
    isField: () => true,
    hash: (identity) => identity,
    imageBytes,
  });
}

function replacement(
  match: RegExpExecArray,
  how: Sensitivity | "field" | undefined,
  { hash, imageBytes }: RedactParts,
): string {
  const [token, content, end] = match;
  if (content === undefined) {
    if (!/^[-\d]/.test(token)) return token;
    if (how === "secret") return removed;
    if (how === "person") return JSON.stringify(hash(String(Number(token))));
    return how === undefined && token.search(numbersOfPersons) === 0 ? removed : token;
  }
  if (isImage(content, how, imageBytes)) {
    return JSON.stringify({ dropped: "image", bytes: Math.floor((content.length * 3) / 4) });
  }
  if (how === "secret") return content === "" ? token : removed;
  if (how === "person") {
    // The hash of a part of a name would be nobody's.
    if (end !== '"') return removed;
    const text = readString(content);
    return isSaid(text) && text !== "[removed]" ? JSON.stringify(hash(text)) : token;
  }
  return how === "field" ? token : token.replace(numbersOfPersons, "[removed]");
}

/** An image that was dropped before. */
const dropped = /^\{"dropped":"image","bytes":\d+\}/;

const removed = '"[removed]"';

/** Chinese identity card numbers (GB 11643: 17 digits and a check digit or X) and mobile numbers (11 digits from 13 to 19). */
const numbersOfPersons =
  /(?<![\da-f_]|\d\.)(?:[1-9]\d{16}[\dXx]|(?:\+?86[ -]?)?1[3-9]\d{9})(?![\da-f]|\.\d)/g;

/** What says that there is no value is no name. */
function isSaid(text: string): boolean {
  return !/^(|null|nan)$/i.test(text.trim());
}

function readString(content: string): string {
  try {
    return JSON.parse(`"${content}"`) as string;
  } catch {
    return content;
  }
}

/** Begins of base64 of JPEG, PNG, GIF, BMP and WebP. */
const magic = /^(\/9j\/|\\\/9j\\\/|iVBORw0KGgo|R0lGOD|Qk[0-9A-Za-z]|UklGR)/;

/** A name or address of a picture is none; it is shorter than any picture. */
const shortestImage = 256;

function isImage(content: string, how: Sensitivity | "field" | undefined, imageBytes: number): boolean {
  if (content.length < shortestImage) return false;
  if (/^data:image/i.test(content)) return true;
  if (how === "image") return /^[A-Za-z0-9+/=_\\\s-]+$/.test(content);
  return content.length >= imageBytes && magic.test(content);
}

/** In what is no JSON: `name=…&phone=…`. */
function redactPairs(text: string, { sensitive }: RedactParts): string {
  return text
    .replace(/([\p{L}_][\p{L}\w]{1,40})(\s*=\s*)([^&,;\s"'{}]+)/gu, (pair, key: string, between: string) => {
      const how = sensitive(key);
      return how === undefined || how === "image" ? pair : `${key}${between}[removed]`;
    })
    .replace(numbersOfPersons, "[removed]");
}
