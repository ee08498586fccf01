import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { GatewayError, messageOf } from "../errors.ts";

/** A CSV file of secrets that is being written. */
export interface SecretFile {
  /** On disk when it returns: what is in it cannot be had again. */
  add(rows: readonly (readonly string[])[]): void;
  close(): void;
  /** Closes and deletes it, because nothing came. */
  discard(): void;
}

/**
 * Makes a new CSV file (RFC 4180, UTF-8 with the mark that spreadsheets need for Chinese) that only this user can read.
 * Throws `invalid-request` when it exists already or cannot be made.
 */
export function createSecretFile(path: string, header: readonly string[]): SecretFile {
  const file = open(path);
  const write = (text: string): void => {
    writeSync(file, text);
    fsyncSync(file);
  };
  write(`\ufeff${line(header)}`);
  return {
    add: (rows) => write(rows.map(line).join("")),
    close: () => closeSync(file),
    discard() {
      closeSync(file);
      unlinkSync(path);
    },
  };
}

function open(path: string): number {
  try {
    // Never over another file: it may hold the only copy of other secrets.
    return openSync(path, "wx", 0o600);
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === "EEXIST" ? "it exists already" : messageOf(cause);
    throw new GatewayError("invalid-request", `cannot make ${path}: ${reason}`, { cause });
  }
}

function line(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cellOf(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
