import { type DataSize, dayMs, endOfData, fieldsOf } from "./series-data.ts";
import type { Subject } from "./series-subject.ts";

const minuteMs = 60_000;

/** What is asked of every store. */
export interface Question {
  readonly name: string;
  /** What P6 of the goals wants of the median with 100 million values; undefined when it says nothing. */
  readonly goalMs?: number;
  ask(subject: Subject, size: DataSize, device: number): Promise<unknown>;
}

/** Every question, about the last time that there is data of. */
export const questions: readonly Question[] = [
  { name: "24 h, 5-min steps, 1 field", goalMs: 20, ask: stepped("one", 1, 5 * minuteMs) },
  { name: "24 h, 5-min steps, all fields", ask: stepped("all", 1, 5 * minuteMs) },
  { name: "30 days, 1-h steps, 1 field", goalMs: 20, ask: stepped("one", 30, 60 * minuteMs) },
  { name: "1 year, 1-day steps, 1 field", ask: stepped("one", 365, dayMs) },
  {
    name: "latest of every device and field",
    goalMs: 50,
    ask: (subject, size) =>
      subject.latest({
        devices: Array.from({ length: size.devices }, (_, device) => device),
        ...last(30),
        fields: fieldsOf(size),
      }),
  },
  {
    name: "24 h as they came, all fields",
    ask: (subject, size, device) => subject.raw({ devices: [device], ...last(1), fields: fieldsOf(size) }),
  },
];

/** The device of the n-th asking; neighbours in time are not neighbours in the files. */
export function deviceOf(n: number, { devices }: DataSize): number {
  return (n * 37) % devices;
}

function stepped(which: "one" | "all", days: number, stepMs: number): Question["ask"] {
  return (subject, size, device) => {
    const fields = fieldsOf(which === "one" ? { fields: 1 } : size);
    return subject.stepped({ devices: [device], ...last(Math.min(days, size.days)), fields }, stepMs);
  };
}

function last(days: number): { from: number; to: number } {
  return { from: endOfData - days * dayMs, to: endOfData };
}
