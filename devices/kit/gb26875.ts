import { z } from "zod";
import type { FactField, Values } from "./kind.ts";

/**
 * What a bit of a state word says, derived from GB/T 26875.3-2011 clause 8.2.1. The bit that tells test from normal
 * operation is left out on purpose: it reads "test" in every published fire example, so nothing may hang on it.
 */
export type WireFlag =
  | "fire"
  | "fault"
  | "shielded"
  | "supervised"
  | "started"
  | "feedback"
  | "delayed"
  | "mainsFault"
  | "backupFault"
  | "busFault"
  | "manual"
  | "configured"
  | "reset"
  | "centreLinkFault"
  | "lineFault";

/** How a component notices a fire, as far as its type says. */
export type Sense = "smoke" | "heat" | "flame" | "gas" | "manual";

/** The state of a component, of a whole system, or of the transmission device itself. */
export interface WireState {
  readonly of: "component" | "system" | "transmitter";
  readonly flags: Readonly<Record<WireFlag, boolean>>;
  /** Undefined where the component type does not say it, and for systems. */
  readonly senses: Sense | undefined;
  /** Number of the component type (91 is a fire pump); undefined for systems and the transmission device. */
  readonly componentType: number | undefined;
  /** The component's description as the panel has it; often empty. */
  readonly text: string;
}

/** What a person did at a panel or transmission device. */
export type WireOperation =
  | "reset"
  | "silence"
  | "manual-alarm"
  | "alarm-cleared"
  | "self-test"
  | "confirm"
  | "duty-check-answer"
  | "test";

/** What the gateway asks of a transmission device. */
export type WireOrder =
  | { readonly order: "duty-check"; readonly minutes: number }
  | { readonly order: "set-clock" };

/** What a kind makes of GB/T 26875.3, by which fire alarm systems report. Kinds without it are never asked. */
export interface Wire {
  /**
   * The values that a state word stands for; what it does not speak of is left out. With the fire bit they must raise a
   * rule of fire, or be none at all: then the transmission device tells the fire instead.
   */
  readonly state: (state: WireState) => Values;
  /** By number of the analog quantity (3 is temperature, 5 is pressure in kPa): the field that it is for. */
  readonly analogs?: Readonly<Record<number, string>>;
  /** The event that an operation is. */
  readonly operations?: Readonly<Partial<Record<WireOperation, string>>>;
  /** Only for a kind that is a transmission device: it has a connection and a source address of its own. */
  readonly transmitter?: {
    /** The event, and the text field that says where, of a fire at a component that nobody has registered. */
    readonly unplacedFire: { readonly event: string; readonly field: string };
    /** The field for how far its clock is off, s. */
    readonly clockOff?: string;
    /** By name of a command: what is sent, and the event that its acknowledgement is. */
    readonly orders?: Readonly<
      Record<
        string,
        {
          readonly order: (args: Readonly<Record<string, unknown>>) => WireOrder;
          readonly taken?: string;
        }
      >
    >;
  };
}

const partAddress = "[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{8})?(=[a-z][A-Za-z0-9]*)?";
const networkAddress = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** The fact of a device that is a component or system behind a transmission device, its `parent` or that one's parent. */
export const partFacts: Readonly<Record<"gb26875", FactField>> = {
  gb26875: {
    schema: z
      .string()
      .max(512)
      .regex(
        new RegExp(`^${partAddress}([ ,]+${partAddress})*$`),
        "must be addresses like 01-01-28-0A000200 (system type, system, component type, component; bytes as sent, hexadecimal) or 01-01 for a whole system, more than one with blanks between, =field behind one for its analog value",
      ),
    title: { zh: "GB/T 26875.3 部件地址", en: "GB/T 26875.3 addresses of its components" },
  },
};

/** The facts of a transmission device. */
export const transmitterFacts: Readonly<Record<"gb26875Source" | "gb26875From", FactField>> = {
  gb26875Source: {
    schema: z
      .string()
      .regex(/^[0-9A-Fa-f]{12}$/, "must be the 6 bytes of the source address as sent, 12 hexadecimal digits"),
    title: { zh: "GB/T 26875.3 源地址", en: "GB/T 26875.3 source address" },
  },
  gb26875From: {
    schema: z
      .string()
      .min(1)
      .max(512)
      .refine((text) => splitList(text).every((item) => networkAddress.safeParse(item).success), {
        message: "must be network addresses or ranges like 10.1.2.3 or 10.1.0.0/16, with blanks between",
      }),
    title: { zh: "GB/T 26875.3 允许的网络地址", en: "GB/T 26875.3 network addresses it may come from" },
  },
};

/** The items of a fact that is a list. */
export function splitList(text: string): string[] {
  return text.split(/[ ,]+/).filter((item) => item !== "");
}
