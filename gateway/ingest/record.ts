import { valuesOf } from "../envelope.ts";
import type { DeviceName, Reading, ReadingRecord, Rejection } from "../types.ts";
import type { CheckedReading } from "./validate.ts";

/** The middle of a reading's journal line, made once for each device and stream. */
export function recordStem(device: DeviceName, stream: "telemetry" | "event"): string {
  return `,"device":"${device}","stream":"${stream}","quality":"`;
}

/** The journal line of a reading (`ReadingRecord`). `json` is the reading's own JSON object on one line. */
export function readingLine(stem: string, at: number, checked: CheckedReading, json: string): string {
  return `{"type":"reading","at":${at},"ts":${checked.ts}${stem}${checked.quality}","message":${json}}`;
}

/** The journal line of a rejection. */
export function rejectionLine(rejection: Rejection): string {
  return JSON.stringify({ type: "rejection", ...rejection });
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
