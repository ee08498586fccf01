/** How the program ends; scripts and service managers may rely on these. */
export const exitCodes = {
  /** All went well. */
  ok: 0,
  /** The work failed; the message says why. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** A check found a difference: a damaged journal, unexpected alerts. */
  difference: 3,
  /** The settings are wrong (EX_CONFIG of sysexits.h). */
  settings: 78,
} as const;
