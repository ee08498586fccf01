import { readFileSync } from "node:fs";
import { GatewayError, messageOf } from "../errors.ts";

/** The option of commands that encrypt or decrypt. */
export const passphraseOption = [
  "--passphrase-file <file>",
  "file with the passphrase that encrypts it, 12 characters or more",
] as const;

/** Reads a passphrase: the file without the line's end. Throws `invalid-request`. */
export function readPassphrase(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new GatewayError("invalid-request", `--passphrase-file: ${messageOf(cause)}`, { cause });
  }
  if (text.length >= 12 && !text.includes("\n")) return text;
  throw new GatewayError("invalid-request", `${file} must hold one line of 12 characters or more`);
}
