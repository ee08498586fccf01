import { GatewayError } from "../errors.ts";

/** Checks a name that people read in lists and records. `what` begins the message; throws `invalid-request` at `name`. */
export function checkLabel(what: string, name: string): void {
  if (/^[^\p{C}]{1,100}$/u.test(name) && name.trim() === name) return;
  throw new GatewayError(
    "invalid-request",
    `${what} says who it is, in 1 to 100 characters without control characters or spaces at its ends`,
    { path: "name" },
  );
}
