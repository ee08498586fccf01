import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../errors.ts";

/** What a link lets whoever holds it do: take one step about an alarm, in the name of a contact. */
export interface AnswerLink {
  readonly about: "incident" | "alert";
  /** Id of the incident or alert. */
  readonly id: string;
  /** Id of the contact. */
  readonly contact: string;
  /** The first moment at which it opens nothing any more, epoch ms. */
  readonly expiresAt: number;
  /** Five letters and digits of chance, so that no two links are one. */
  readonly salt: string;
}

/** Writes and reads the texts that stand in links. Pure: what was signed is kept nowhere. */
export interface AnswerTokens {
  /** At most 100 characters out of `[A-Za-z0-9._-]`. Throws `internal` for an id that does not fit. */
  sign(link: AnswerLink): string;
  /** Undefined for a text that was not signed here, whatever is wrong with it; that takes the same time. */
  read(token: string): AnswerLink | undefined;
  /** Under which a used token is remembered; nobody can make the token out of it. */
  markOf(token: string): string;
}

const letters = { incident: "i", alert: "a" } as const;
const form = /^([ia])([0-9a-z]{8,9})\.([0-9a-z]{5})\.([\w-]{1,25})\.([\w-]{1,32})$/;
/** 128 bits. */
const signatureChars = 22;

/** Makes the tokens of this gateway; `pepper` is the secret that their key is derived from. */
export function createAnswerTokens({ pepper }: { pepper: Buffer }): AnswerTokens {
  const key = createSecretKey(Buffer.from(hkdfSync("sha256", pepper, "", "linli answer link 1", 32)));

  function digest(what: "link" | "used", text: string): string {
    return createHmac("sha256", key).update(`${what} ${text}`).digest("base64url").slice(0, signatureChars);
  }

  return {
    sign({ about, id, contact, expiresAt, salt }) {
      const body = `${letters[about]}${expiresAt.toString(36)}.${salt}.${id}.${contact}`;
      if (!form.test(body)) {
        throw new GatewayError(
          "internal",
          `no link can name the ${about} "${id}" and the contact "${contact}"`,
        );
      }
      return `${body}.${digest("link", body)}`;
    },
    read(token) {
      const end = token.lastIndexOf(".");
      const body = token.slice(0, Math.max(end, 0));
      // The texts are compared and not their bytes: several texts of base 64 stand for the same bytes.
      const given = Buffer.from(token.slice(end + 1));
      const right = Buffer.from(digest("link", body));
      const [, letter, time = "", salt = "", id = "", contact = ""] = form.exec(body) ?? [];
      const isRight = timingSafeEqual(
        given.length === right.length ? given : Buffer.alloc(right.length),
        right,
      );
      if (!isRight || letter === undefined) return undefined;
      return {
        ...{ about: letter === "i" ? "incident" : "alert", id, contact, salt },
        expiresAt: Number.parseInt(time, 36),
      };
    },
    markOf: (token) => digest("used", token),
  };
}
