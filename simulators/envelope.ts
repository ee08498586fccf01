/** What to write into each object of a payload; other bytes stay as they are. */
export interface EnvelopeEdit {
  /** The new JSON text of a member, or undefined to leave it. Called once for each member of that name. */
  readonly replace: (name: string, value: string) => string | undefined;
  /** JSON members to put first into an object that has these members: `"simulated":true`. */
  readonly insert: (names: ReadonlySet<string>) => readonly string[];
}

/**
 * Edits the members of a JSON object, or of each object in an array, inside the text. Number formats, duplicate keys and
 * order stay as recorded, which parsing and printing would lose. Returns undefined when the text is not such JSON.
 */
export function editEnvelope(text: string, edit: EnvelopeEdit): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const start = skipSpace(text, 0);
  if (text[start] === "{") {
    const object = editObject(text, start, edit);
    return text.slice(0, start) + object.text + text.slice(object.end);
  }
  if (text[start] !== "[") return undefined;
  return editArray(text, start, edit);
}

function editArray(text: string, start: number, edit: EnvelopeEdit): string | undefined {
  let output = text.slice(0, start + 1);
  let copied = start + 1;
  let at = skipSpace(text, start + 1);
  while (text[at] !== "]") {
    if (text[at] !== "{") return undefined;
    const object = editObject(text, at, edit);
    output += text.slice(copied, at) + object.text;
    copied = object.end;
    at = skipSpace(text, object.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return output + text.slice(copied);
}

function editObject(text: string, start: number, edit: EnvelopeEdit): { text: string; end: number } {
  const names = new Set<string>();
  let body = "";
  let copied = start + 1;
  let at = skipSpace(text, start + 1);
  while (text[at] !== "}") {
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    names.add(name);
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const replaced = edit.replace(name, text.slice(valueStart, valueEnd));
    if (replaced !== undefined) {
      body += text.slice(copied, valueStart) + replaced;
      copied = valueEnd;
    }
    at = skipSpace(text, valueEnd);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  const head = edit.insert(names).join(",");
  const comma = head !== "" && names.size > 0 ? "," : "";
  return { text: `{${head}${comma}${body}${text.slice(copied, at)}}`, end: at + 1 };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") {
      if (depth === 0) return trimEnd(text, at);
      depth--;
      if (depth === 0) return at + 1;
    } else if (char === "," && depth === 0) return trimEnd(text, at);
    at++;
  }
}

function trimEnd(text: string, end: number): number {
  let at = end;
  while (" \n\r\t".includes(text[at - 1] as string)) at--;
  return at;
}
