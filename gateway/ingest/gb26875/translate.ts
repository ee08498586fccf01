import type { Values } from "../../../devices/kit/kind.ts";
import type { KnownDevice, Refusal } from "../../types.ts";
import { refuse } from "../refusal.ts";
import type { Frame } from "./frame.ts";
import { readObjects, type WireObject } from "./objects.ts";
import type { Part, Transmitter } from "./places.ts";
import { analogText } from "./quantities.ts";

/** A message that stands for something in a frame, in the form in which devices send theirs. */
export interface Draft {
  readonly device: KnownDevice;
  readonly stream: "telemetry" | "event";
  /** Fields and `ts`, `event`; not yet `seq` and `boot`. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** It tells of a fire: where, for people. If this message should be refused, the transmission device says it instead. */
  readonly fireAt: string | undefined;
}

/** Something in a frame that nobody can use, and why. */
export interface Unused {
  readonly refusal: Refusal;
  /** An application part that holds this alone, so that ingesting it again does not take the rest twice. */
  readonly app: Buffer;
}

/** All that a frame tells. Whatever tells of a fire is in `drafts`, whether its place is registered or not. */
export interface Translation {
  readonly drafts: readonly Draft[];
  readonly unused: readonly Unused[];
}

/** What a translation needs beside the frame. */
export interface TranslateParts {
  /** When the frame came, epoch ms. */
  readonly at: number;
  /** Zone of the times in it, `+08:00`. */
  readonly zone: string;
  /** The sum is wrong: only its fires are taken, with a time that cannot be believed, so that they are marked as suspect. */
  readonly trust: "whole" | "fires-only";
}

/** Says what the objects of a frame mean for the registered devices. */
export function translate(frame: Frame, transmitter: Transmitter, parts: TranslateParts): Translation {
  const { type, objects, fault } = readObjects(frame.app);
  const drafts: Draft[] = [];
  const unused: Unused[] = [];
  for (const object of objects) {
    const said = translateObject(object, transmitter, parts);
    drafts.push(...said.drafts);
    const app = Buffer.concat([Buffer.from([type, 1]), object.bytes]);
    for (const refusal of said.refusals) unused.push({ refusal, app });
  }
  if (fault !== undefined) {
    unused.push({
      refusal: refuse("frame-unreadable", "", frame.app.toString("hex"), fault),
      app: frame.app,
    });
  }
  if (parts.trust === "whole") return { drafts, unused };
  const fires = drafts.filter(({ fireAt }) => fireAt !== undefined);
  return {
    drafts: fires.map((draft) => ({ ...draft, payload: { ...draft.payload, ts: "sum wrong" } })),
    unused: [],
  };
}

/** The message that tells of a fire in the name of the transmission device. */
export function unplacedFire({ device }: Transmitter, where: string, ts: unknown): Draft {
  const { event, field } = device.definition.wire!.transmitter!.unplacedFire;
  const isTooLong = where.length > maxWhere;
  const text = isTooLong ? `${where.slice(0, maxWhere - 1)}…` : where;
  return { device, stream: "event", payload: { ts, event, [field]: text }, fireAt: where };
}

/** Longest place that is told; a text field for it takes so many characters at least. */
const maxWhere = 160;

interface Said {
  readonly drafts: Draft[];
  readonly refusals: Refusal[];
}

function translateObject(object: WireObject, transmitter: Transmitter, parts: TranslateParts): Said {
  switch (object.what) {
    case "state":
      return translateState(object, transmitter);
    case "analog":
      return translateAnalog(object, transmitter);
    case "operation":
      return translateOperation(object, transmitter);
    case "clock":
      return translateClock(object, transmitter, parts);
  }
}

function translateState(object: WireObject & { what: "state" }, transmitter: Transmitter): Said {
  const { state, address, time } = object;
  const said: Said = { drafts: [], refusals: [] };
  const where = describe(object);
  const fireAt = state.flags.fire ? where : undefined;
  const targets = address === "" ? [transmitter.device] : devicesAt(transmitter, address);
  for (const device of targets) {
    const values = valuesOf(device, object);
    if (Object.keys(values).length > 0) {
      said.drafts.push({ device, stream: "telemetry", payload: { ts: time, ...values }, fireAt });
      continue;
    }
    const message = `${device.kind} has no field for this state of ${where}`;
    said.refusals.push(refuse("no-known-field", "", address, message));
    if (fireAt !== undefined) said.drafts.push(unplacedFire(transmitter, where, time));
  }
  if (targets.length === 0) {
    said.refusals.push(refuseUnplaced(object, transmitter));
    if (fireAt !== undefined) said.drafts.push(unplacedFire(transmitter, where, time));
  }
  return said;
}

/** A kind that fails here must not cost an alarm; it is treated as one that has nothing to say. */
function valuesOf({ definition }: KnownDevice, { state }: WireObject & { what: "state" }): Values {
  try {
    return definition.wire?.state(state) ?? {};
  } catch {
    return {};
  }
}

function translateAnalog(object: WireObject & { what: "analog" }, transmitter: Transmitter): Said {
  const { address, quantity, value, time } = object;
  const said: Said = { drafts: [], refusals: [] };
  const parts = transmitter.parts.get(address) ?? [];
  if (parts.length === 0) said.refusals.push(refuseUnplaced(object, transmitter));
  const text = analogText(quantity, value);
  for (const { device, field = device.definition.wire?.analogs?.[quantity] } of parts) {
    if (text === undefined || field === undefined) {
      const what =
        text === undefined ? `quantity ${quantity} is not known` : `${device.kind} has no field for ${text}`;
      const message = `${what}; write ${address}=field into its fact gb26875 to name one`;
      said.refusals.push(refuse("no-known-field", "", address, message));
    } else
      said.drafts.push({
        device,
        stream: "telemetry",
        payload: { ts: time, [field]: text },
        fireAt: undefined,
      });
  }
  return said;
}

function translateOperation(object: WireObject & { what: "operation" }, transmitter: Transmitter): Said {
  const { address, operations, time } = object;
  const said: Said = { drafts: [], refusals: [] };
  const placed = devicesAt(transmitter, address);
  for (const operation of operations) {
    const hears = ({ definition }: KnownDevice) => definition.wire?.operations?.[operation] !== undefined;
    const targets = placed.some(hears) ? placed.filter(hears) : [transmitter.device].filter(hears);
    const where =
      address === "" ? "用户信息传输装置 transmission device" : `${address} 手动报警 alarm by hand`;
    const fireAt = operation === "manual-alarm" ? where : undefined;
    for (const device of targets) {
      const event = device.definition.wire!.operations![operation]!;
      said.drafts.push({ device, stream: "event", payload: { ts: time, event }, fireAt });
    }
    if (targets.length > 0) continue;
    const message = `no kind here has an event for the operation ${operation}`;
    said.refusals.push(refuse("event-unknown", "", operation, message));
    if (fireAt !== undefined) said.drafts.push(unplacedFire(transmitter, where, time));
  }
  if (operations.length === 0) {
    said.refusals.push(refuse("frame-unreadable", "", object.bytes.toString("hex"), "no operation is named"));
  }
  return said;
}

function translateClock(object: WireObject, { device }: Transmitter, { at, zone }: TranslateParts): Said {
  const field = device.definition.wire?.transmitter?.clockOff;
  const own = Date.parse(`${object.time}${zone}`);
  if (field === undefined || Number.isNaN(own)) {
    const message = Number.isNaN(own)
      ? `${object.time} is no time`
      : `${device.kind} has no field for how far its clock is off`;
    return { drafts: [], refusals: [refuse("no-known-field", "", object.time, message)] };
  }
  const payload = { [field]: Math.round(Math.abs(own - at) / 1000) };
  return { drafts: [{ device, stream: "telemetry", payload, fireAt: undefined }], refusals: [] };
}

function devicesAt({ parts }: Transmitter, address: string): KnownDevice[] {
  return [...new Set((parts.get(address) ?? []).map(({ device }: Part) => device))];
}

/** An object that stands for a component, a system, or the transmission device. */
type Placed = WireObject & { what: "state" | "analog" };

function refuseUnplaced(object: Placed, { device }: Transmitter): Refusal {
  const { address } = object;
  const message = `${describe(object)} behind ${device.device} is not registered; register it with the parent ${device.id} and the fact gb26875 ${address}`;
  return refuse("component-unknown", "", address, message);
}

/** Where it is, for people: address, what it is, zone and number as the standard reads them, and the panel's own text. */
function describe(object: Placed): string {
  const { address, title } = object;
  const own = Buffer.from(address.split("-")[3] ?? "", "hex");
  const place = own.length === 4 ? `分区 zone ${own.readUInt16LE(0)} 编号 no. ${own.readUInt16LE(2)}` : "";
  const text = object.what === "state" ? object.state.text : "";
  return [address, title, place, text].filter((part) => part !== "").join(" ");
}
