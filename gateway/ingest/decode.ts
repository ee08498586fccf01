import type { Facts } from "../../devices/kit/kind.ts";
import type { Refusal } from "../types.ts";
import { decodeJson, parseFirstWins } from "./json.ts";
import { refuse } from "./refusal.ts";
import type { IngestSettings } from "./settings.ts";
import type { CheckedReading, RefusedReading, Validator } from "./validate.ts";

/** A reading that may be journalled. */
export interface DecodedReading {
  readonly checked: CheckedReading;
  /** The reading's JSON on one line: the device's own text where that is canonical. */
  readonly json: string;
}

/** A message, or one object of a batch, that was refused. */
export interface DecodedRefusal {
  readonly refusal: Refusal;
  /** What was refused, as it came; never to be kept like this. */
  readonly payload: Buffer;
  /** What of it was sound; more than one where equal keys say different things. */
  readonly sound: readonly CheckedReading[];
}

/** What one payload holds. */
export interface Decoded {
  readonly readings: readonly DecodedReading[];
  readonly refusals: readonly DecodedRefusal[];
}

/** What a payload is read as. */
export interface DecodeInput {
  readonly payload: Buffer;
  readonly validate: Validator;
  readonly stream: "telemetry" | "event";
  readonly facts: Facts;
  /** Site of the device. */
  readonly site: string;
  /** Receive time, epoch ms. */
  readonly at: number;
}

const nothing: readonly never[] = Object.freeze([]);

/** Reads a telemetry or event payload: one object, or an array of them. */
export function decodeReadings(input: DecodeInput, settings: IngestSettings): Decoded {
  const { payload, validate, stream, facts, at, site } = input;
  const decoded = decodeJson(payload, settings);
  if (!decoded.ok) return refuseAll(decoded.refusal, payload);
  const { value, text } = decoded;

  if (decoded.hasDuplicateKey) return refuseDuplicate(input, text, value);
  if (Array.isArray(value)) return decodeBatch(input, value, settings);

  const checked = validate({ value, stream, facts, at, site, path: "" });
  if (!checked.ok) return refuseAll(checked.refusal, payload, soundOf(checked));
  const isAsSent = checked.coercions.length === 0 && decoded.isOneLine;
  return { readings: [{ checked, json: isAsSent ? text : toJson(checked) }], refusals: nothing };
}

function decodeBatch(input: DecodeInput, items: readonly unknown[], settings: IngestSettings): Decoded {
  const { payload, validate, stream, facts, at, site } = input;
  if (items.length === 0) {
    return refuseAll(refuse("batch-empty", "", items, "the array holds no reading"), payload);
  }
  if (items.length > settings.maxBatch) {
    const message = `the array holds ${items.length} readings; at most ${settings.maxBatch} are read from one message`;
    return refuseAll(refuse("batch-too-long", "", undefined, message), payload);
  }
  const readings: DecodedReading[] = [];
  const refusals: DecodedRefusal[] = [];
  for (const [index, value] of items.entries()) {
    const checked = validate({ value, stream, facts, at, site, path: `[${index}]` });
    if (checked.ok) readings.push({ checked, json: toJson(checked) });
    else {
      const own = Buffer.from(JSON.stringify(value));
      refusals.push({ refusal: checked.refusal, payload: own, sound: soundOf(checked) });
    }
  }
  return { readings, refusals };
}

/** Equal keys are refused, whichever of them a parser would have believed. Both sayings are looked at for an alarm. */
function refuseDuplicate(input: DecodeInput, text: string, lastWins: unknown): Decoded {
  const { payload, validate, stream, facts, at, site } = input;
  const firstWins = parseFirstWins(text);
  const [place = ""] = firstWins.repeated;
  const message = `the key ${place} stands twice in one object; each may stand once, or nobody can tell which was meant`;
  const refusal = refuse("payload-duplicate-key", place, text, message);
  const sound: CheckedReading[] = [];
  for (const value of [lastWins, firstWins.value]) {
    for (const item of Array.isArray(value) ? value : [value]) {
      const checked = validate({ value: item, stream, facts, at, site, path: "" });
      if (checked.ok) sound.push(checked);
      else if (checked.sound !== undefined) sound.push(checked.sound);
    }
  }
  return refuseAll(refusal, payload, sound);
}

function refuseAll(refusal: Refusal, payload: Buffer, sound: readonly CheckedReading[] = nothing): Decoded {
  return { readings: nothing, refusals: [{ refusal, payload, sound }] };
}

function soundOf(refused: RefusedReading): readonly CheckedReading[] {
  return refused.sound === undefined ? nothing : [refused.sound];
}

/** The canonical form of a reading: envelope and values side by side. */
export function toJson(checked: CheckedReading): string {
  const { ts, seq, boot, event, values, quality } = checked;
  const simulated = quality === "simulated" ? true : undefined;
  return JSON.stringify({ ts, seq, boot, event, simulated, ...values });
}
