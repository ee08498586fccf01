import type { FastifyRequest } from "fastify";

/** A language of the pages. */
export type Language = "zh" | "en";

/** Which of the pages' languages the browser likes best (RFC 9110, 12.5.4); Chinese when it likes neither, or both alike. */
export function languageOf(request: Pick<FastifyRequest, "headers">): Language {
  const wishes = (request.headers["accept-language"] ?? "").slice(0, maxChars).split(",").map(readWish);
  const weight = (language: Language) =>
    Math.max(0, ...wishes.filter(({ name }) => name === language).map(({ quality }) => quality));
  return weight("en") > weight("zh") ? "en" : "zh";
}

/** Beyond it a header is no browser's. */
const maxChars = 500;

function readWish(wish: string): { name: string; quality: number } {
  const [tag = "", ...more] = wish.trim().toLowerCase().split(";");
  const quality = Number(
    more.map((part) => /^\s*q=([\d.]+)\s*$/.exec(part)?.[1]).find((found) => found) ?? 1,
  );
  return { name: tag.split("-")[0] ?? "", quality: Number.isNaN(quality) ? 0 : quality };
}
