import { createSseReader, type StreamEvent } from "./sse.ts";

/** How the stream stands. `lost`: what is shown may be out of date. */
export type ConnectionState = "connecting" | "live" | "lost";

/** What a connection works with; a test gives its own network and clock. */
export interface ConnectionParts {
  /** Address of the stream with its filter. */
  readonly url: string;
  readonly fetch: (
    url: string,
    options: { signal: AbortSignal; headers: Record<string, string> },
  ) => Promise<Response>;
  readonly now: () => number;
  readonly later: (ms: number, run: () => void) => () => void;
  /** All events of one piece of the stream. */
  readonly onEvents: (events: readonly StreamEvent[]) => void;
  readonly onState: (state: ConnectionState) => void;
  /** The session is over. */
  readonly onEnded: () => void;
}

/** The gateway's `live.heartbeatMs`; it sends at least so often. */
const heartbeatMs = 15_000;
/** So long without a byte and the connection counts as dead, ms: a cable that is pulled closes no socket. */
export const silenceMs = heartbeatMs * 2.5;
/** Longest wait between two tries, ms. */
const mostWaitMs = 10_000;

/** A stream that comes back by itself and goes on where it was, with neither gap nor double. */
export interface Connection {
  /** The page was shown again or the network came back: does not wait for any timer. */
  wake(): void;
  close(): void;
}

/** Opens the stream and keeps it open. */
export function openConnection(parts: ConnectionParts): Connection {
  const { now, later } = parts;
  let lastId: string | undefined;
  let heardAt = now();
  let failures = 0;
  let isClosed = false;
  let running: AbortController | undefined;
  let stopWaiting: (() => void) | undefined;
  let stopWatch = later(silenceMs, watch);

  async function run(): Promise<void> {
    stopWaiting = undefined;
    const controller = new AbortController();
    running = controller;
    heardAt = now();
    let waitMs: number | undefined;
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (lastId !== undefined) headers["last-event-id"] = lastId;
      const response = await parts.fetch(parts.url, { signal: controller.signal, headers });
      if (running !== controller) return;
      if (response.status === 401 || response.status === 403) {
        close();
        parts.onEnded();
        return;
      }
      if (response.ok && response.body !== null) await take(response.body, controller.signal);
      else waitMs = Number(response.headers.get("retry-after") ?? 1) * 1000;
    } catch {
      // Every way to lose a stream ends in the same: wait a little and come back.
    }
    if (isClosed || running !== controller) return;
    running = undefined;
    parts.onState("lost");
    failures++;
    const backoff = Math.min(500 * 2 ** Math.min(failures - 1, 6), mostWaitMs);
    stopWaiting = later(Math.max(waitMs ?? 0, backoff), () => void run());
  }

  async function take(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const sse = createSseReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      failures = 0;
      heardAt = now();
      const events = sse.read(decoder.decode(value, { stream: true }));
      for (const { id } of events) if (id !== undefined) lastId = id;
      parts.onState("live");
      if (events.length > 0) parts.onEvents(events);
    }
  }

  function restart(): void {
    running?.abort();
    running = undefined;
    stopWaiting?.();
    parts.onState("lost");
    void run();
  }

  function watch(): void {
    if (running !== undefined && now() - heardAt > silenceMs) restart();
    stopWatch = later(heartbeatMs / 3, watch);
  }

  function close(): void {
    isClosed = true;
    stopWatch();
    stopWaiting?.();
    running?.abort();
  }

  parts.onState("connecting");
  void run();
  return {
    wake() {
      if (isClosed) return;
      // Timers stood still while the computer slept; a stream that had its heartbeat is left alone.
      if (running === undefined || now() - heardAt > heartbeatMs * 1.2) restart();
    },
    close,
  };
}
