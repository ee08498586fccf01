import type { z } from "zod";
import type { Facts, Field, Kind, Value, Values } from "../../devices/kit/kind.ts";
import { envelopeKeys } from "../envelope.ts";
import type { Quality, Refusal } from "../types.ts";
import { refuse } from "./refusal.ts";
import type { IngestSettings } from "./settings.ts";
import { type DeviceTime, readTime } from "./time.ts";

/** One object of a payload that fits its kind. */
export interface CheckedReading {
  readonly ok: true;
  readonly event: string | undefined;
  readonly ts: number;
  readonly seq: number | undefined;
  readonly boot: string | undefined;
  /** The device sent a time of its own. */
  readonly hasTime: boolean;
  readonly quality: Quality;
  readonly values: Values;
  /** Names of everything that was not canonical; empty when the payload can be journalled as it came. */
  readonly coercions: readonly string[];
}

/** An object that was refused, and what of it was sound. */
export interface RefusedReading {
  readonly ok: false;
  readonly refusal: Refusal;
  /** The object without its faults; looked at for an alarm, which must not be lost with a bad neighbour. */
  readonly sound: CheckedReading | undefined;
}

/** Checks the objects of one kind; made once for each kind. */
export type Validator = (input: {
  readonly value: unknown;
  readonly stream: "telemetry" | "event";
  readonly facts: Facts;
  /** Receive time, epoch ms. */
  readonly at: number;
  /** Where the object stands in the payload: empty, or `[3]`. */
  readonly path: string;
  /** Site of the device. */
  readonly site: string;
}) => CheckedReading | RefusedReading;

const none: readonly string[] = Object.freeze([]);

/** Accepts exactly the canonical fields of a kind, all optional, and leaves out unknown ones. */
export type FieldsSchema = z.ZodType<Record<string, Value | undefined>>;

/** A keyed hash in the place of what names a person; of such a hash itself. */
export type HashPerson = (site: string, identity: string) => string;

/** Makes the validator of a kind. */
export function createValidator(
  kind: Kind,
  schema: FieldsSchema,
  settings: Pick<IngestSettings, "maxSkewMs" | "zone">,
  hashPerson: HashPerson,
): Validator {
  const persons = Object.keys(kind.fields).filter((name) => kind.fields[name]?.isPerson === true);
  const ranges = Object.entries(kind.fields).flatMap(([name, field]) =>
    field.range === undefined ? [] : [{ name, from: field.range[0], to: field.range[1] }],
  );

  function isBelievable(values: Values): boolean {
    for (const { name, from, to } of ranges) {
      const value = values[name];
      if (value !== undefined && ((value as number) < from || (value as number) > to)) return false;
    }
    return true;
  }

  return function validate({ value, stream, facts, at, path, site }) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      const message = "a reading must be a JSON object with the fields of its kind";
      return { ok: false, refusal: refuse("payload-not-object", path, value, message), sound: undefined };
    }
    const sent = value as Record<string, unknown>;
    const item = persons.length === 0 ? sent : withHashes(sent, persons, (name) => hashPerson(site, name));
    const isHashed = item !== sent;
    const event = stream === "event" ? readEvent(kind, item.event) : undefined;
    const canonical = schema.safeParse(item);
    const fields = canonical.success
      ? { values: canonical.data as Values, coercions: none, faults: none, absent: 0, isDoubtful: false }
      : coerceFields(kind, item, facts);
    const { values, faults } = fields;
    const known = countKnown(item) + countKeys(values);
    const isImplied = event !== undefined && addImplied(values, kind.events[event]?.implies);

    const time = readTime(item.ts, at, settings.zone);
    const seq = readSequence(item.seq);
    const boot = readBoot(item.boot);
    const isCanonical =
      canonical.success &&
      !isHashed &&
      !isImplied &&
      (event === undefined || event === item.event) &&
      time.coercion === undefined &&
      (seq !== undefined) === (item.seq !== undefined) &&
      countKeys(item) === known;
    const isSuspect =
      faults.length > 0 ||
      fields.isDoubtful ||
      time.coercion === "time-unreadable" ||
      Math.abs(time.ts - at) > settings.maxSkewMs ||
      !isBelievable(values);
    const checked: CheckedReading = {
      ok: true,
      event,
      ts: time.ts,
      seq,
      boot,
      hasTime: time.isOwn,
      quality: item.simulated === true ? "simulated" : isSuspect ? "suspect" : "good",
      values,
      coercions: isCanonical
        ? none
        : nameCoercions({ item, fields, time, seq, known, isImplied, isHashed, event }),
    };

    if (stream === "event" && event === undefined) {
      const sound = isEmpty(values) ? undefined : { ...checked, quality: doubt(checked.quality) };
      return { ok: false, refusal: refuseEvent(kind, item.event, path), sound };
    }
    if (faults.length > 0) {
      return { ok: false, refusal: refuseField(kind, item, faults, path), sound: checked };
    }
    if (stream === "telemetry" && isEmpty(values)) {
      return { ok: false, refusal: refuseUnknown(kind, item, path), sound: undefined };
    }
    return checked;
  };
}

/** The object with hashes for persons; the same object when there is nothing to hash. */
function withHashes(
  item: Record<string, unknown>,
  persons: readonly string[],
  hash: (identity: string) => string,
): Record<string, unknown> {
  let hashed = item;
  for (const name of persons) {
    const raw = item[name];
    const isText = typeof raw === "string" && !/^\s*(|null|nan)\s*$/i.test(raw);
    if (!isText && typeof raw !== "number") continue;
    const person = hash(String(raw));
    if (person === raw) continue;
    if (hashed === item) hashed = { ...item };
    hashed[name] = person;
  }
  return hashed;
}

interface Fields {
  readonly values: Values;
  readonly coercions: readonly string[];
  /** Names of the fields that could not be read. */
  readonly faults: readonly string[];
  /** How many fields said that they have no value, or an impossible one. */
  readonly absent: number;
  /** An impossible value was left out, so the others are not quite believed either. */
  readonly isDoubtful: boolean;
}

function coerceFields(kind: Kind, item: Record<string, unknown>, facts: Facts): Fields {
  const values: Values = {};
  const coercions: string[] = [];
  const faults: string[] = [];
  const impossible: string[] = [];
  let absent = 0;
  for (const [name, field] of Object.entries(kind.fields)) {
    const raw = item[name];
    if (raw === undefined) continue;
    const exact = field.schema.safeParse(raw);
    const coerced = exact.success ? undefined : field.coerce?.(raw, facts);
    if (exact.success) values[name] = exact.data as Value;
    else if (coerced !== undefined) {
      coercions.push(coerced.name);
      if (coerced.value === undefined) absent += 1;
      else values[name] = coerced.value;
    } else if (field.type === "number" && Number.isFinite(raw)) impossible.push(name);
    else faults.push(name);
  }
  // A battery of 150 % must not lose the forced door beside it; alone it says nothing and is refused.
  if (isEmpty(values)) faults.push(...impossible.splice(0));
  for (const _ of impossible) coercions.push("impossible-value");
  return { values, coercions, faults, absent: absent + impossible.length, isDoubtful: impossible.length > 0 };
}

/** The event that a payload names; case, blanks and underscores do not matter. */
function readEvent(kind: Kind, raw: unknown): string | undefined {
  if (typeof raw !== "string") return undefined;
  if (Object.hasOwn(kind.events, raw)) return raw;
  const plain = raw
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, "-");
  return Object.hasOwn(kind.events, plain) ? plain : undefined;
}

function doubt(quality: Quality): Quality {
  return quality === "simulated" ? quality : "suspect";
}

/** Adds what an event says by itself and the payload does not: a field that is null or unreadable says nothing. */
function addImplied(values: Values, implied: Readonly<Values> = {}): boolean {
  let isAdded = false;
  for (const name in implied) {
    if (values[name] !== undefined) continue;
    values[name] = implied[name]!;
    isAdded = true;
  }
  return isAdded;
}

function nameCoercions(about: {
  readonly item: Record<string, unknown>;
  readonly fields: Fields;
  readonly time: DeviceTime;
  readonly seq: number | undefined;
  /** Keys of the payload that are understood. */
  readonly known: number;
  readonly isImplied: boolean;
  readonly isHashed: boolean;
  readonly event: string | undefined;
}): string[] {
  const { item, fields, time, seq, known, isImplied, isHashed, event } = about;
  const names = [...fields.coercions];
  if (isImplied) names.push("implied-by-event");
  if (isHashed) names.push("person-hashed");
  if (event !== undefined && event !== item.event) names.push("event-name");
  if (time.coercion !== undefined) names.push(time.coercion);
  if (item.seq !== undefined && seq === undefined) names.push("sequence-ignored");
  if (countKeys(item) > known + fields.absent + fields.faults.length) names.push("unknown-field");
  return names;
}

function readSequence(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function readBoot(value: unknown): string | undefined {
  if (typeof value === "string") return value.length > 0 && value.length <= 64 ? value : undefined;
  return typeof value === "number" ? String(value) : undefined;
}

function countKnown(item: Record<string, unknown>): number {
  let count = 0;
  for (const name of envelopeKeys) if (item[name] !== undefined) count += 1;
  return count;
}

function countKeys(value: object): number {
  let count = 0;
  for (const _ in value) count += 1;
  return count;
}

function isEmpty(values: Values): boolean {
  for (const _ in values) return false;
  return true;
}

function refuseEvent(kind: Kind, event: unknown, path: string): Refusal {
  const names = Object.keys(kind.events).join(", ");
  const at = join(path, "event");
  if (event === undefined) {
    return refuse("event-missing", at, event, `an event must name itself in "event": one of ${names}`);
  }
  return refuse("event-unknown", at, event, `${show(event)} is no event of ${kind.name}; it has ${names}`);
}

function refuseField(
  kind: Kind,
  item: Record<string, unknown>,
  faults: readonly string[],
  path: string,
): Refusal {
  const name = faults[0]!;
  const field = kind.fields[name] as Field;
  const more = faults.length > 1 ? `; also wrong: ${faults.slice(1).join(", ")}` : "";
  const message = `${name} must be ${field.expects}; got ${show(item[name])}${more}`;
  return refuse("field-invalid", join(path, name), item[name], message);
}

function refuseUnknown(kind: Kind, item: Record<string, unknown>, path: string): Refusal {
  const names = Object.keys(kind.fields).join(", ");
  return refuse("no-known-field", path, item, `no field of ${kind.name} is in the payload; it has ${names}`);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
