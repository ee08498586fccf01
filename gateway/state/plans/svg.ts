import type { Measures } from "./raster.ts";

/** What a drawing turned out to be: its measures, or why it is refused. */
export type SvgCheck =
  | { readonly ok: true; readonly measures: Measures }
  | { readonly ok: false; readonly reason: string };

/** Most elements of one drawing; a plan with 50,000 lines takes a telephone a second. */
const maxElements = 50_000;

/** Elements that run something, load something or show HTML. By their local name, whatever their prefix. */
const refusedElements: ReadonlySet<string> = new Set(
  "script foreignobject iframe frame embed object audio video canvas link meta base handler listener html body".split(
    " ",
  ),
);

/**
 * Looks through a drawing and refuses what could run, load or lead anywhere. Screens show it only as `<img>`, where nothing
 * of that works, and it is served under a policy that forbids it: this is the first of three walls, and tells people why.
 */
export function checkSvg(text: string): SvgCheck {
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/i.test(text)) return refuse("it declares entities");
  let root: Map<string, string> | undefined;
  let elements = 0;
  for (const tag of tagsOf(text)) {
    if (tag === undefined) return refuse("it is not well formed");
    const name = localName(tag.name);
    elements += 1;
    if (elements > maxElements) return refuse(`it has more than ${maxElements} elements`);
    if (root === undefined && name !== "svg") return refuse("its first element is not <svg>");
    if (refusedElements.has(name)) return refuse(`it has an element <${tag.name}>`);
    const attributes = readAttributes(tag.attributes);
    if (attributes === undefined) return refuse(`an attribute of <${tag.name}> cannot be read`);
    root ??= attributes;
    for (const [key, value] of attributes) {
      const reason = findFault(localName(key), value);
      if (reason !== undefined) return refuse(`<${tag.name}> has ${key}, ${reason}`);
    }
    if (name === "style") {
      const fault = findStyleFault(text.slice(tag.end, text.indexOf("</", tag.end)));
      if (fault !== undefined) return refuse(`its style ${fault}`);
    }
  }
  if (root === undefined) return refuse("it has no element");
  if (root.get("xmlns") !== "http://www.w3.org/2000/svg")
    return refuse('its <svg> lacks xmlns="http://www.w3.org/2000/svg", without which browsers show nothing');
  const measures = measure(root);
  return measures === undefined
    ? refuse("its <svg> has neither width and height nor a viewBox")
    : { ok: true, measures };
}

interface Tag {
  readonly name: string;
  readonly attributes: string;
  /** Where its content begins. */
  readonly end: number;
}

/** Opening tags in their order; undefined for a `<` that begins nothing known. Comments and CDATA are passed over, style's is read by its own. */
function* tagsOf(text: string): Generator<Tag | undefined> {
  const token =
    /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?xml\b[^>]*\?>|<!DOCTYPE[^>[]*>|<\/[^<>]*>|<([A-Za-z_][\w:.-]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>/gi;
  let at = text.indexOf("<");
  while (at !== -1) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null || match.index !== at) return yield undefined;
    if (match[1] !== undefined) yield { name: match[1], attributes: match[2] ?? "", end: token.lastIndex };
    at = text.indexOf("<", token.lastIndex);
  }
}

function readAttributes(text: string): Map<string, string> | undefined {
  const attributes = new Map<string, string>();
  const rest = text.replaceAll(
    /([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
    (_all, key: string, a?: string, b?: string) => {
      attributes.set(key.toLowerCase() === "viewbox" ? "viewBox" : key, decode(a ?? b ?? ""));
      return "";
    },
  );
  return /^[\s/]*$/.test(rest) ? attributes : undefined;
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (all, hex?: string, dec?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? all;
      const code = hex === undefined ? Number(dec) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}

function findFault(key: string, value: string): string | undefined {
  if (/^on/.test(key)) return "which would run a script";
  if ((key === "href" || key === "src") && !isInside(value)) return "which leads out of the drawing";
  if (key === "attributename" && /href|^on/i.test(value)) return "which changes where something leads";
  if (key === "base" && value !== "") return "which leads out of the drawing";
  return findStyleFault(value);
}

/** A reference to a part of the drawing itself, or a picture within it. */
function isInside(reference: string): boolean {
  return /^\s*(#|$|data:image\/(png|jpe?g|gif|webp);base64,)/i.test(reference);
}

function findStyleFault(style: string): string | undefined {
  if (/@import/i.test(style)) return "which loads a style from elsewhere";
  // An escape could spell any of these words otherwise.
  if (/\\/.test(style) && /[:(]/.test(style)) return "which hides letters behind escapes";
  for (const [, reference = ""] of style.matchAll(/url\(\s*["']?([^"')]*)/gi)) {
    if (!isInside(reference) && !/^data:(font|application\/(x-)?font)/i.test(reference))
      return "which loads something from elsewhere";
  }
  return undefined;
}

/** A browser goes by width and height where they are lengths, else by the viewBox. */
function measure(root: Map<string, string>): Measures | undefined {
  const [width, height] = [lengthOf(root.get("width")), lengthOf(root.get("height"))];
  const box = (root.get("viewBox") ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const [, , boxWidth = 0, boxHeight = 0] = box;
  if (width !== undefined && height !== undefined) return { width, height };
  if (box.length !== 4 || !(boxWidth > 0 && boxHeight > 0)) return undefined;
  if (width !== undefined) return { width, height: (width * boxHeight) / boxWidth };
  if (height !== undefined) return { width: (height * boxWidth) / boxHeight, height };
  return { width: boxWidth, height: boxHeight };
}

/** Pixels of CSS for each unit. */
const unitPx: Readonly<Record<string, number>> = {
  ...{ "": 1, px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4 },
};

function lengthOf(text: string | undefined): number | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)([a-z]*)\s*$/.exec(text ?? "") ?? [];
  const px = unitPx[unit];
  return number === undefined || px === undefined || Number(number) === 0 ? undefined : Number(number) * px;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}

function refuse(reason: string): SvgCheck {
  return { ok: false, reason };
}
