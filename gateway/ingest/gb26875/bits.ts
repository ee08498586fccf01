import type { WireFlag, WireOperation, WireState } from "../../../devices/kit/gb26875.ts";

/**
 * The bits of the three state words from bit 1 up, derived from GB/T 26875.3-2011 clause 8.2.1. Bit 0 tells test from
 * normal operation and is not read: it says "test" in every published example of a fire.
 */
const stateBits: Readonly<Record<WireState["of"], readonly WireFlag[]>> = {
  component: ["fire", "fault", "shielded", "supervised", "started", "feedback", "delayed", "mainsFault"],
  system: [
    ...(["fire", "fault", "shielded", "supervised", "started", "feedback", "delayed"] as const),
    ...(["mainsFault", "backupFault", "busFault", "manual", "configured", "reset"] as const),
  ],
  transmitter: ["fire", "fault", "mainsFault", "backupFault", "centreLinkFault", "lineFault"],
};

const noFlags: Readonly<Record<WireFlag, boolean>> = {
  fire: false,
  fault: false,
  shielded: false,
  supervised: false,
  started: false,
  feedback: false,
  delayed: false,
  mainsFault: false,
  backupFault: false,
  busFault: false,
  manual: false,
  configured: false,
  reset: false,
  centreLinkFault: false,
  lineFault: false,
};

/** From bit 0 up. */
const operationBits: Readonly<Record<"system" | "transmitter", readonly WireOperation[]>> = {
  system: ["reset", "silence", "manual-alarm", "alarm-cleared", "self-test", "confirm", "test"],
  transmitter: [
    "reset",
    "silence",
    "manual-alarm",
    "alarm-cleared",
    "self-test",
    "duty-check-answer",
    "test",
  ],
};

/** The flags of a state word. */
export function readFlags(of: WireState["of"], word: number): WireState["flags"] {
  const flags = { ...noFlags };
  for (const [i, name] of stateBits[of].entries()) flags[name] = ((word >> (i + 1)) & 1) === 1;
  return flags;
}

/** The operations of an operation byte. */
export function readOperations(of: "system" | "transmitter", word: number): WireOperation[] {
  return operationBits[of].filter((_, i) => ((word >> i) & 1) === 1);
}
