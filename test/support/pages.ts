import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../house/sources.ts";

/** A page of the documentation, taken apart. */
export interface Page {
  readonly text: string;
  /** Fenced blocks of a language, in order. */
  blocks(language: string): string[];
  /** Rows of the first table after a line that holds `heading`, cells as they stand, without the header. */
  table(heading: string): string[][];
}

/** Reads a page by its path from the root. */
export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), "utf8");
  return {
    text,
    blocks: (language) =>
      [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"))].map(
        ([, body]) => body as string,
      ),
    table(heading) {
      const lines = text.slice(text.indexOf(`\n${heading}`) + 1).split("\n");
      const first = lines.findIndex((line) => line.startsWith("|"));
      const length = lines.slice(first).findIndex((line) => !line.startsWith("|"));
      return lines.slice(first + 2, first + length).map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    },
  };
}

/** What stands in backquotes. */
export function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
}

/** The members of a union of texts in a source file. */
export function unionOf(path: string, name: string): string[] {
  const [, body = ""] =
    new RegExp(`type ${name} =([^;]*);`).exec(readFileSync(join(root, path), "utf8")) ?? [];
  return [...body.matchAll(/"([^"]+)"/g)].map(([, member]) => member as string);
}
