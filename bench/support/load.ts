import { performance } from "node:perf_hooks";
import { messageOf } from "../../gateway/errors.ts";
import { type Link, type LinkEvents, openLink } from "./link.ts";
import type { Identity } from "./packets.ts";
import type { Stream } from "./ring.ts";
import { type Percentiles, percentiles } from "./statistics.ts";

/** What the load process is told first; it connects and answers `{ ready: true }`. */
export interface LoadPlan {
  readonly port: number;
  readonly connections: readonly (Identity & Stream)[];
  /** Unacknowledged messages that a connection may have. */
  readonly window: number;
}

/** One run over the open connections; answered with a `LoadResult`. */
export interface LoadRun {
  readonly messages: number;
  /** Messages per second over all connections, evenly spread and waiting for nobody; 0: as fast as the window allows. */
  readonly perSecond: number;
}

/** What one run was. */
export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  /** PUBACKs for packet ids that were not waiting. */
  readonly strayAcks: number;
  readonly seconds: number;
  /** CPU of the load process itself, user and system. */
  readonly cpuSeconds: number;
  readonly bytesPerMessage: number;
  /** PUBLISH written → PUBACK seen, ms. */
  readonly latencyMs: Percentiles;
  /** How late the pacing was at worst: the load process's own fault, ms. */
  readonly worstLatenessMs: number;
  /** Next sequence number of each connection, in the order of the plan. */
  readonly nextSequences: readonly number[];
}

process.once("message", (plan: LoadPlan) => {
  serve(plan).catch(fail);
});

async function serve(plan: LoadPlan): Promise<void> {
  let counts = { acknowledged: 0, strayAcks: 0, latencies: new Float64Array(0) };
  let onChunk: (link: Link) => void = () => {};
  const events: LinkEvents = {
    acknowledged(sentAt) {
      counts.latencies[counts.acknowledged] = performance.now() - sentAt;
      counts.acknowledged += 1;
    },
    stray() {
      counts.strayAcks += 1;
    },
    chunk: (link) => onChunk(link),
    failed: fail,
  };
  const links = await Promise.all(plan.connections.map((stream) => openLink(plan.port, stream, events)));

  async function run({ messages, perSecond }: LoadRun): Promise<LoadResult> {
    counts = { acknowledged: 0, strayAcks: 0, latencies: new Float64Array(messages) };
    const progress = { acknowledged: () => counts.acknowledged, messages };
    const cpuAtStart = process.cpuUsage();
    const startedAt = performance.now();
    const stall = watchForStall(progress);
    const worstLatenessMs = await new Promise<number>((resolve) => {
      const pump =
        perSecond === 0
          ? fill({ links, window: plan.window, progress })
          : pace({ links, perSecond, progress });
      onChunk = (link) => {
        pump.onChunk(link);
        if (counts.acknowledged === messages) resolve(pump.worstLatenessMs());
      };
    });
    onChunk = () => {};
    clearInterval(stall);
    const cpu = process.cpuUsage(cpuAtStart);
    return {
      sent: messages,
      acknowledged: counts.acknowledged,
      strayAcks: counts.strayAcks,
      seconds: (performance.now() - startedAt) / 1000,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      bytesPerMessage: links.reduce((sum, link) => sum + link.bytesPerMessage, 0) / links.length,
      latencyMs: percentiles(counts.latencies),
      worstLatenessMs,
      nextSequences: links.map((link) => link.nextSequence()),
    };
  }

  process.on("message", (order: LoadRun) => {
    run(order).then((result) => process.send?.(result), fail);
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.({ ready: true });
}

interface Progress {
  readonly messages: number;
  acknowledged(): number;
}

interface Pump {
  onChunk(link: Link): void;
  worstLatenessMs(): number;
}

/** Keeps every connection's window full until its share is sent. */
function fill({
  links,
  window,
  progress,
}: {
  links: readonly Link[];
  window: number;
  progress: Progress;
}): Pump {
  const unsent = new Map(
    links.map((link, i) => {
      const extra = i < progress.messages % links.length ? 1 : 0;
      return [link, Math.floor(progress.messages / links.length) + extra];
    }),
  );
  const gather = createGatherer(progress.acknowledged);

  function refill(link: Link): void {
    const rest = unsent.get(link)!;
    const count = Math.min(window - link.outstanding(), rest);
    if (count <= 0) return;
    unsent.set(link, rest - count);
    link.send(count);
  }

  for (const link of links) refill(link);
  return {
    onChunk(link) {
      gather();
      refill(link);
    },
    worstLatenessMs: () => 0,
  };
}

/** Sends one message at a time to the connections in turn, on a fixed timetable that waits for no PUBACK. */
function pace({
  links,
  perSecond,
  progress,
}: {
  links: readonly Link[];
  perSecond: number;
  progress: Progress;
}): Pump {
  const startedAt = performance.now();
  let sent = 0;
  let worstLatenessMs = 0;
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - startedAt;
    const due = Math.min(progress.messages, Math.floor((elapsedMs * perSecond) / 1000));
    if (sent < due) worstLatenessMs = Math.max(worstLatenessMs, elapsedMs - ((sent + 1) * 1000) / perSecond);
    for (; sent < due; sent++) links[sent % links.length]!.send(1);
    if (sent === progress.messages) clearInterval(timer);
  }, 1);
  return { onChunk() {}, worstLatenessMs: () => worstLatenessMs };
}

/**
 * A broker that writes every PUBACK by itself would wake this process once a message and make it the limit. While chunks
 * are that small the windows are nearly full, so a short sleep starves nobody and lets PUBACKs pile up.
 */
function createGatherer(acknowledged: () => number): () => void {
  let chunks = 0;
  let before = acknowledged();
  return () => {
    chunks += 1;
    if (chunks > 1) return;
    setImmediate(() => {
      if ((acknowledged() - before) / chunks < smallChunk) Atomics.wait(sleeper, 0, 0, sleepMs);
      before = acknowledged();
      chunks = 0;
    });
  };
}

/** PUBACKs in a chunk below which the load process sleeps, and for how long. */
const smallChunk = 4;
const sleepMs = 0.5;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

function watchForStall(progress: Progress): NodeJS.Timeout {
  let seen = -1;
  return setInterval(() => {
    if (progress.acknowledged() === seen) {
      fail(`no PUBACK for ${stallMs / 1000} s: ${seen} of ${progress.messages} were acknowledged`);
    }
    seen = progress.acknowledged();
  }, stallMs);
}

/** No PUBACK for so long ends the run with a message. */
const stallMs = 30_000;

function fail(reason: unknown): never {
  process.send?.({ failed: messageOf(reason) });
  process.exit(1);
}
