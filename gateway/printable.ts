// Control characters, those of the 8-bit set that some terminals obey, and marks that turn the direction of writing round.
const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** A text from a device or person for a terminal: what would move its cursor, change its title or hide a word is written out. */
export function printable(text: string): string {
  return text.replace(controls, escaped);
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
