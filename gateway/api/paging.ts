import { GatewayError } from "../errors.ts";

/** Cuts one page out of a list that is whole in memory, ordered by a unique key; `next` is null on the last page. */
export function cutPage<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { items: T[]; next: string | null } {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const rest = [...items]
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page,
    next: rest.length > limit && last !== undefined ? Buffer.from(keyOf(last)).toString("base64url") : null,
  };
}

function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (Buffer.from(key).toString("base64url") === cursor) return key;
  throw new GatewayError("invalid-request", "the cursor is not one that this list gave", {
    path: "query.cursor",
  });
}
