import { afterEach, describe, expect, test } from "vitest";
import { openConnection, silenceMs } from "../../dashboards/web/live/connection.ts";
import { createSseReader } from "../../dashboards/web/live/sse.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A gateway whose answers a test gives, and a connection to it. */
function aConnection() {
  const clock = createFakeClock();
  const requests: { headers: Record<string, string>; signal: AbortSignal; stream: Stream }[] = [];
  const states: string[] = [];
  const events: string[] = [];
  let answer: (stream: Stream) => Response | Promise<never> = (stream) => new Response(stream.body);
  let ended = 0;
  const connection = openConnection({
    url: "/api/v1/stream",
    async fetch(_, { signal, headers }) {
      const stream = aStream(signal);
      requests.push({ headers, signal, stream });
      return answer(stream);
    },
    now: clock.now,
    later(ms, run) {
      let isOver = false;
      const stop = clock.every(ms, () => {
        stop();
        if (!isOver) run();
        isOver = true;
      });
      return stop;
    },
    onEvents: (found) =>
      void events.push(...found.map(({ event, data }) => `${event ?? "heartbeat"} ${data}`.trim())),
    onState: (state) => {
      if (states.at(-1) !== state) states.push(state);
    },
    onEnded: () => void ended++,
  });
  cleanups.push(connection.close);
  return {
    ...{ clock, requests, states, events, connection },
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    ended: () => ended,
    last: () => requests.at(-1)!,
  };
}

interface Stream {
  readonly body: ReadableStream<Uint8Array>;
  say(text: string): Promise<void>;
  end(): Promise<void>;
}

function aStream(signal: AbortSignal): Stream {
  let control!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      control = given;
      signal.addEventListener("abort", () => given.error(signal.reason));
    },
  });
  return {
    body,
    async say(text) {
      control.enqueue(new TextEncoder().encode(text));
      await settle();
    },
    async end() {
      control.close();
      await settle();
    },
  };
}

/** Lets every promise that waits for no timer go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe("the connection", () => {
  test("comes back by itself and names the last id that it saw, a heartbeat's included", async () => {
    const { clock, requests, states, events, last } = aConnection();
    await settle();
    expect(requests[0]!.headers).not.toHaveProperty("last-event-id");
    await last().stream.say('id: 7\nevent: reading\ndata: {"a":1}\n\n');
    await last().stream.say(": heartbeat\nid: 12\n\n");
    expect(events).toEqual(['reading {"a":1}', "heartbeat"]);
    await last().stream.end();
    expect(states).toEqual(["connecting", "live", "lost"]);
    clock.advance(500);
    await settle();
    expect(last().headers["last-event-id"]).toBe("12");
    await last().stream.say(": heartbeat\nid: 12\n\n");
    expect(states.at(-1)).toBe("live");
  });

  test("an event without id, not durable yet, does not move where it goes on", async () => {
    const { clock, last } = aConnection();
    await settle();
    await last().stream.say("id: 7\nevent: presence\ndata: {}\n\nevent: alert\ndata: {}\n\n");
    await last().stream.end();
    clock.advance(500);
    await settle();
    expect(last().headers["last-event-id"]).toBe("7");
  });

  test("counts as dead after two and a half heartbeats without a byte", async () => {
    const { clock, requests, last, states } = aConnection();
    await settle();
    await last().stream.say("id: 1\nevent: presence\ndata: {}\n\n");
    for (let i = 0; i < 4; i++) {
      clock.advance(15_000);
      await last().stream.say(": heartbeat\nid: 1\n\n");
    }
    expect(requests).toHaveLength(1);
    for (let passed = 0; passed <= silenceMs + 5000; passed += 2500) clock.advance(2500);
    await settle();
    expect(requests).toHaveLength(2);
    expect(requests[0]!.signal.aborted).toBe(true);
    expect(states).toEqual(["connecting", "live", "lost"]);
  });

  test("waits longer after each failure, never longer than ten seconds, and as long as it is told", async () => {
    const { clock, requests, answerWith } = aConnection();
    answerWith(() => Promise.reject(new TypeError("no network")));
    await settle();
    requests.length = 0;
    for (let second = 0; second < 120; second++) {
      clock.advance(1000);
      await settle();
    }
    expect(requests.length).toBeGreaterThanOrEqual(11);
    expect(requests.length).toBeLessThanOrEqual(18);
    answerWith(() => new Response("", { status: 503, headers: { "retry-after": "30" } }));
    clock.advance(10_000);
    await settle();
    requests.length = 0;
    clock.advance(29_000);
    await settle();
    expect(requests).toHaveLength(0);
    clock.advance(1500);
    await settle();
    expect(requests).toHaveLength(1);
  });

  test("wakes at once after sleep or when the network is back, and leaves a living stream alone", async () => {
    const { clock, requests, connection, last, answerWith } = aConnection();
    await settle();
    await last().stream.say(": heartbeat\nid: 1\n\n");
    connection.wake();
    expect(requests).toHaveLength(1);
    answerWith(() => Promise.reject(new TypeError("no network")));
    await last().stream.end();
    answerWith((stream) => new Response(stream.body));
    connection.wake();
    await settle();
    expect(requests).toHaveLength(2);
    await last().stream.say(": heartbeat\nid: 2\n\n");
    clock.advance(20_000);
    connection.wake();
    await settle();
    expect(requests).toHaveLength(3);
    expect(last().headers["last-event-id"]).toBe("2");
  });

  test("gives up when the session is over", async () => {
    const { clock, requests, answerWith, ended, last } = aConnection();
    await settle();
    answerWith(() => new Response("", { status: 401 }));
    await last().stream.end();
    clock.advance(500);
    await settle();
    clock.advance(60_000);
    await settle();
    expect(ended()).toBe(1);
    expect(requests).toHaveLength(2);
  });
});

describe("the reader of events", () => {
  test("takes them in any pieces, with either end of line and several lines of data", () => {
    const text = ": hi\r\nretry: 2000\r\n\r\nid: 3\nevent: a\ndata: one\ndata: two\n\nevent:b\ndata:三\n\n";
    const whole = createSseReader().read(text);
    const reader = createSseReader();
    const pieces = [...text].flatMap((char) => reader.read(char));
    expect(whole).toEqual([
      { event: "a", data: "one\ntwo", id: "3" },
      { event: "b", data: "三", id: undefined },
    ]);
    expect(pieces).toEqual(whole);
  });
});
