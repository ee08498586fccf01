/** Hands out a stream of bytes in the pieces that somebody asks for. */
export interface Taker {
  /** So many bytes; fewer at the end. */
  take(bytes: number): Promise<Buffer>;
  /** The bytes before the next line feed; undefined when there is none among the next `limit` bytes. */
  takeLine(limit: number): Promise<string | undefined>;
  /** Whether nothing more comes. */
  isEmpty(): Promise<boolean>;
}

/** Takes from a stream no more than is asked for, and one piece of it. */
export function createTaker(source: AsyncIterable<Uint8Array>): Taker {
  const pieces = source[Symbol.asyncIterator]();
  let waiting: Buffer[] = [];
  let size = 0;
  let isOver = false;

  async function gather(bytes: number): Promise<void> {
    while (size < bytes && !isOver) {
      const { value, done } = await pieces.next();
      if (done === true) isOver = true;
      else {
        waiting.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
        size += value.byteLength;
      }
    }
  }

  function cut(bytes: number): Buffer {
    const whole = Buffer.concat(waiting);
    const rest = whole.subarray(bytes);
    waiting = rest.length > 0 ? [rest] : [];
    size = rest.length;
    return whole.subarray(0, bytes);
  }

  return {
    async take(bytes) {
      await gather(bytes);
      return cut(bytes);
    },
    async takeLine(limit) {
      await gather(limit);
      const end = Buffer.concat(waiting).indexOf("\n");
      if (end === -1 || end >= limit) return undefined;
      return cut(end + 1).toString("latin1", 0, end);
    },
    async isEmpty() {
      await gather(1);
      return size === 0;
    },
  };
}
