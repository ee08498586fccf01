import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

/** Makes and checks machine-made secrets: device passwords, account passwords, API tokens. */
export interface Secrets {
  /** `length` characters of Crockford's base 32, lower case, 5 bits each. */
  make(length: number): string;
  /** What is stored: HMAC-SHA-256 under the pepper, base64. A slow hash is not needed for secrets that nobody chose. */
  hash(secret: string | Buffer): string;
  /** Compares in constant time, and takes as long when `hash` is undefined. */
  matches(secret: string | Buffer, hash: string | undefined): boolean;
  /** Like `matches` for two hashes, either of which may be missing: the time tells neither which it was nor how many there are. */
  which(
    secret: string | Buffer,
    first: string | undefined,
    second: string | undefined,
  ): "first" | "second" | undefined;
}

/** 130 bits: more than anybody can try, and still possible to type. */
export const secretLength = 26;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Secrets keyed with `pepper`. */
export function createSecrets({
  pepper,
  randomBytes,
}: {
  pepper: Buffer;
  randomBytes: (size: number) => Buffer;
}): Secrets {
  const key = createSecretKey(pepper);
  const digest = (secret: string | Buffer): Buffer => createHmac("sha256", key).update(secret).digest();
  // Of a secret that nobody has.
  const nobody = digest(randomBytes(32)).toString("base64");
  return {
    make: (length) => Array.from(randomBytes(length), (byte) => alphabet[byte & 31]).join(""),
    hash: (secret) => digest(secret).toString("base64"),
    matches(secret, hash) {
      return timingSafeEqual(digest(secret), Buffer.from(hash ?? nobody, "base64"));
    },
    which(secret, first, second) {
      const given = digest(secret);
      const isFirst = timingSafeEqual(given, Buffer.from(first ?? nobody, "base64"));
      const isSecond = timingSafeEqual(given, Buffer.from(second ?? nobody, "base64"));
      return isFirst ? "first" : isSecond ? "second" : undefined;
    },
  };
}
