import type { WireOperation, WireState } from "../../../devices/kit/gb26875.ts";
import { readFlags, readOperations } from "./bits.ts";
import { componentType } from "./component-types.ts";
import { hexOf } from "./frame.ts";
import { readWireTime } from "./wire-time.ts";

/** One thing that a frame tells. */
export type WireObject = {
  /** The bytes of the object, to be kept when nobody can use it. */
  readonly bytes: Buffer;
  /** When it happened, without zone. */
  readonly time: string;
} & (
  | {
      readonly what: "state";
      readonly state: WireState;
      /** `01-01-28-0A000200`, `01-01`, or empty for the transmission device itself. */
      readonly address: string;
      /** What it is, for people. */
      readonly title: string;
    }
  | {
      readonly what: "analog";
      readonly address: string;
      readonly title: string;
      readonly quantity: number;
      readonly value: number;
    }
  | {
      readonly what: "operation";
      readonly address: string;
      readonly operations: readonly WireOperation[];
    }
  | { readonly what: "clock" }
);

/** What an application part holds, and why the rest of it could not be read. */
export interface ReadObjects {
  readonly type: number;
  readonly objects: readonly WireObject[];
  readonly fault: string | undefined;
}

/**
 * Reads an application part: type, number of objects, objects; derived from GB/T 26875.3-2011 clauses 7 and 8. What can
 * be read is given even when the part ends too early or has bytes left over: an alarm in it is still an alarm.
 */
export function readObjects(app: Buffer): ReadObjects {
  // A heartbeat.
  if (app.length === 0) return { type: 0, objects: [], fault: undefined };
  const [type = 0, count = 0] = app;
  const shape = shapes[type];
  if (app.length < 2)
    return { type, objects: [], fault: "the application part ends before its first object" };
  if (shape === undefined) {
    const name = names[type];
    const fault = name
      ? `data type ${type} (${name}) tells nothing that a kind could show`
      : `data type ${type} is not known; understood are ${Object.keys(shapes).join(", ")}`;
    return { type, objects: [], fault };
  }
  const objects: WireObject[] = [];
  let at = 2;
  while (objects.length < count && at + shape.bytes <= app.length) {
    objects.push(shape.read(app.subarray(at, at + shape.bytes)));
    at += shape.bytes;
  }
  if (objects.length < count) {
    const fault = `${count} objects of ${shape.bytes} bytes are announced, ${objects.length} are there`;
    return { type, objects, fault };
  }
  const left = app.length - at;
  return { type, objects, fault: left > 0 ? `${left} bytes follow the last of ${count} objects` : undefined };
}

interface Shape {
  readonly bytes: number;
  readonly read: (bytes: Buffer) => WireObject;
}

const textBytes = 31;
const readText = new TextDecoder("gb18030");

const shapes: Readonly<Record<number, Shape>> = {
  1: { bytes: 10, read: readSystem },
  2: { bytes: 9 + textBytes + 6, read: readComponent },
  3: { bytes: 16, read: readAnalog },
  4: { bytes: 10, read: (bytes) => readOperation(bytes, systemOf(bytes), bytes[2]!) },
  21: { bytes: 7, read: readTransmitter },
  24: { bytes: 8, read: (bytes) => readOperation(bytes, "", bytes[0]!) },
  28: { bytes: 6, read: (bytes) => ({ what: "clock", bytes, time: timeOf(bytes) }) },
};

const names: Readonly<Record<number, string>> = {
  5: "software version of a system",
  6: "configuration of a system",
  7: "configuration of a component",
  8: "clock of a system",
  25: "software version of the transmission device",
  26: "configuration of the transmission device",
};

function readSystem(bytes: Buffer): WireObject {
  const flags = readFlags("system", bytes.readUInt16LE(2));
  return {
    what: "state",
    state: { of: "system", flags, senses: undefined, componentType: undefined, text: "" },
    address: systemOf(bytes),
    title: "消防系统 fire system",
    bytes,
    time: timeOf(bytes),
  };
}

function readComponent(bytes: Buffer): WireObject {
  const { title, senses } = componentType(bytes[2]!);
  const flags = readFlags("component", bytes.readUInt16LE(7));
  const text = plainText(bytes.subarray(9, 9 + textBytes));
  return {
    what: "state",
    state: { of: "component", flags, senses, componentType: bytes[2]!, text },
    address: componentOf(bytes),
    title,
    bytes,
    time: timeOf(bytes),
  };
}

function readTransmitter(bytes: Buffer): WireObject {
  const flags = readFlags("transmitter", bytes[0]!);
  return {
    what: "state",
    state: { of: "transmitter", flags, senses: undefined, componentType: undefined, text: "" },
    address: "",
    title: "用户信息传输装置 transmission device",
    bytes,
    time: timeOf(bytes),
  };
}

function readAnalog(bytes: Buffer): WireObject {
  return {
    what: "analog",
    address: componentOf(bytes),
    title: componentType(bytes[2]!).title,
    quantity: bytes[7]!,
    value: bytes.readInt16LE(8),
    bytes,
    time: timeOf(bytes),
  };
}

function readOperation(bytes: Buffer, address: string, word: number): WireObject {
  const operations = readOperations(address === "" ? "transmitter" : "system", word);
  return { what: "operation", address, operations, bytes, time: timeOf(bytes) };
}

function systemOf(bytes: Buffer): string {
  return `${hexOf(bytes.subarray(0, 1))}-${hexOf(bytes.subarray(1, 2))}`;
}

// The standard reads the four bytes as zone and number, some devices as one number: the bytes themselves are the identity.
function componentOf(bytes: Buffer): string {
  return `${systemOf(bytes)}-${hexOf(bytes.subarray(2, 3))}-${hexOf(bytes.subarray(3, 7))}`;
}

/** The time stands at the end of every object. */
function timeOf(bytes: Buffer): string {
  return readWireTime(bytes.subarray(bytes.length - 6));
}

function plainText(bytes: Buffer): string {
  return readText
    .decode(bytes)
    .replace(/[\p{Cc}\p{Cs}\uFFFD]+/gu, " ")
    .trim();
}
