/**
 * A new claim code, as it stands on a label: `7K3QD-M0XZ2-9TVWB-4E8HR`. 19 random characters of Crockford's base 32
 * (95 bits) and one that checks the others.
 */
export function makeClaimCode(randomBytes: (size: number) => Buffer): string {
  const values = Array.from(randomBytes(codeLength - 1), (byte) => byte & 31);
  const code = [...values, timesAlpha(remainder(values))].map((value) => alphabet[value]).join("");
  return code.match(/.{5}/g)!.join("-");
}

/**
 * A code as a person typed it, in its one written form without separators; undefined when it cannot be one. Small letters,
 * O for 0, I and L for 1, full-width characters, spaces and dashes are taken. Every single wrong character and every two
 * that were exchanged are found.
 */
export function readClaimCode(typed: string): string | undefined {
  const code = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\-‐-―]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  if (code.length !== codeLength) return undefined;
  const values = Array.from(code, (character) => alphabet.indexOf(character));
  return values.includes(-1) || remainder(values) !== 0 ? undefined : code;
}

const codeLength = 20;
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The characters as a polynomial over GF(32) at its generator; 0 for a whole code. */
function remainder(values: readonly number[]): number {
  return values.reduce((sum, value) => timesAlpha(sum) ^ value, 0);
}

/** Multiplies by the generator of GF(32), x⁵ + x² + 1. */
function timesAlpha(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}
