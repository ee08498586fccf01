import { write } from "node:fs";

/** Where log lines go. */
export interface LogOutput {
  write(line: string): void;
}

/** What writes to a file descriptor; a test's may fail. */
export type WriteTo = (text: string, done: (error: Error | null) => void) => void;

/**
 * Standard output for log lines. One write is under way at a time; what comes meanwhile waits, up to `maxWaiting` characters,
 * and is dropped beyond. A log file on a full disk, or a reader that hangs, must not stop the gateway.
 */
export function openLogOutput({
  writeTo = (text, done) => write(1, text, done),
  maxWaiting = 1_048_576,
}: {
  writeTo?: WriteTo;
  maxWaiting?: number;
} = {}): LogOutput {
  let waiting = "";
  let dropped = 0;
  let isBusy = false;

  function next(): void {
    if (isBusy || waiting === "") return;
    const text =
      dropped === 0
        ? waiting
        : `${waiting}${JSON.stringify({ level: 40, dropped, msg: "log lines dropped" })}\n`;
    const count = lines(waiting);
    waiting = "";
    isBusy = true;
    writeTo(text, (error) => {
      isBusy = false;
      dropped = error === null ? 0 : dropped + count;
      next();
    });
  }

  return {
    write(line) {
      if (waiting.length + line.length > maxWaiting) dropped += 1;
      else waiting += line;
      next();
    },
  };
}

function lines(text: string): number {
  return text.split("\n").length - 1;
}
