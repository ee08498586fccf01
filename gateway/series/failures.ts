import { GatewayError, messageOf } from "../errors.ts";
import type { Damage } from "./protocol.ts";

/** True when the disk, or what an engine may use of it, is full: no sign of damage. */
export function isFull(error: unknown): boolean {
  return /no space left|ENOSPC|max_temp_directory_size/i.test(messageOf(error));
}

/** True when an engine read its own file and found it wrong. */
export function isDamaged(error: unknown): boolean {
  return /corrupt database file/i.test(messageOf(error));
}

/** What an error that ended the store's process says of its file. */
export function damageOf(error: unknown): Damage {
  if (isDamaged(error)) return "certain";
  if ((error instanceof GatewayError && error.retryable) || isFull(error)) return "none";
  // A driver that cannot be loaded, as while packages are being installed, is no fault of the file.
  const { code } = error as NodeJS.ErrnoException;
  return code?.startsWith("ERR_") ? "none" : "likely";
}
