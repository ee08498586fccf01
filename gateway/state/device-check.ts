import type { Catalogue, Facts, Kind, Value } from "../../devices/kit/kind.ts";
import type { Device } from "../types.ts";
import type { NewDevice } from "./contract.ts";

/** Why a device may not be registered like this. */
export interface DeviceFault {
  readonly code: "invalid-request" | "conflict";
  /** Which part of the device: `kind`, `facts.depthMm`. */
  readonly path: string;
  readonly message: string;
}

/** Either the device as it will be stored, or what is wrong with it. */
export type CheckedDevice =
  | { readonly ok: true; readonly device: Device }
  | { readonly ok: false; readonly faults: readonly DeviceFault[] };

/** The letters of site and device ids; they are topic levels. */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Facts of a device that has none; one object for all of them. */
export const noFacts: Facts = {};

/** Longest text that people write about a site or device, characters. */
const maxText = 100;
/** Bounds of a device's own interval, ms: one second to 31 days. */
const intervals = { least: 1_000, most: 31 * 86_400_000 };

/** Checks all that one device can tell about itself; whether it fits to others is the registry's part. */
export function checkDevice({ site, fields, catalogue, createdAt }: CheckParts): CheckedDevice {
  const faults: DeviceFault[] = [];
  const refuse = (path: string, message: string): void =>
    void faults.push({ code: "invalid-request", path, message });

  const { id, kind } = fields;
  const definition = catalogue.get(kind);
  if (!idPattern.test(id)) {
    refuse("id", `an id has 1 to 64 letters, digits, "_" or "-"; got ${quote(id)}`);
  }
  if (definition === undefined) {
    refuse("kind", `there is no kind ${quote(kind)}; known are ${[...catalogue.keys()].join(", ")}`);
  }
  const texts = {
    name: readText(fields.name, "name", refuse) ?? id,
    building: readText(fields.building, "building", refuse),
    floor: readText(fields.floor, "floor", refuse),
    parent: readText(fields.parent, "parent", refuse),
  };
  const intervalMs = readInterval(fields.intervalMs, refuse);
  const facts = definition === undefined ? noFacts : readFacts(fields.facts ?? noFacts, definition, refuse);
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    device: { device: `${site}/${kind}/${id}`, site, kind, id, ...texts, facts, intervalMs, createdAt },
  };
}

/** The text of a person, trimmed; undefined when empty. `refuse` hears of one that is too long or has control characters. */
export function readText(
  text: string | undefined,
  path: string,
  refuse: (path: string, message: string) => void,
): string | undefined {
  const trimmed = text?.trim();
  if (trimmed === undefined || trimmed === "") return undefined;
  if (trimmed.length > maxText) refuse(path, `at most ${maxText} characters, got ${trimmed.length}`);
  if (/[\p{Cc}\p{Cs}]/u.test(trimmed)) refuse(path, "control characters are not allowed");
  return trimmed;
}

/** A value as it may stand in a message: JSON, cut to 80 characters. */
export function quote(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80);
}

interface CheckParts {
  readonly site: string;
  readonly fields: NewDevice;
  readonly catalogue: Catalogue;
  readonly createdAt: number;
}

type Refuse = (path: string, message: string) => void;

function readInterval(intervalMs: number | undefined, refuse: Refuse): number | undefined {
  if (intervalMs === undefined || intervalMs === 0) return undefined;
  if (Number.isInteger(intervalMs) && intervalMs >= intervals.least && intervalMs <= intervals.most)
    return intervalMs;
  refuse(
    "intervalMs",
    `whole milliseconds from ${intervals.least} to ${intervals.most}, or 0 for the kind's own; got ${quote(intervalMs)}`,
  );
  return undefined;
}

function readFacts(facts: Facts, kind: Kind, refuse: Refuse): Facts {
  const read: [string, Value][] = [];
  for (const [name, value] of Object.entries(facts)) {
    const field = Object.hasOwn(kind.facts, name) ? kind.facts[name] : undefined;
    if (field === undefined) {
      const known = Object.keys(kind.facts).join(", ") || "none";
      refuse(`facts.${name}`, `${kind.name} has no such fact; it knows ${known}`);
      continue;
    }
    const answer = field.schema.safeParse(value);
    // A text of digits alone looks like a number to a command line or spreadsheet.
    const text = typeof value === "number" ? field.schema.safeParse(String(value)) : answer;
    if (answer.success || text.success) {
      read.push([name, answer.data ?? text.data!]);
      continue;
    }
    const unit = field.unit === undefined ? "" : ` in ${field.unit}`;
    const [issue] = answer.error.issues;
    const isText = issue?.code === "invalid_type" && issue.expected === "string";
    const reason = (isText ? text.error?.issues[0] : issue)?.message ?? "not valid";
    refuse(`facts.${name}`, `${field.title.en}${unit}: ${reason}; got ${quote(value)}`);
  }
  return read.length === 0 ? noFacts : Object.fromEntries(read);
}
