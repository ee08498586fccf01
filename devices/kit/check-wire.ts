import type { Sense, Wire, WireFlag, WireState } from "./gb26875.ts";
import type { Kind } from "./kind.ts";

const flags: readonly WireFlag[] = [
  ...(["fire", "fault", "shielded", "supervised", "started", "feedback", "delayed", "mainsFault"] as const),
  ...(["backupFault", "busFault", "manual", "configured", "reset", "centreLinkFault", "lineFault"] as const),
];
const senses: readonly (Sense | undefined)[] = ["smoke", "heat", "flame", "gas", "manual", undefined];

/** Checks what a kind makes of GB/T 26875.3: every field, event and command that it names must be its own. */
export function checkWire(kind: Kind, refuse: (path: string, message: string) => never): void {
  const { wire } = kind;
  if (wire === undefined) return;
  checkStates(kind, wire, refuse);
  for (const [quantity, field] of Object.entries(wire.analogs ?? {}))
    checkField(kind, field, `wire.analogs.${quantity}`, refuse);
  for (const [operation, event] of Object.entries(wire.operations ?? {}))
    checkEvent(kind, event, `wire.operations.${operation}`, refuse);
  if (wire.transmitter === undefined) return;
  const { unplacedFire, clockOff, orders = {} } = wire.transmitter;
  checkEvent(kind, unplacedFire.event, "wire.transmitter.unplacedFire.event", refuse);
  checkField(kind, unplacedFire.field, "wire.transmitter.unplacedFire.field", refuse);
  if (!kind.events[unplacedFire.event]?.fields.includes(unplacedFire.field))
    refuse("wire.transmitter.unplacedFire.field", "must be one of the fields of the event");
  if (clockOff !== undefined) checkField(kind, clockOff, "wire.transmitter.clockOff", refuse);
  for (const [command, { taken }] of Object.entries(orders)) {
    const path = `wire.transmitter.orders.${command}`;
    if (!Object.hasOwn(kind.commands, command)) refuse(path, "is not a command of the kind");
    if (taken !== undefined) checkEvent(kind, taken, `${path}.taken`, refuse);
  }
}

type Refuse = (path: string, message: string) => never;

function checkStates(kind: Kind, { state, transmitter }: Wire, refuse: Refuse): void {
  const of: WireState["of"][] = transmitter === undefined ? ["component", "system"] : ["transmitter"];
  for (const [flag, sense, from] of [undefined, ...flags].flatMap((flag) =>
    senses.flatMap((sense) => of.map((from) => [flag, sense, from] as const)),
  )) {
    const set = Object.fromEntries(flags.map((name) => [name, name === flag])) as WireState["flags"];
    const values = state({ of: from, flags: set, senses: sense, componentType: undefined, text: "" });
    const path = `wire.state (${from}, ${flag ?? "no bit"} set)`;
    for (const [name, value] of Object.entries(values)) {
      checkField(kind, name, path, refuse);
      if (!kind.fields[name]!.schema.safeParse(value).success)
        refuse(path, `gives ${name} the value ${JSON.stringify(value)}`);
    }
  }
}

function checkField(kind: Kind, name: string, path: string, refuse: Refuse): void {
  if (!Object.hasOwn(kind.fields, name)) refuse(path, `names "${name}", which is not a field`);
}

function checkEvent(kind: Kind, name: string, path: string, refuse: Refuse): void {
  if (!Object.hasOwn(kind.events, name)) refuse(path, `names "${name}", which is not an event`);
}
