/** Line breaks and other control characters, marks that turn the direction of writing, characters without width. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** What programs make a link of by themselves: `http://…`, `www.…`, `host.name`, `me@host`. */
const links: readonly (readonly [RegExp, string])[] = [
  [/:\/\//g, "：//"],
  [/@/g, "＠"],
  [/(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, "．"],
];

/**
 * A text that people gave (a name, a note) as it may stand in a message: one line without control characters and without
 * links, `most` characters at most.
 */
export function clean(text: string, most = 120): string {
  let line = oneLine(text);
  for (const [what, instead] of links) line = line.replace(what, instead);
  return cutCharacters(line, most);
}

/** A text as one line without control characters and the like. */
export function oneLine(text: string): string {
  return text.replace(unseen, " ").replace(/\s+/g, " ").trim();
}

const markup: Readonly<Record<string, string>> = {
  "<": "＜",
  ">": "＞",
  "*": "＊",
  _: "＿",
  "[": "［",
  "]": "］",
  "`": "｀",
  "~": "～",
  "|": "｜",
  "\\": "＼",
  "&": "＆",
  "@": "＠",
};

/**
 * A text that no Markdown and no mention acts on. The robots of WeCom and DingTalk document no escape, so the characters that
 * mean something to them are shown in full width, which means nothing to any of them.
 */
export function withoutMarkup(text: string): string {
  return text.replace(/[<>*_[\]`~|\\&@]/g, (mark) => markup[mark] ?? mark);
}

/** For text and attributes of HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Cut to so many characters (code points), with `…` at the end when something is missing. */
export function cutCharacters(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** Cut to so many bytes of UTF-8 between two characters, with `…` at the end when something is missing. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let left = most - 3;
  let end = 0;
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}
