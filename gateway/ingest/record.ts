import { valuesOf } from "../envelope.ts";
import type { DeviceName, Reading, ReadingRecord, Rejection, Trial, TrialRecord } from "../types.ts";
import type { CheckedReading } from "./validate.ts";

/** The middle of a reading's journal line, made once for each device and stream. */
export function recordStem(device: DeviceName, stream: "telemetry" | "event"): string {
  return `,"device":"${device}","stream":"${stream}","quality":"`;
}

/** What the journal line of a reading is made of. */
export interface ReadingLine {
  readonly stem: string;
  readonly at: number;
  readonly checked: CheckedReading;
  /** The reading's own JSON object on one line. */
  readonly json: string;
  /** It was ingested again after newer ones had come. */
  readonly isHistory: boolean;
}

/** The journal line of a reading (`ReadingRecord`). */
export function readingLine({ stem, at, checked, json, isHistory }: ReadingLine): string {
  const history = isHistory ? ',"history":true' : "";
  return `{"type":"reading","at":${at},"ts":${checked.ts}${history}${stem}${checked.quality}","message":${json}}`;
}

/** The journal line of a rejection. */
export function rejectionLine(rejection: Rejection): string {
  return JSON.stringify({ type: "rejection", ...rejection });
}

/** The journal line of an alarm of the gateway's own. */
export function trialLine(trial: Pick<TrialRecord, "at" | "device"> & Trial): string {
  return JSON.stringify({ type: "trial", ...trial });
}

/** A reading as the path knew it, from its journal record. */
export function readingOf(record: ReadingRecord): Reading {
  const { device, stream, at, ts, quality, message } = record;
  const values = valuesOf(message);
  return { device, stream, event: message.event as string | undefined, at, ts, quality, values };
}

/** The key of idempotency that a journalled message carried. */
export function keyOf(record: ReadingRecord): { boot: string | undefined; seq: number | undefined } {
  const { boot, seq } = record.message;
  return {
    boot: typeof boot === "number" ? String(boot) : (boot as string | undefined),
    seq: seq as number | undefined,
  };
}
