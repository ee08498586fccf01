/** One event of a live stream. */
export interface SseEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads a live stream until it is closed. */
export interface SseReader {
  /** The next event that fits, in order; those before it are passed over. */
  next(isIt: (event: SseEvent) => boolean): Promise<SseEvent>;
  close(): void;
}

/** Opens `GET /api/v1/stream`. */
export async function openSse(
  url: string,
  { token = "a-token-for-the-tests", lastEventId }: { token?: string; lastEventId?: string } = {},
): Promise<SseReader> {
  const abort = new AbortController();
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (lastEventId !== undefined) headers["last-event-id"] = lastEventId;
  const response = await fetch(`${url}/api/v1/stream`, { headers, signal: abort.signal });
  const events = readEvents(response.body as ReadableStream<Uint8Array>);
  return {
    async next(isIt) {
      for (;;) {
        const { value, done } = await events.next();
        if (done) throw new Error("the stream ended before the event came");
        if (isIt(value)) return value;
      }
    },
    close: () => abort.abort(),
  };
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    rest += text;
    const blocks = rest.split("\n\n");
    rest = blocks.pop() as string;
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

function readBlock(block: string): SseEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const data = fields.get("data");
  if (data === undefined) return undefined;
  return { id: fields.get("id"), event: fields.get("event") ?? "message", data: JSON.parse(data) };
}
