import { messageOf } from "./errors.ts";
import { writeFrame } from "./ingest/gb26875/frame.ts";
import { createFrameReader } from "./ingest/gb26875/frame-reader.ts";
import type { Arrival } from "./ingest/gb26875/listener.ts";
import type { Gb26875Meters } from "./ingest/gb26875/meters.ts";
import type { Places, Transmitter } from "./ingest/gb26875/places.ts";
import { type Draft, translate, type Unused, unplacedFire } from "./ingest/gb26875/translate.ts";
import { refuse } from "./ingest/refusal.ts";
import type { Log } from "./log.ts";
import type { Pipeline } from "./pipeline.ts";
import type { KnownDevice, Message, Refusal } from "./types.ts";

/** The way of GB/T 26875.3 frames into the path of a message. */
export interface FramePath {
  /** Takes all that a frame tells; `answer` is called when it is on disk. */
  take(arrival: Arrival, answer: () => void): void;
  /** Takes the fires of a frame whose sum is wrong, and keeps it. */
  takeBroken(arrival: Arrival): void;
  /** Keeps a frame of a source address that is not registered, and says why. */
  keepStranger(arrival: Pick<Arrival, "frame" | "bytes">, reason: string): void;
  /** A sign of life of a device that has nothing to say. */
  alive(device: KnownDevice, done: () => void): void;
  /** An event that no frame tells, but an acknowledgement means. */
  happened(device: KnownDevice, event: string): void;
  /** The path for what is ingested again: frames that were kept are translated anew, everything else goes on as it is. */
  readonly accept: Pipeline["accept"];
}

interface Parts {
  readonly pipeline: Pipeline;
  readonly places: () => Places;
  readonly zone: string;
  readonly now: () => number;
  /** Differs at every start. */
  readonly boot: string;
  readonly log: Pick<Log, "error">;
  readonly meters: Pick<Gb26875Meters, "unplaced">;
}

type Answer = (refusal: Refusal | undefined) => void;

/** Topics of kept frames: `gb26875/{source}/{site}/{kind}/{device}`. */
const topicRoot = "gb26875/";

/** Turns frames into messages as devices send them, so that everything behind is the same for both. */
export function createFramePath({ pipeline, places, zone, now, boot, log, meters }: Parts): FramePath {
  /** Messages so far by topic: with `boot` they tell one from another, however a device counts or dates its frames. */
  const counts = new Map<string, number>();

  /** Everything in a frame, each for itself; `receivedAt` when it is ingested again. */
  function takeAll(arrival: Arrival, receivedAt: number | undefined, one: () => Answer): void {
    const { frame, transmitter } = arrival;
    const parts = { at: receivedAt ?? now(), zone, trust: "whole" } as const;
    const { drafts, unused } = translate(frame, transmitter, parts);
    for (const draft of drafts) say(draft, transmitter, receivedAt, one());
    for (const left of unused) keep(left, arrival, receivedAt, one());
  }

  /** Sends a draft on its way; a fire that its own device cannot tell is told by the transmitter. */
  function say(draft: Draft, transmitter: Transmitter, receivedAt: number | undefined, done: Answer): void {
    if (isUnplaced(draft, transmitter)) meters.unplaced.add();
    pipeline.accept(draftMessage(draft, receivedAt), (refusal) => {
      if (refusal === undefined || draft.fireAt === undefined) return done(refusal);
      meters.unplaced.add();
      const instead = unplacedFire(transmitter, draft.fireAt, draft.payload.ts);
      pipeline.accept(draftMessage(instead, receivedAt), () => done(refusal));
    });
  }

  function keep(
    { refusal, app }: Unused,
    arrival: Arrival,
    receivedAt: number | undefined,
    done: Answer,
  ): void {
    const message = keptMessage(arrival, writeFrame({ ...arrival.frame, app }));
    pipeline.refuse(withReceivedAt(message, receivedAt), refusal, () => done(refusal));
  }

  function draftMessage({ device, stream, payload }: Draft, receivedAt: number | undefined): Message {
    const topic = topicOf(device, stream);
    const seq = (counts.get(topic) ?? 0) + 1;
    counts.set(topic, seq);
    const bytes = Buffer.from(JSON.stringify({ ...payload, seq, boot }));
    return withReceivedAt(devicesMessage(device, topic, bytes), receivedAt);
  }

  function again(message: Message, answer: Answer): void {
    const bytes = Buffer.from(message.payload.toString("latin1"), "hex");
    const found = createFrameReader({ maxAppBytes: 65_535 }).push(bytes)[0];
    const source = found?.frame.source ?? "";
    const transmitter = places().find(source);
    if (found !== undefined && transmitter !== undefined) {
      const all = createCountdown(answer);
      takeAll({ ...found, transmitter, address: "" }, message.receivedAt, all.one);
      all.go();
      return;
    }
    const refusal =
      found === undefined
        ? refuse("frame-unreadable", "", undefined, "the kept bytes are not a frame")
        : refuse("source-unknown", "", source, `the source address ${source} is not registered`);
    pipeline.refuse(message, refusal, () => answer(refusal));
  }

  /** A fault of ours must neither end the connection nor lose the frame: it waits in quarantine for the mended program. */
  function guard(arrival: Arrival, run: () => void, one: () => Answer): void {
    try {
      run();
    } catch (error) {
      log.error({ err: error, source: arrival.frame.source }, "GB/T 26875.3 frame could not be taken");
      const reason = `the gateway could not read this frame for a fault of its own (${messageOf(error)}); it is kept`;
      const refusal = refuse("internal-fault", "", undefined, reason);
      const done = one();
      pipeline.refuse(keptMessage(arrival, arrival.bytes), refusal, () => done(refusal));
    }
  }

  function alive(device: KnownDevice, done: () => void): void {
    pipeline.accept(devicesMessage(device, topicOf(device, "status"), Buffer.from('{"online":true}')), done);
  }

  return {
    take(arrival, answer) {
      const all = createCountdown(() => answer());
      alive(arrival.transmitter.device, all.one());
      guard(arrival, () => takeAll(arrival, undefined, all.one), all.one);
      all.go();
    },
    takeBroken(arrival) {
      const { frame, bytes, transmitter } = arrival;
      const ignore = () => () => {};
      guard(
        arrival,
        () => {
          const { drafts } = translate(frame, transmitter, { at: now(), zone, trust: "fires-only" });
          for (const draft of drafts) say(draft, transmitter, undefined, () => {});
        },
        ignore,
      );
      const refusal = refuse("frame-unreadable", "", bytes.toString("hex"), wrongSum);
      pipeline.refuse(keptMessage(arrival, bytes), refusal, () => {});
    },
    keepStranger({ frame, bytes }, reason) {
      const refusal = refuse("source-unknown", "", frame.source, reason);
      pipeline.refuse(keptMessage({ frame }, bytes), refusal, () => {});
    },
    alive,
    happened(device, event) {
      const draft: Draft = { device, stream: "event", payload: { event }, fireAt: undefined };
      pipeline.accept(draftMessage(draft, undefined), () => {});
    },
    accept(message, answer) {
      if (message.topic.startsWith(topicRoot)) again(message, answer);
      else pipeline.accept(message, answer);
    },
  };
}

const wrongSum =
  "the sum of the frame is wrong; it must be the low byte of the sum of all bytes from its number to its last application byte";

/** Calls `end` with the first refusal once `go` and everything that `one` gave were called. */
function createCountdown(end: Answer) {
  let open = 1;
  let first: Refusal | undefined;
  function close(refusal?: Refusal): void {
    first ??= refusal;
    open -= 1;
    if (open === 0) end(first);
  }
  return {
    one() {
      open += 1;
      return close;
    },
    go: () => close(),
  };
}

function isUnplaced({ device, payload }: Draft, transmitter: Transmitter): boolean {
  const { unplacedFire } = transmitter.device.definition.wire!.transmitter!;
  return device === transmitter.device && payload.event === unplacedFire.event;
}

function topicOf({ device }: KnownDevice, stream: string): string {
  return `linli/v1/${device}/${stream}`;
}

function devicesMessage({ site, id, device }: KnownDevice, topic: string, payload: Buffer): Message {
  const principal = { type: "device", name: `${site}/${id}`, device, publish: [], subscribe: [] } as const;
  return { topic, payload, qos: 1, dup: false, principal, will: false };
}

/** What is kept of a frame: its bytes as hexadecimal digits, which people can read and compare. */
function keptMessage(
  { frame, transmitter }: Pick<Arrival, "frame"> & Partial<Arrival>,
  bytes: Buffer,
): Message {
  const payload = Buffer.from(bytes.toString("hex"));
  if (transmitter !== undefined) {
    const { device } = transmitter;
    return devicesMessage(device, `${topicRoot}${frame.source}/${device.device}`, payload);
  }
  const topic = `${topicRoot}${frame.source}`;
  return { topic, payload, qos: 1, dup: false, principal: undefined, will: false };
}

function withReceivedAt(message: Message, receivedAt: number | undefined): Message {
  return receivedAt === undefined ? message : { ...message, dup: true, receivedAt };
}
