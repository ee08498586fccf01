import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller, Principal } from "../types.ts";

/** How the gateway shows at its own doors that it is itself. */
export interface Pass {
  /** For MQTT. */
  readonly credentials: { readonly username: string; readonly password: string };
  /** For HTTP; reaches nothing but the stream. */
  readonly token: string;
  /** The gateway, for its own credentials; undefined for any others. */
  identify(username: string, password: Buffer): Principal | undefined;
  /** The gateway, for its own token; undefined for any other. */
  caller(token: string): Caller | undefined;
}

/** Neither a device nor an account can be called so. */
const ownName = "$gateway";

const principal: Principal = { type: "gateway", name: ownName, publish: [], subscribe: [] };
const caller: Caller = {
  ...{ id: "gateway", name: "gateway", isGateway: true },
  grants: [{ role: "viewer" }],
  operations: ["stream"],
};

/** Makes credentials for as long as this process lives: nothing of them is ever stored or printed. */
export function createPass(randomBytes: (size: number) => Buffer): Pass {
  const password = randomBytes(32).toString("base64url");
  const token = randomBytes(32).toString("base64url");
  const isPassword = equals(password);
  const isToken = equals(token);
  return {
    ...{ credentials: { username: ownName, password }, token },
    identify: (username, given) => (username === ownName && isPassword(given) ? principal : undefined),
    caller: (given) => (isToken(Buffer.from(given)) ? caller : undefined),
  };
}

/** Compares in a time that tells nothing of the secret. */
function equals(secret: string): (given: Buffer) => boolean {
  const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
  const wanted = digest(Buffer.from(secret));
  return (given) => given.length === secret.length && timingSafeEqual(wanted, digest(given));
}
