import type { Socket } from "node:net";
import type { WireOrder } from "../../../devices/kit/gb26875.ts";
import type { DeviceName } from "../../types.ts";
import { type Occasion, writeAck, writeNack, writeOrder } from "./answers.ts";
import { commands, type Frame } from "./frame.ts";
import { createFrameReader, type FoundFrame } from "./frame-reader.ts";
import type { Arrival, LineParts } from "./listener.ts";
import type { Transmitter } from "./places.ts";
import { createRepeats } from "./repeats.ts";

/** One connection of transmission devices; most have one, a concentrator has many. */
export interface Link {
  readonly address: string;
  /** When its last sound frame came, epoch ms; 0 before the first. */
  readonly heardAt: () => number;
  /** Sends an order to one of its transmission devices; false when it cannot. */
  send(transmitter: DeviceName, order: WireOrder, token: string): boolean;
  /** Called every second: cuts what is silent, gives up on halves of frames, reads on. */
  sweep(now: number): void;
  cut(reason: string): void;
  /** Reads nothing more, but still answers what was taken. */
  hush(): void;
  /** Ends it once what was written has gone out. */
  end(): void;
  /** Frames that were taken and are not durable yet. */
  pending(): number;
}

interface Parts extends LineParts {
  readonly socket: Socket;
  readonly address: string;
  /** A transmission device is heard on this connection for the first time. */
  readonly joined: (transmitter: Transmitter, link: Link) => void;
  /** Nothing waits to become durable any more. */
  readonly settled: () => void;
  readonly ended: (link: Link, transmitters: Iterable<DeviceName>) => void;
}

/** How long the last answers may take to go out, ms. */
const endMs = 1000;

/** Reads the frames of a connection and answers them. */
export function createLink(parts: Parts): Link {
  const { socket, address, settings, zone, clock, meters } = parts;
  const reader = createFrameReader({ maxAppBytes: settings.appBytes });
  const repeats = createRepeats(settings);
  const openedAt = clock.now();
  /** What a frame to each transmission device must carry. */
  const heads = new Map<DeviceName, Occasion["of"]>();
  const orders = new Map<number, string>();
  const paused = new Set<string>();
  let nextOrder = 0;
  let heardAt = 0;
  /** Since when the rest of a frame is waited for; meaningless while none is. */
  let halfAt = openedAt;
  let pending = 0;
  let thisSecond = 0;
  let garbageBefore = 0;
  let isEnding = false;

  socket.on("data", (chunk) => {
    const wasWaiting = reader.waiting() > 0;
    const found = reader.push(chunk);
    if (!wasWaiting || found.length > 0) halfAt = clock.now();
    takeAll(found);
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    isEnding = true;
    parts.ended(link, heads.keys());
  });

  function takeAll(found: readonly FoundFrame[]): void {
    for (const one of found) if (!isEnding) take(one);
    const garbage = reader.skipped() - garbageBefore;
    const isTooMuch = found.length === 0 && garbage > settings.garbageBytes;
    if (found.length === 0 && !isTooMuch) return;
    meters.garbage.add(garbage);
    garbageBefore = reader.skipped();
    if (isTooMuch) cut("garbage");
  }

  function take(found: FoundFrame): void {
    meters.frames.add();
    if (++thisSecond >= settings.framesPerSecond) pause("rate");
    const { frame, bytes } = found;
    const transmitter = parts.find(frame.source, address);
    if (transmitter === undefined) {
      parts.takeStranger({ frame, bytes, address });
      refuse(frame, "source");
    } else if (found.isSound) takeSound({ frame, bytes, transmitter, address });
    else {
      // A device that sums in its own way would never get an alarm through; others send it again and are understood then.
      meters.broken.add();
      parts.takeBroken({ frame, bytes, transmitter, address });
      answer(frame, writeNack);
    }
  }

  function takeSound(arrival: Arrival): void {
    const { frame, transmitter } = arrival;
    heardAt = clock.now();
    const isNew = !heads.has(transmitter.device.device);
    if (isNew && heads.size >= settings.sourcesPerConnection) {
      refuse(frame, "sources");
      return;
    }
    const { version, source, target } = frame;
    heads.set(transmitter.device.device, { version, source, target });
    if (isNew) parts.joined(transmitter, link);
    const way = ways[frame.command];
    if (way !== undefined) way(arrival);
    else {
      meters.refused.add("command");
      answer(frame, writeNack);
    }
  }

  const ways: Readonly<Record<number, (arrival: Arrival) => void>> = {
    [commands.data]: takeOnce,
    [commands.answer]: takeOnce,
    [commands.acknowledge]: answered,
    [commands.refuse]: answered,
  };

  function takeOnce(arrival: Arrival): void {
    const earlier = repeats.find(arrival.frame, heardAt);
    if (earlier === undefined) {
      takeNew(arrival);
      return;
    }
    meters.repeats.add();
    if (earlier.isSafe && arrival.frame.command === commands.data) answer(arrival.frame, writeAck);
  }

  function takeNew(arrival: Arrival): void {
    const { frame } = arrival;
    if (++pending >= settings.pendingFrames) pause("pending");
    parts.take(arrival, () => {
      pending -= 1;
      repeats.safe(frame);
      if (frame.command === commands.data) answer(frame, writeAck);
      if (pending <= settings.pendingFrames / 2) goOn("pending");
      if (pending === 0) parts.settled();
    });
  }

  /** A connection that has no registered device is of no use; one that has must not lose it for a stranger beside it. */
  function refuse(frame: Frame, reason: string): void {
    meters.refused.add(reason);
    if (heads.size > 0) {
      answer(frame, writeNack);
      return;
    }
    isEnding = true;
    socket.end(write(frame, writeNack));
    socket.resume();
  }

  function answered({ frame: { seq, command }, transmitter }: Arrival): void {
    const token = orders.get(seq);
    if (token === undefined || !orders.delete(seq)) return;
    parts.answered(transmitter.device.device, token, command === commands.acknowledge);
  }

  function write(frame: Frame, form: typeof writeAck): Buffer {
    return form({ of: frame, seq: frame.seq, at: clock.now(), zone });
  }

  function answer(frame: Frame, form: typeof writeAck): void {
    if (!isEnding) put(write(frame, form));
  }

  function put(bytes: Buffer): void {
    socket.write(bytes);
    if (socket.writableLength > settings.outBytes) cut("slow");
  }

  function pause(reason: string): void {
    if (paused.has(reason)) return;
    meters.paused.add(reason);
    paused.add(reason);
    socket.pause();
  }

  function goOn(reason: string): void {
    if (!paused.delete(reason) || paused.size > 0) return;
    // Nothing could be heard meanwhile, which is not the device's fault.
    if (heardAt > 0) heardAt = clock.now();
    socket.resume();
  }

  function cut(reason: string): void {
    if (socket.destroyed) return;
    if (!isEnding) {
      meters.cut.add(reason);
      parts.log.info({ address, devices: [...heads.keys()], reason }, "GB/T 26875.3 connection cut");
    }
    isEnding = true;
    socket.destroy();
  }

  const link: Link = {
    address,
    heardAt: () => heardAt,
    send(transmitter, order, token) {
      const of = heads.get(transmitter);
      if (of === undefined || isEnding) return false;
      const seq = nextOrder;
      nextOrder = (nextOrder + 1) % 65_536;
      orders.set(seq, token);
      if (orders.size > settings.openOrders) orders.delete(orders.keys().next().value!);
      put(writeOrder({ of, seq, at: clock.now(), zone }, order));
      return true;
    },
    sweep(now) {
      if (isEnding) {
        // It was told why and had its second to read it.
        socket.destroy();
        return;
      }
      thisSecond = 0;
      goOn("rate");
      if (reader.waiting() > 0 && now - halfAt >= settings.splitFrameMs) takeAll(reader.giveUp());
      if (paused.size > 0) return;
      if (heardAt === 0 && now - openedAt >= settings.firstFrameMs) cut("no-frame");
      else if (heardAt > 0 && now - heardAt >= settings.silenceMs) cut("silent");
    },
    cut,
    hush: () => pause("stopping"),
    end() {
      isEnding = true;
      socket.destroySoon();
      clock.after(endMs, () => socket.destroy());
    },
    pending: () => pending,
  };
  return link;
}
