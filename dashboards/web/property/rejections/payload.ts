/** A line of a payload as it is shown. */
export interface PayloadLine {
  readonly text: string;
  /** Whether the fault is here. */
  readonly isMarked: boolean;
}

/** Bytes in a line of hex. */
const inLine = 16;

/** The bytes of a payload that came as base64. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
}

/**
 * A payload line by line with the place of the fault (`values[2].level`; empty for the whole) marked. JSON is laid out, unless
 * that would change it: a key that stands twice, a number of too many digits and anything else stay as they came.
 */
export function textLines(text: string, place: string): PayloadLine[] {
  const value = parse(text);
  if (value !== undefined && squeeze(JSON.stringify(value)) === squeeze(text)) {
    return layOut(value, { path: "", place, indent: "", label: "", tail: "" });
  }
  return text.split(/\r?\n/).map((line) => ({ text: line, isMarked: false }));
}

/** Bytes as offset, hex and what of them is ASCII, line by line. */
export function hexLines(bytes: Uint8Array): PayloadLine[] {
  return Array.from({ length: Math.ceil(bytes.length / inLine) }, (_, line) => {
    const part = [...bytes.slice(line * inLine, (line + 1) * inLine)];
    const offset = (line * inLine).toString(16).padStart(4, "0");
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    return { text: `${offset}  ${hex.padEnd(inLine * 3 - 1)}  ${ascii}`, isMarked: false };
  });
}

interface Spot {
  readonly path: string;
  readonly place: string;
  readonly indent: string;
  readonly label: string;
  readonly tail: string;
}

function layOut(value: unknown, spot: Spot): PayloadLine[] {
  const { path, place, indent, label, tail } = spot;
  const isMarked = place !== "" && path === place;
  const isList = Array.isArray(value);
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) return [{ text: `${indent}${label}${JSON.stringify(value)}${tail}`, isMarked }];
  const inner = entries.flatMap(([key, item], index) =>
    layOut(item, {
      path: isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
      // All of what is wrong is marked, not its first line alone.
      place: isMarked ? "" : place,
      indent: `${indent}  `,
      label: isList ? "" : `${JSON.stringify(key)}: `,
      tail: index === entries.length - 1 ? "" : ",",
    }),
  );
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return [
    { text: `${indent}${label}${open}`, isMarked },
    ...(isMarked ? inner.map(({ text }) => ({ text, isMarked })) : inner),
    { text: `${indent}${close}${tail}`, isMarked },
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}
