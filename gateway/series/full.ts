import { messageOf } from "../errors.ts";

/** True when the disk, or what an engine may use of it, is full: no sign of damage. */
export function isFull(error: unknown): boolean {
  return /no space left|ENOSPC|max_temp_directory_size/i.test(messageOf(error));
}
