import { connect, type Socket } from "node:net";
import type { Clock } from "../../gateway/clock.ts";
import { type DeviceFrame, frameBytes, framesOf } from "./frame.ts";

/** A simulated transmission device: keeps a connection, sends what it is told in order until each is acknowledged. */
export interface Transmitter {
  /** Sends an application part (empty: a heartbeat); resolves when it is acknowledged, with false when it was refused. */
  say(app: Buffer): Promise<boolean>;
  readonly stats: () => TransmitterStats;
  /** Ends the connection; what was not acknowledged is given up. */
  stop(): Promise<void>;
}

/** What it did so far. */
export interface TransmitterStats {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Sent again for want of an acknowledgement. */
  readonly again: number;
  readonly waiting: number;
  readonly connects: number;
}

/** What a simulated transmission device is made of. */
export interface TransmitterParts {
  readonly host: string;
  readonly port: number;
  /** 12 hexadecimal digits. */
  readonly source: string;
  readonly clock: Clock;
  /** The gateway asks for something (command 1); false refuses it. */
  readonly asked?: (app: Buffer) => boolean;
  /** After so long without an acknowledgement a frame is sent again, ms. The standard says 10 s. */
  readonly againMs?: number;
  /** Pause before a lost connection is tried again, ms. */
  readonly reconnectMs?: number;
}

interface Waiting {
  readonly app: Buffer;
  readonly done: (isTaken: boolean) => void;
  seq: number | undefined;
  stopTimer?: () => void;
}

/** Address of the monitoring centre; the gateway takes any. */
const centre = "000000000001";

/** Starts a transmission device. One frame is under way at a time, and numbers begin at 0 on each connection. */
export function startTransmitter(parts: TransmitterParts): Transmitter {
  const { host, port, source, clock, asked = () => true, againMs = 10_000, reconnectMs = 1_000 } = parts;
  const queue: Waiting[] = [];
  const stats = { sent: 0, acknowledged: 0, refused: 0, again: 0, connects: 0 };
  let socket: Socket | undefined;
  let nextSeq = 0;
  let isStopping = false;

  function open(): void {
    const opening = connect({ host, port, noDelay: true });
    let rest: Buffer = Buffer.alloc(0);
    opening.on("connect", () => {
      stats.connects += 1;
      socket = opening;
      nextSeq = 0;
      for (const waiting of queue) waiting.seq = undefined;
      sendNext();
    });
    opening.on("data", (chunk) => {
      const read = framesOf(Buffer.concat([rest, chunk]));
      rest = read.rest;
      for (const frame of read.frames) take(frame);
    });
    opening.on("error", () => {});
    opening.on("close", () => {
      if (socket === opening) socket = undefined;
      queue[0]?.stopTimer?.();
      if (!isStopping) clock.after(reconnectMs, open);
    });
  }

  function write(frame: Omit<DeviceFrame, "source" | "target">): void {
    socket?.write(frameBytes({ ...frame, source, target: centre }, clock.now()));
  }

  function sendNext(): void {
    const [first] = queue;
    if (first === undefined || first.seq !== undefined || socket === undefined) return;
    first.seq = nextSeq;
    nextSeq = (nextSeq + 1) % 65_536;
    stats.sent += 1;
    send(first, first.seq);
  }

  function send(waiting: Waiting, seq: number): void {
    write({ seq, command: 2, app: waiting.app });
    waiting.stopTimer = clock.after(againMs, () => {
      stats.again += 1;
      send(waiting, seq);
    });
  }

  function take({ seq, command, app }: DeviceFrame): void {
    if (command === 1) {
      const isTaken = asked(app);
      write({ seq, command: isTaken ? 3 : 6, app: Buffer.alloc(0) });
      return;
    }
    const [first] = queue;
    if (first === undefined || first.seq !== seq) return;
    queue.shift();
    first.stopTimer?.();
    stats[command === 3 ? "acknowledged" : "refused"] += 1;
    first.done(command === 3);
    sendNext();
  }

  open();
  return {
    say(app) {
      return new Promise((done) => {
        queue.push({ app, done, seq: undefined });
        sendNext();
      });
    },
    stats: () => ({ ...stats, waiting: queue.length }),
    async stop() {
      isStopping = true;
      queue[0]?.stopTimer?.();
      const closing = socket;
      if (closing === undefined) return;
      await new Promise<void>((resolve) => {
        closing.once("close", () => resolve());
        closing.destroy();
      });
    },
  };
}
