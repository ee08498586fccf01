import type { Gateway } from "../../../bench/support/gateway.ts";

/** A screen: what came over the gateway's live stream. */
export interface StreamWatch {
  /** When (performance clock) an event of this name with this text in its data came after `since`; undefined when none did. */
  cameAt(event: string, text: string, since: number): number | undefined;
  close(): void;
}

/** Opens the live stream and keeps its alert and incident events. */
export async function watchStream(gateway: Gateway): Promise<StreamWatch> {
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${gateway.httpPort}/api/v1/stream`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
    signal: abort.signal,
  });
  const kept: { event: string; data: string; at: number }[] = [];
  void collect(response, kept).catch(() => {
    // The stream ends with an error when it is closed here or the gateway is killed; both are meant.
  });
  return {
    cameAt: (event, text, since) =>
      kept.find((item) => item.at >= since && item.event === event && item.data.includes(text))?.at,
    close: () => abort.abort(),
  };
}

async function collect(
  response: Response,
  kept: { event: string; data: string; at: number }[],
): Promise<void> {
  let rest = "";
  for await (const text of (response.body as ReadableStream<Uint8Array>).pipeThrough(
    new TextDecoderStream(),
  )) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      const read = (name: string) =>
        lines
          .find((line) => line.startsWith(name))
          ?.slice(name.length)
          .trim() ?? "";
      const event = read("event:");
      if (event !== "reading" && event !== "presence")
        kept.push({ event, data: read("data:"), at: performance.now() });
    }
  }
}
