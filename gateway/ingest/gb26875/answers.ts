import type { WireOrder } from "../../../devices/kit/gb26875.ts";
import { commands, type Frame, writeFrame } from "./frame.ts";
import { writeWireTime } from "./wire-time.ts";

/** Whom a frame of the gateway answers or addresses, and when. */
export interface Occasion {
  /** Any frame of the device: its addresses are turned round, its version is kept. */
  readonly of: Pick<Frame, "version" | "source" | "target">;
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly zone: string;
}

/** The bytes that say that a frame is safe (command 3). */
export function writeAck(occasion: Occasion): Buffer {
  return writeTo(occasion, commands.acknowledge, Buffer.alloc(0));
}

/** The bytes that say that a frame was not taken (command 6); the device sends it again. */
export function writeNack(occasion: Occasion): Buffer {
  return writeTo(occasion, commands.refuse, Buffer.alloc(0));
}

/** The bytes of an order (command 1): data types 91 and 90, derived from GB/T 26875.3-2011 clause 8.3. */
export function writeOrder(occasion: Occasion, order: WireOrder): Buffer {
  const { at, zone } = occasion;
  const app =
    order.order === "duty-check"
      ? Buffer.from([91, 1, Math.min(Math.max(Math.round(order.minutes), 1), 255)])
      : Buffer.concat([Buffer.from([90, 1]), writeWireTime(at, zone)]);
  return writeTo(occasion, commands.control, app);
}

function writeTo({ of, seq, at, zone }: Occasion, command: number, app: Buffer): Buffer {
  const { version, source, target } = of;
  return writeFrame({
    seq,
    version,
    time: writeWireTime(at, zone),
    source: target,
    target: source,
    command,
    app,
  });
}
