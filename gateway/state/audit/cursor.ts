import { GatewayError } from "../../errors.ts";

/** The cursor of the page that ends with this row. */
export function writeCursor({ at, sequence }: { readonly at: number; readonly sequence: number }): string {
  return Buffer.from(`${at}:${sequence}`).toString("base64url");
}

/** Time and sequence number of the row that a cursor names. Throws `invalid-request`. */
export function readCursor(cursor: string): [at: number, sequence: number] {
  const [, at, sequence] =
    /^(-?\d{1,16}):(\d{1,16})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (at !== undefined && sequence !== undefined) return [Number(at), Number(sequence)];
  throw new GatewayError("invalid-request", "the cursor is not one that this list gave", {
    path: "query.cursor",
  });
}
