import type { Refusal, RejectionCode } from "../types.ts";

const maxValueLength = 80;

/** Makes the reason of a rejection; `value` is shown as JSON, cut to 80 characters. */
export function refuse(code: RejectionCode, path: string, value: unknown, message: string): Refusal {
  return { code, path, value: show(value), message };
}

function show(value: unknown): string {
  if (value === undefined) return "";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= maxValueLength ? text : `${text.slice(0, maxValueLength - 1)}…`;
}
