import { GatewayError } from "../gateway/errors.ts";

/** One line of a text file. */
export interface Line {
  /** Starts at 1. */
  readonly number: number;
  readonly text: string;
  /** The file ended without a line feed here: the writer may have been stopped inside the line. */
  readonly isTorn: boolean;
}

/** Splits bytes into lines without holding more than one; empty lines are left out. Throws `cassette-invalid` for a line over the bound. */
export async function* readLines(
  chunks: AsyncIterable<Buffer | string> | Iterable<Buffer | string>,
  { name, maxLineBytes }: { name: string; maxLineBytes: number },
): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let start = 0;
    for (let end = rest.indexOf(10, start); end !== -1; end = rest.indexOf(10, start)) {
      number++;
      if (end > start) yield { number, text: rest.toString("utf8", start, end), isTorn: false };
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxLineBytes) {
      throw new GatewayError(
        "cassette-invalid",
        `${name} line ${number + 1} is longer than ${maxLineBytes} bytes`,
      );
    }
  }
  if (rest.length > 0) yield { number: number + 1, text: rest.toString("utf8"), isTorn: true };
}
