import { GatewayError } from "../errors.ts";

/** Throws `invalid-request` about one field. */
export function refuseField(path: string, message: string): never {
  throw new GatewayError("invalid-request", `${path} ${message}`, { path });
}

/** A text that people read: without spaces around it, 1 to `most` characters, no control characters. */
export function readName(path: string, text: string, most = 64): string {
  const name = text.trim();
  if (name.length < 1 || name.length > most) refuseField(path, `must have 1 to ${most} characters`);
  if (/\p{C}/u.test(name)) refuseField(path, "must not hold control characters");
  return name;
}

/** An id that a person chose, or a new one; unique over all sites. */
export function readId(
  given: string | undefined,
  { newId, isTaken }: { newId: () => string; isTaken: (id: string) => boolean },
): string {
  if (given === undefined) return newId();
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(given)) refuseField("id", 'must be 1 to 64 letters, digits, "_" or "-"');
  if (isTaken(given)) {
    throw new GatewayError("conflict", `the id ${given} is taken already, at this or another site`, {
      path: "id",
    });
  }
  return given;
}

/** The order of lists and calls, the same before and after a restart. */
export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
