import { littleEndian, wallTime } from "./frame.ts";

/** A component: `01-01-28-0A000200`. */
export type ComponentAddress = string;

/** Bits of a component's state word. */
export const bits = { running: 1, fire: 2, fault: 4 } as const;

/** The state of one component (data type 2). The text may have 31 bytes of ASCII. */
export function componentState(address: ComponentAddress, word: number, at: number, text = ""): Buffer {
  const description = Buffer.alloc(31);
  description.write(text, "latin1");
  return Buffer.concat([
    Buffer.from([2, 1]),
    bytesOf(address),
    littleEndian(word),
    description,
    wallTime(at),
  ]);
}

/** An analog value of one component (data type 3), in steps of its quantity. */
export function analogValue(address: ComponentAddress, quantity: number, steps: number, at: number): Buffer {
  const head = Buffer.from([3, 1]);
  return Buffer.concat([head, bytesOf(address), Buffer.from([quantity]), littleEndian(steps), wallTime(at)]);
}

/** The state of a whole system (data type 1): `01-01`. */
export function systemState(address: string, word: number, at: number): Buffer {
  return Buffer.concat([Buffer.from([1, 1]), bytesOf(address), littleEndian(word), wallTime(at)]);
}

/** The state of the transmission device itself (data type 21). */
export function transmitterState(word: number, at: number): Buffer {
  return Buffer.concat([Buffer.from([21, 1, word]), wallTime(at)]);
}

/** What was pressed at the transmission device (data type 24). */
export function transmitterOperation(word: number, at: number): Buffer {
  return Buffer.concat([Buffer.from([24, 1, word, 1]), wallTime(at)]);
}

/** The clock of the transmission device (data type 28). */
export function transmitterClock(at: number): Buffer {
  return Buffer.concat([Buffer.from([28, 1]), wallTime(at)]);
}

function bytesOf(address: string): Buffer {
  return Buffer.from(address.replaceAll("-", ""), "hex");
}
