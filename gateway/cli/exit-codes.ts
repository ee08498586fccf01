import type { ErrorCode } from "../errors.ts";

/** How the program ends; scripts and service managers may rely on these. */
export const exitCodes = {
  /** All went well. */
  ok: 0,
  /** The work failed; the message says why. */
  failed: 1,
  /** The command line, or a file that it names, is wrong. */
  usage: 2,
  /** A check found a difference: a damaged journal, unexpected alerts, wrong rows. */
  difference: 3,
  /** The settings are wrong (EX_CONFIG of sysexits.h). */
  settings: 78,
} as const;

/** The exit code of a failure. */
export function exitCodeOf(code: ErrorCode): number {
  return byError[code] ?? exitCodes.failed;
}

const byError: Readonly<Partial<Record<ErrorCode, number>>> = {
  "settings-invalid": exitCodes.settings,
  "invalid-request": exitCodes.usage,
  "backup-invalid": exitCodes.difference,
};
